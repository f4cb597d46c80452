"""The front door of a city's 12345 hotline: the only package that knows the leaves."""
