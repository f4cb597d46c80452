"""The stream that is replayed: whole, the same for all, without a person in it."""

from __future__ import annotations

import asyncio
import re

from gateway.bench.capture import count, read_capture, renamed, replaying
from gateway.telephony.ami_codec import AmiDecoder
from gateway.telephony.ami_protocol import UNREAD_EVENTS


def test_the_capture_holds_every_event_once_and_nobody() -> None:
    """As many messages as headers Event; callers are c1 to c100, addresses this machine's."""
    stream = read_capture()
    assert count(stream) == len(re.findall(rb"(?m)^Event: ", stream)) > 29_000
    assert count(read_capture(100)) == 100
    callers = set(re.findall(rb"(?m)^CallerIDN\w+: (.*)\r$", stream))
    assert all(re.fullmatch(rb"c\d{1,3}|caller|<unknown>|\d{3,5}", one) for one in callers), callers
    assert not re.search(rb"(?<!\d)1[3-9]\d{9}(?!\d)", stream.replace(b".", b""))
    assert set(re.findall(rb"\d+\.\d+\.\d+\.\d+", stream)) <= {b"127.0.0.1"}


def test_a_renamed_event_is_filtered_by_nobody() -> None:
    """The same number of messages, and every one is parsed."""
    stream = read_capture(500)
    decoder = AmiDecoder(UNREAD_EVENTS)
    greeting = b"Asterisk Call Manager/11.0.0\r\n"
    parsed = list(decoder.feed(greeting + renamed(stream, UNREAD_EVENTS)))
    assert (len(parsed), decoder.skipped) == (500, 0)


async def test_the_replay_lets_in_answers_and_says_it_all() -> None:
    """A ping is answered; then everything from the begin to the end comes."""
    stream = read_capture(50)
    async with replaying(stream) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"Action: Ping\r\nActionID: 7\r\n\r\n")
        writer.write(b"Action: Login\r\nActionID: 8\r\n\r\n")
        async with asyncio.timeout(10):
            said = await reader.readuntil(b"Event: BenchEnd\r\n")
        writer.close()
    assert said.index(b"ActionID: 7\r\nPing: Pong") < said.index(b"ActionID: 8")
    assert stream in said
