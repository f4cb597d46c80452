"""SIP over UDP loses messages: send again until answered, answer again when asked again.

RFC 3261 section 17, within reason: one timer for each request, no proxies.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from gateway.simulate.errors import NobodyAnswered
from gateway.simulate.sip_message import Request, Response

T1_SECONDS = 0.5  # section 17.1.1.1: the estimated round trip
T2_SECONDS = 4.0  # the longest pause between two sends
TIMER_B_SECONDS = 32.0  # 64 * T1: then nobody is there
RINGING_SECONDS = 600.0  # how long a provisional answer keeps an INVITE waiting
REMEMBERED = 256  # answers kept for repeated requests
WAITING_RESPONSES = 32

Send = Callable[[Request | Response], None]


class Transactions:
    """One phone's requests that wait for an answer, and its answers that may be asked again."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: dict[tuple[str, str], asyncio.Queue[Response]] = {}
        self._answers: OrderedDict[tuple[str, str], Response] = OrderedDict()

    async def request(
        self,
        request: Request,
        *,
        on_provisional: Callable[[Response], None] | None = None,
        limit_seconds: float = TIMER_B_SECONDS,
    ) -> Response:
        """Send and give the final response; raises NobodyAnswered after ``limit_seconds``.

        The ACK for a refused INVITE is sent here; that for an accepted one is the dialog's.
        """
        key = request.branch, request.method
        queue: asyncio.Queue[Response] = asyncio.Queue(WAITING_RESPONSES)
        self._waiting[key] = queue
        loop = asyncio.get_running_loop()
        deadline = loop.time() + limit_seconds
        pause = T1_SECONDS
        try:
            self._send(request)
            while (left := deadline - loop.time()) > 0:
                try:
                    async with asyncio.timeout(min(pause, left)):
                        response = await queue.get()
                except TimeoutError:
                    if loop.time() < deadline:
                        self._send(request)
                    pause = pause * 2 if request.method == "INVITE" else min(pause * 2, T2_SECONDS)
                    continue
                if response.code >= 200:
                    if request.method == "INVITE" and response.code >= 300:
                        self._send(refusal_seen(request, response))
                    return response
                if on_provisional is not None:
                    on_provisional(response)
                pause = T2_SECONDS
                if request.method == "INVITE":
                    pause = RINGING_SECONDS
                    deadline = loop.time() + RINGING_SECONDS
        finally:
            del self._waiting[key]
        raise NobodyAnswered(request.method)

    def received(self, response: Response) -> bool:
        """Give a response to who waits for it; False when nobody does."""
        queue = self._waiting.get((response.branch, response.cseq[1]))
        if queue is None:
            return False
        if not queue.full():
            queue.put_nowait(response)
        return True

    def answer(self, request: Request, response: Response) -> None:
        """Send a response and remember it."""
        self._answers[request.branch, request.method] = response
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        self._send(response)

    def repeated(self, request: Request) -> bool:
        """Whether this request was answered before; then it is answered so again."""
        answered = self._answers.get((request.branch, request.method))
        if answered is not None:
            self._send(answered)
        return answered is not None


def refusal_seen(request: Request, response: Response) -> Request:
    """The ACK of a refused INVITE: same transaction, their To (section 17.1.1.3)."""
    number, _ = request.cseq
    headers = (
        ("Via", request.get("Via")),
        ("Max-Forwards", "70"),
        ("From", request.get("From")),
        ("To", response.get("To")),
        ("Call-ID", request.call_id),
        ("CSeq", f"{number} ACK"),
    )
    return Request(headers, "", "ACK", request.uri)
