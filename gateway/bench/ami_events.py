"""Events per CPU second from the manager interface to an ordered callback."""

from __future__ import annotations

from gateway.bench.capture import count, read_capture, renamed, replaying
from gateway.bench.child import child_json
from gateway.bench.ratios import PAIRS, Ratio
from gateway.bench.report import Figures, Told
from gateway.telephony.ami_protocol import UNREAD_EVENTS

NOTE = (
    "our path drops {skipped:.0%} of this stream by name before parsing (events that nobody here "
    "reads; Asterisk's own eventfilter, which would keep most of them from being sent at all, is "
    "off); vs_minimal_all_parsed is the same stream with those events renamed, so that every one "
    "is parsed, queued and read"
)


TINY = {"pairs": 1, "events": 500}


async def measure(told: Told, *, pairs: int = PAIRS, events: int | None = None) -> Figures:
    """Ours, the minimal splitter and plain panoramisk, in turn, on the same stream."""
    stream = read_capture(events)
    unfiltered = renamed(stream, UNREAD_EVENTS)
    runs = {"minimal": stream, "ours": stream, "panoramisk": stream, "ours_all": unfiltered}
    rates: dict[str, list[float]] = {name: [] for name in runs}
    heard = 0
    for pair in range(pairs):
        for name, bytes_ in runs.items():
            async with replaying(bytes_) as port:
                who = name.removesuffix("_all")
                found = await child_json("gateway.bench.listeners", who, str(port))
            rates[name].append(count(bytes_) / found["cpu_seconds"])
            heard = int(found["heard"]) if name == "ours" else heard
        told(f"ami_events {pair + 1}/{pairs}")
    return Figures(
        {
            **Ratio.of(rates["ours"], rates["minimal"]).named("vs_minimal"),
            **Ratio.of(rates["ours"], rates["panoramisk"]).named("vs_panoramisk"),
            **Ratio.of(rates["ours_all"], rates["minimal"]).named("vs_minimal_all_parsed"),
            "events": count(stream),
            "pairs": pairs,
        },
        NOTE.format(skipped=1 - heard / count(stream)),
    )
