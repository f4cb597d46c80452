"""The ear: speech recognition as a process beside the gateway, and what the gateway says to it."""
