"""The one origin: citizen page, console, API, push and the door for SIP over WebSocket."""
