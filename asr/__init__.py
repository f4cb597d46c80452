"""Speech to text, on this machine: a leaf that knows nothing of the gateway."""
