"""What a browser may say to the telephone system. PURE.

A citizen may place one call, to one of our numbers. A seat's phone may register as itself and take
the calls that are put to it; it dials nothing. Headers are passed by name from a list, so nothing
that identifies, diverts, refers or replaces (RFC 3325, 3515, 3891, 5806) gets through, and the
headers by which the telephone system knows a citizen's call are ours alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gateway.web.sip_message import NotSip, SipMessage, full_name, parse, uri_user

PASSED = frozenset({
    "via", "max-forwards", "from", "to", "call-id", "cseq", "contact", "content-type", "allow",
    "supported", "user-agent", "expires", "session-expires", "min-se", "rack", "rseq", "reason",
    "warning", "unsupported", "recv-info", "info-package", "accept", "authorization",
    "proxy-authorization", "retry-after", "date", "mime-version", "content-disposition",
})  # fmt: skip
DIALOG = frozenset({"ACK", "BYE", "CANCEL", "INFO", "UPDATE", "PRACK"})
KEY_PRESS = frozenset({"application/dtmf-relay", "application/dtmf"})
TARGET = re.compile(r"<(sips?:[^<>\s]+)>")
CALLER = "<sip:web@hotline.invalid>"
"""Who every citizen's browser is to the telephone system: a call without a number."""

REASONS = {403: "Forbidden", 481: "Call/Transaction Does Not Exist"}


@dataclass(frozen=True, slots=True)
class Pass:
    """Send ``text`` on."""

    text: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not send it on. ``answer`` goes back to the browser, empty when none is due."""

    answer: str
    why: str


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """CRLF CRLF (RFC 5626 3.5.1): answer CRLF, pass nothing on. ``answer`` may be empty."""

    answer: str


Verdict = Pass | Refuse | KeepAlive


@dataclass(slots=True)
class CitizenGuard:
    """One browser call of one citizen.

    ``dids`` are the numbers that may be called; ``secret`` and ``visit`` go into the headers by
    which the telephone system knows the call. Bound to the first Call-ID that it lets through;
    ``over`` once that call has ended, and no second one may follow.
    """

    dids: frozenset[str]
    secret: str = field(repr=False)
    visit: str
    call_id: str = ""
    over: bool = False
    answered: bool = False
    _invite: SipMessage | None = field(default=None, repr=False)
    _answer: SipMessage | None = field(default=None, repr=False)
    _cseq: int = 0

    def judge(self, text: str) -> Verdict:
        """What to do with one frame of the browser."""
        return _judge(text, self._weigh)

    def heard(self, text: str) -> None:
        """Note what the telephone system says: the end of the call, by its BYE or its refusal."""
        try:
            message = parse(text)
        except NotSip:
            return
        if message.one("call-id") != self.call_id:
            return
        if message.method == "BYE":
            self.over = True
        elif message.cseq_method == "INVITE" and message.status >= 200:
            self.over = self.over or (message.status >= 300 and not self.answered)
            if not self.answered and message.status < 300:
                self.answered, self._answer = True, message

    def farewell(self) -> str:
        """What the browser would have said had it not vanished: a BYE, or a CANCEL; else empty.

        Without it the citizen's end would stay in the queue, or at a seat, as silence.
        """
        if self._invite is None or self.over:
            return ""
        invite, answer = self._invite, self._answer
        found = TARGET.search(answer.one("contact")) if answer else None
        if answer and not found:
            return ""
        method = "BYE" if found else "CANCEL"
        via = invite.one("via")
        headers = [
            ("Via", f"{via}bye" if found else via),
            ("Max-Forwards", "70"),
            ("From", invite.one("from")),
            ("To", answer.one("to") if answer else invite.one("to")),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self._cseq + 1 if found else invite.cseq_number} {method}"),
            *((k, v) for k, v in invite.headers if k.startswith("X-Hotline-")),
        ]
        uri = found.group(1) if found else invite.uri
        self.over = True
        return SipMessage(
            start=f"{method} {uri} SIP/2.0",
            method=method,
            uri=uri,
            status=0,
            headers=tuple(headers),
            body="",
        ).text()

    def _weigh(self, message: SipMessage) -> Verdict:
        if message.status:
            if message.one("call-id") != self.call_id:
                return Refuse("", "response to another call")
            return Pass(_kept(message).text())
        status, why = self._objection(message)
        if why:
            return _refused(message, status, why)
        if message.method == "INVITE" and not message.called.tag:
            self.call_id = message.one("call-id")
        if message.method == "BYE":
            self.over = True
        ours = (("X-Hotline-Web", self.secret), ("X-Hotline-Visit", self.visit))
        kept = _kept(message)
        renamed = tuple(
            (k, f"{CALLER};tag={message.caller.tag}" if full_name(k) == "from" else v)
            for k, v in kept.headers
        )
        passed = replace(kept, headers=renamed + ours)
        if message.method == "INVITE" and not message.called.tag:
            self._invite = passed
        self._cseq = max(self._cseq, message.cseq_number)
        return Pass(passed.text())

    def _objection(self, message: SipMessage) -> tuple[int, str]:
        """Status and reason to refuse a request; the reason is empty when it may pass."""
        call_id = message.one("call-id")
        if message.method == "INVITE" and not message.called.tag:
            if self.over or self.call_id not in ("", call_id):
                return 403, "second call"
            user = uri_user(message.uri)
            good = user in self.dids and message.called.user == user
            return 403, "" if good else "number"
        if call_id != self.call_id:
            return 481, "another call"
        return 403, _in_dialog(message)


@dataclass(slots=True)
class SeatGuard:
    """The phone of one seat; ``user`` is its SIP user, such as ``seat-8001``."""

    user: str

    def judge(self, text: str) -> Verdict:
        """What to do with one frame of the browser."""
        return _judge(text, self._weigh)

    def _weigh(self, message: SipMessage) -> Verdict:
        if message.status:
            return Pass(_kept(message).text())
        if message.method == "REGISTER":
            if message.caller.user != self.user or message.called.user != self.user:
                return _refused(message, 403, "another seat")
            return Pass(_kept(message).text())
        why = _in_dialog(message)
        if why:
            return _refused(message, 403, why)
        return Pass(_kept(message).text())


def _judge(text: str, weigh: Callable[[SipMessage], Verdict]) -> Verdict:
    if not text.strip("\r\n"):
        return KeepAlive("\r\n" if text.startswith("\r\n\r\n") else "")
    try:
        return weigh(parse(text))
    except NotSip as error:
        return Refuse("", f"not sip: {error}")


def _in_dialog(message: SipMessage) -> str:
    """Why a request is not one of a running call, empty when it is."""
    if message.method not in DIALOG | {"INVITE"}:
        return "method"
    if not message.called.tag and message.method != "CANCEL":
        return "outside a call"
    kind = message.one("content-type").partition(";")[0].strip().lower()
    return "info" if message.method == "INFO" and kind not in KEY_PRESS else ""


def _kept(message: SipMessage) -> SipMessage:
    return replace(
        message, headers=tuple((k, v) for k, v in message.headers if full_name(k) in PASSED)
    )


def _refused(message: SipMessage, status: int, why: str) -> Refuse:
    """The answer to a refused request (RFC 3261 8.2.6); an ACK is never answered."""
    if message.method == "ACK":
        return Refuse("", why)
    called = message.one("to") if message.called.tag else f"{message.one('to')};tag=refused"
    headers = [("Via", value) for value in message.all("via")]
    headers += [("From", message.one("from")), ("To", called)]
    headers += [("Call-ID", message.one("call-id")), ("CSeq", message.one("cseq"))]
    answer = SipMessage(
        start=f"SIP/2.0 {status} {REASONS[status]}",
        method="",
        uri="",
        status=status,
        headers=tuple(headers),
        body="",
    )
    return Refuse(answer.text(), why)
