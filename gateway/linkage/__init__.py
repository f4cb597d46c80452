"""The systems of other authorities, over HTTP: the only door to a client of aiohttp for them."""
