"""A CMPP connection under any order of events, against what a gateway would keep a book of.

Never more than sixteen submits are under way; nothing is acknowledged that was not recorded; every
submit ends in exactly one of taken, again and refused.
"""

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from channels.cmpp_events import Again, Arrived, Ended, Event, Refused, Taken
from channels.cmpp_session import WINDOW
from tests.channels.cmpp_line import SUBMIT, Line
from tests.peers import ismg_wire as wire

NUMBERS = st.integers(0, 5)


class Connection(RuleBasedStateMachine):
    """What may happen, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.line = Line()
        self.now = 0.0
        self.submitted = 0
        self.pending: dict[int, int] = {}
        """The gateway's book: sequence → handle, of what it has not answered."""
        self.timed_out: dict[int, int] = {}
        self.outcomes: Counter[int] = Counter()
        self.late: Counter[int] = Counter()
        self.arrived: list[Arrived] = []
        self.recorded: set[tuple[int, int]] = set()
        self.acknowledged: list[tuple[int, int]] = []
        self.over = False

    # ---- the gateway's side ----

    def deals(self, events: list[Event]) -> None:
        """What came of it, and what was sent."""
        for event in events:
            assert not self.over, event
            match event:
                case Taken(handle=int(handle), late=True):
                    self.late[handle] += 1
                case Taken(handle=int(handle)) | Refused(handle=int(handle)):
                    self.outcomes[handle] += 1
                case Again(handle=int(handle)):
                    self.outcomes[handle] += 1
                case Arrived():
                    self.arrived.append(event)
                case Ended():
                    self.over = True
        self.writes_down()

    def writes_down(self) -> None:
        """What was sent, in the gateway's book."""
        for command, number, body in self.line.said():
            if command == wire.SUBMIT:
                assert number not in self.pending
                self.pending[number] = self.submitted - 1
            if command == wire.DELIVER | wire.RESP:
                msg_id, result = int.from_bytes(body[:8], "big"), body[8]
                if result == 0:
                    self.acknowledged.append((number, msg_id))

    def gateway_says(self, *frames: bytes) -> None:
        """Over the connection."""
        self.deals(self.line.hears(*frames, now=self.now))

    @initialize()
    def logs_in(self) -> None:
        """At the beginning."""
        source = self.line.connect[6:22]
        answer = wire.connect_resp(1, three=False, status=0, source=source, secret=b"swordfish")
        self.gateway_says(answer)
        self.submits(count=4)

    @rule(which=NUMBERS, result=st.sampled_from([0, 0, 0, 3, 8, 13]))
    def answers_a_submit(self, which: int, result: int) -> None:
        """One that it has, whether or not we still wait."""
        book = {**self.timed_out, **self.pending}
        if book:
            number = sorted(book)[which % len(book)]
            self.pending.pop(number, None)
            self.timed_out.pop(number, None)
            self.gateway_says(self.line.resp(number, result))

    @rule(number=st.integers(0, 2**32 - 1))
    def answers_what_was_not_asked(self, number: int) -> None:
        """A wrong number takes nothing from anybody."""
        if number not in self.pending and number not in self.timed_out:
            self.gateway_says(self.line.resp(number))

    @rule(numbers=st.lists(st.tuples(NUMBERS, NUMBERS), max_size=70))
    def delivers(self, numbers: list[tuple[int, int]]) -> None:
        """Also the same again, and under numbers that it has used."""
        self.gateway_says(
            *(
                wire.frame(
                    wire.DELIVER,
                    number,
                    wire.Delivery(msg_id=msg_id, src=b"1", content=b"").body(three=False),
                )
                for number, msg_id in numbers
            )
        )

    @rule(which=st.sampled_from([wire.ACTIVE_TEST, wire.ACTIVE_TEST | wire.RESP]))
    def tests(self, which: int) -> None:
        """Whether we are there."""
        self.gateway_says(wire.frame(which, 3, b"\0" if which & wire.RESP else b""))

    @rule(noise=st.sampled_from([b"\0\0\0\1", wire.frame(99, 1), wire.frame(wire.SUBMIT, 1, b"x")]))
    def speaks_nonsense(self, noise: bytes) -> None:
        """Of the right length."""
        self.gateway_says(noise)

    @precondition(lambda self: self.submitted > 12)
    @rule(how=st.sampled_from(["terminate", "lost", "goodbye", "unreadable"]))
    def ends(self, how: str) -> None:
        """One side or the cable."""
        if how == "terminate":
            self.gateway_says(wire.frame(wire.TERMINATE, 1))
        elif how == "unreadable":
            self.gateway_says(b"\0\0\0\1")
        elif how == "lost":
            self.deals(self.line.session.lost())
        else:
            self.line.session.goodbye(self.now)
            self.deals([])

    # ---- our side ----

    @rule(count=st.integers(1, 20))
    def submits(self, count: int) -> None:
        """As much as there is room for."""
        for _ in range(min(count, self.line.session.room)):
            handle, self.submitted = self.submitted, self.submitted + 1
            self.line.session.submit(handle, SUBMIT, self.now)
            self.deals([])

    @rule(which=NUMBERS)
    def records(self, which: int) -> None:
        """One that arrived, also after the connection is over."""
        if self.arrived:
            one = self.arrived.pop(which % len(self.arrived))
            self.recorded.add((int.from_bytes(one.frame[8:12], "big"), one.deliver.msg_id))
            self.line.session.answer(one)
            self.deals([])

    @rule(seconds=st.sampled_from([0.5, 30.0, 60.0, 200.0]))
    def time_passes(self, seconds: float) -> None:
        """As the deadline asks, and no later."""
        until = self.now + seconds
        while not self.over and self.line.session.deadline() <= until:
            self.now = max(self.now, self.line.session.deadline())
            events = self.line.session.tick(self.now)
            lapsed = {e.handle for e in events if isinstance(e, Again)}
            for number, handle in [*self.pending.items()]:
                if handle in lapsed:
                    self.timed_out[number] = self.pending.pop(number)
            self.deals(events)
        self.now = until

    # ---- what is always so ----

    @invariant()
    def the_window_is_kept(self) -> None:
        """Sixteen."""
        assert len(self.pending) <= WINDOW

    @invariant()
    def nothing_is_acknowledged_that_is_not_recorded(self) -> None:
        """By number and id."""
        assert set(self.acknowledged) <= self.recorded

    @invariant()
    def every_submit_ends_once(self) -> None:
        """And all have, when the connection has."""
        assert all(count == 1 for count in self.outcomes.values())
        assert all(count == 1 for count in self.late.values())
        if self.over:
            assert set(self.outcomes) == set(range(self.submitted))
        else:
            open_ = set(range(self.submitted)) - set(self.outcomes)
            assert open_ == set(self.pending.values())


TestConnection = Connection.TestCase
TestConnection.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
