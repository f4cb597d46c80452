"""The use cases: what happens when a citizen calls and what an operator may do about it."""
