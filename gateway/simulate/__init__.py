"""Citizens and operators made of software, for tests and for trying a hotline under load."""
