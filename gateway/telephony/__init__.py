"""The telephone system: Asterisk, its events and its files."""
