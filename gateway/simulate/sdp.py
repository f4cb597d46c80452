"""One line of sound, G.711 A-law with telephone events, offered and answered. Pure.

RFC 4566 and 3264.
"""

from __future__ import annotations

import re

ALAW = 8  # RFC 3551
EVENTS = 101  # our choice of dynamic payload type for RFC 4733


def describe(host: str, port: int, version: int, direction: str = "sendrecv") -> str:
    """What we speak. ``version`` grows with every new description of one session."""
    lines = (
        "v=0",
        f"o=- 1 {version} IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {ALAW} {EVENTS}",
        f"a=rtpmap:{ALAW} PCMA/8000",
        f"a=rtpmap:{EVENTS} telephone-event/8000",
        f"a=fmtp:{EVENTS} 0-15",
        "a=ptime:20",
        f"a={direction}",
    )
    return "\r\n".join(lines) + "\r\n"


def destination(body: str) -> tuple[str, int] | None:
    """Where their sound is wanted; None when there is no such line, or port 0 (refused)."""
    address = re.search(r"^c=IN IP4 ([0-9.]+)", body, re.MULTILINE)
    port = re.search(r"^m=audio (\d+) ", body, re.MULTILINE)
    if not address or not port or port[1] == "0":
        return None
    return address[1], int(port[1])
