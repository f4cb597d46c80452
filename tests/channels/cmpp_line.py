"""A CMPP session and what a gateway would see of it, without a socket."""

from channels.cmpp_events import Event, LoggedIn, Login, Pace
from channels.cmpp_fields import Version
from channels.cmpp_pdus import Submit
from channels.cmpp_session import Session
from tests.peers import ismg_wire as wire

STAMP = 1128151500
SECRET = b"swordfish"
SUBMIT = Submit(
    msg_fmt=0,
    msg_src="900001",
    src_id="10699912345",
    dest_terminal_ids=("13800000001",),
    msg_content=b"hello",
)


class Line:
    """A session and what a gateway would see of it."""

    def __init__(self, *, three: bool = False, strict: bool = False) -> None:
        self.three = three
        version = Version.V30 if three else Version.V20
        login = Login(source_addr="900001", secret=SECRET, version=version, strict=strict)
        pace = Pace(idle_seconds=180, answer_seconds=60, tries=3)
        self.session = Session(login, pace, stamp=STAMP, first=100, now=0)
        [(command, _, self.connect)] = self.said()
        assert command == wire.CONNECT

    def said(self) -> list[tuple[int, int, bytes]]:
        """What was sent since: command, sequence, body."""
        out, frames = self.session.take_bytes(), []
        while out:
            size, command, number = wire.HEADER.unpack_from(out)
            frames.append((command, number, out[12:size]))
            out = out[size:]
        return frames

    def hears(self, *frames: bytes, now: float = 0) -> list[Event]:
        """What the gateway sends."""
        return self.session.receive(b"".join(frames), now)

    def log_in(self, *, secret: bytes = SECRET, **more: bool | int) -> list[Event]:
        """The gateway's answer."""
        three = bool(more.get("three", self.three))
        status = int(more.get("status", 0))
        source = self.connect[6:22]
        wide = bool(more.get("wide", False))
        return self.hears(
            wire.connect_resp(
                1, three=three, status=status, source=source, secret=secret, wide=wide
            )
        )

    def opened(self) -> "Line":
        """Logged in."""
        assert self.log_in() == [LoggedIn(proven=True)]
        return self

    def resp(self, number: int, result: int = 0, msg_id: int = 77) -> bytes:
        """An answer to a submit."""
        return wire.result(wire.SUBMIT, number, msg_id, result, three=self.three)
