"""Gets everything the hotline needs onto this machine, inside the checkout, without root."""
