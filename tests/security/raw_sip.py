"""SIP written by hand, one datagram at a time: what no honest telephone would send."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

ANSWER_SECONDS = 5.0
SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)


class RawSip:
    """A UDP socket that says what it is told and hears answers."""

    def __init__(self, sock: socket.socket, server: tuple[str, int]) -> None:
        self._sock, self.server = sock, server
        self.host, self.port = sock.getsockname()

    def request(
        self,
        method: str,
        target: str,
        *,
        user: str = "scanner",
        from_: str = "",
        more: str = "",
        body: str = "",
        call_id: str = "",
    ) -> str:
        """A request; ``from_`` replaces the whole From, ``more`` are further header lines."""
        host, port = self.server
        sender = from_ or f"<sip:{user}@{host}>"
        call_id = call_id or secrets.token_hex(12)
        kind = f"Content-Type: application/{'sdp' if 'v=0' in body else 'dtmf-relay'}\r\n"
        branch = f"z9hG4bK{secrets.token_hex(8)}"
        return (
            f"{method} {target} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={branch};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: {sender};tag={secrets.token_hex(6)}\r\n"
            f"To: <sip:{user}@{host}:{port}>\r\nCall-ID: {call_id}\r\n"
            f"CSeq: 1 {method}\r\nContact: <sip:x@{self.host}:{self.port}>\r\n{more}"
            f"{kind if body else ''}Content-Length: {len(body.encode())}\r\n\r\n{body}"
        )

    def offer(self) -> str:
        """A sound description."""
        return SDP.format(host=self.host, port=self.port)

    async def ask(self, text: str | bytes) -> str:
        """Send and give the first final answer, or nothing."""
        loop = asyncio.get_running_loop()
        data = text if isinstance(text, bytes) else text.encode()
        self._sock.sendto(data, self.server)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while True:
                    answer = (await loop.sock_recv(self._sock, 65_535)).decode("utf-8", "replace")
                    if answer.startswith("SIP/2.0 ") and not answer.startswith("SIP/2.0 1"):
                        return answer
        except TimeoutError:
            return ""

    def say(self, text: str | bytes) -> None:
        """Send and go on."""
        self._sock.sendto(text if isinstance(text, bytes) else text.encode(), self.server)


@asynccontextmanager
async def raw_sip(server: tuple[str, int], host: str) -> AsyncIterator[RawSip]:
    """A socket at this address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind((host, 0))
        yield RawSip(sock, server)


def status(answer: str) -> int:
    """The status of an answer, 0 for none."""
    return int(answer.split(" ", 2)[1]) if answer else 0
