"""The channels that messages come by: one file each. A leaf: it knows nothing of the gateway."""
