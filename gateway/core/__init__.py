"""The pure heart: words, tables of legal moves, decisions. No I/O, no clock, no asyncio."""
