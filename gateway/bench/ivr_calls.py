"""How many calls a second reach their queue, through our flow and through a static dialplan.

All are numbers of one hotline: the same Asterisk, the same recording, the same prompt and keys, the
same queue, the same callers. One asks the gateway's flow over FastAGI. The others read the key in
the dialplan itself: of one the gateway hears every event and keeps a record, as of its own; the
other's calls have names of events that it does not know, so that it does nothing for them.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files

from gateway.bench.child import ChildFailed
from gateway.bench.ratios import PAIRS, Ratio
from gateway.bench.report import Figures, Told
from gateway.bench.world import World, hotline
from gateway.telephony.ami_link import AmiLink
from gateway.telephony.ami_users import AmiUser

OURS, STATIC, BARE = "12345", "99999", "99998"
ENOUGH = 0.99
SECONDS = 5.0
QUIET_SECONDS = 1.0
SIPP_SECONDS = 60.0
LADDER = tuple(round(5 * 1.2**step, 1) for step in range(28))
"""Rates in calls a second, each a fifth above the one before."""
FIRST_RUNG = 9
NOTE = (
    "highest rate of a ladder in steps of 20 % at which >= 99 % of the calls of {seconds:.0f} s "
    "are in their queue. vs_static: our flow over FastAGI ({ours:.0f}/s at best) / the same as "
    "static dialplan ({static:.0f}/s), the gateway hears and records the calls of both. "
    "vs_static_unrecorded: the whole of it / a static dialplan ({bare:.0f}/s) whose calls the "
    "gateway does nothing for"
)
READ_A_KEY = """\
 same => n,Read(BENCH_KEY,hotline/greeting,1,,1,0.4)
 same => n,Set(GW_QUEUE=${IF($["${BENCH_KEY}"="2"]?enterprise:civil)})
 same => n,Set(GW_PRIO=0)
 same => n,Set(GW_VERDICT=queue)
"""
"""What the flow ``main`` does: one key, until 0.4 s after the greeting; then the verdict."""


TELLS = ("hotline-arrived", "hotline-recorded")
"""The parts of the way in that tell of a call."""


def static_dialplan(text: str, recorded: str) -> str:
    """Our way in twice more, with the AGI replaced; once with events that nobody knows. PURE.

    ``text`` is extensions.conf, ``recorded`` what it has of recordings in a file of its own.
    """
    body, replaced = re.subn(
        r"(?m)^ same => n,AGI\(.*\n", lambda _: READ_A_KEY, _section(text, "hotline-in")
    )
    if replaced != 1:
        raise ValueError("not one AGI()")
    unknown = _unheard(body) + "".join(
        f"\n[{name.replace('hotline', 'bench')}]\n{_unheard(_section(text + recorded, name))}"
        for name in TELLS
    )
    ways = "".join(
        f"\n[from-trunk](+)\nexten => {did},1,Set(HOTLINE_DID={OURS})\n"
        f" same => n,Set(HOTLINE_ORIGIN=trunk)\n same => n,Goto({context},s,1)\n"
        for did, context in ((STATIC, "bench-static"), (BARE, "bench-bare"))
    )
    return f"\n[bench-static]\n{body}\n[bench-bare]\n{unknown}{ways}"


def _section(text: str, name: str) -> str:
    found = re.search(rf"(?ms)^\[{name}\]\n(.*?)(?=^\[|^; ----)", text)
    if found is None:
        raise ValueError(f"no [{name}]")
    return found[1]


def _unheard(body: str) -> str:
    """With events that nobody knows, in the parts that it calls, too."""
    body = body.replace("UserEvent(Hotline", "UserEvent(Bench")
    for name in TELLS:
        body = body.replace(f"Gosub({name},", f"Gosub({name.replace('hotline', 'bench')},")
    return body


@dataclass(slots=True)
class Climber:
    """Finds the highest rung of the ladder that ``holds``, from where it stood last."""

    holds: Callable[[float], Awaitable[bool]]
    ladder: tuple[float, ...]
    rung: int
    stride: int = 4

    async def climb(self) -> float:
        """The rate; raises ChildFailed when not even the lowest holds."""
        while not await self.holds(self.ladder[self.rung]):
            if self.rung == 0:
                raise ChildFailed(
                    f"ivr_calls: {self.ladder[0]} calls a second do not reach the queue"
                )
            self.rung = max(0, self.rung - self.stride)
        for stride in dict.fromkeys((self.stride, 1)):
            while (higher := self.rung + stride) < len(self.ladder):
                if not await self.holds(self.ladder[higher]):
                    break
                self.rung = higher
        self.stride = 1
        return self.ladder[self.rung]


TINY = {"pairs": 1, "seconds": 1.0, "ladder": (2.0,)}


async def measure(
    told: Told,
    *,
    pairs: int = PAIRS,
    seconds: float = SECONDS,
    ladder: tuple[float, ...] = LADDER,
) -> Figures:
    """Climb with all of them in turn."""
    rates: dict[str, list[float]] = {OURS: [], STATIC: [], BARE: []}
    async with hotline() as world, _admin(world) as link:
        await _add_static(world, link)
        rung = min(FIRST_RUNG, len(ladder) - 1)
        climbers = {
            did: Climber(partial(reached, world, did, seconds), ladder, rung) for did in rates
        }
        for pair in range(pairs):
            for did, climber in climbers.items():
                rates[did].append(await climber.climb())
            last = ", ".join(f"{rates[did][-1]:.0f}/s" for did in rates)
            told(f"ivr_calls {pair + 1}/{pairs}: {last}")
    ours, static, bare = (max(of_one) for of_one in rates.values())
    note = NOTE.format(seconds=seconds, ours=ours, static=static, bare=bare)
    ratio = Ratio.of(rates[OURS], rates[STATIC])
    whole = Ratio.of(rates[OURS], rates[BARE])
    named = {**ratio.named("vs_static"), **whole.named("vs_static_unrecorded")}
    return Figures({**named, "pairs": pairs}, note)


async def reached(world: World, did: str, seconds: float, rate: float) -> bool:
    """Whether enough of the calls of ``seconds`` got into their queue."""
    calls = max(1, round(rate * seconds))
    before = await asyncio.to_thread(_entered, world)
    await _sipp(world, did, calls, rate)
    await asyncio.sleep(QUIET_SECONDS)  # what was late must not weigh on the next one
    entered = await asyncio.to_thread(_entered, world) - before
    return entered >= ENOUGH * calls


def _entered(world: World) -> int:
    """Calls that entered their own queue so far; the fallback queue does not count."""
    log = world.settings.data_dir / "asterisk" / "log" / "queue_log"
    return log.read_text("utf-8", "replace").count("|civil|NONE|ENTERQUEUE|")


async def _sipp(world: World, did: str, calls: int, rate: float) -> None:
    program = shutil.which("sipp")
    if program is None:
        raise ChildFailed("ivr_calls needs sipp")
    host, port = world.sip
    with as_file(files("gateway.bench") / "sipp/citizen.xml") as scenario:
        process = await asyncio.create_subprocess_exec(
            *(program, f"{host}:{port}", "-sf", str(scenario), "-s", did, "-i", "127.0.0.1"),
            *("-nostdin", "-m", str(calls), "-r", f"{rate:.1f}", "-timeout", f"{SIPP_SECONDS}s"),
            *("-mi", "127.0.0.1"),
            cwd=world.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(SIPP_SECONDS + 10):
                await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _admin(world: World) -> AmiLink:
    reach, user = world.reach, AmiUser.ADMIN
    return AmiLink(
        host=reach.ami_host,
        port=reach.ami_port,
        user=user,
        secret=reach.ami_secrets[user],
        listens=False,
    )


async def _add_static(world: World, link: AmiLink) -> None:
    beside = world.extensions.with_name("extensions_recorded.conf")
    text = await asyncio.to_thread(world.extensions.read_text, "utf-8")
    static = static_dialplan(text, await asyncio.to_thread(beside.read_text, "utf-8"))
    await asyncio.to_thread(world.extensions.write_text, text + static, "utf-8")
    async with asyncio.timeout(10):
        await anext(link.messages())
    for action, headers in (
        ("ModuleLoad", {"LoadType": "load", "Module": "app_read.so"}),
        ("Reload", {"Module": "pbx_config.so"}),
    ):
        answer = await link.act(action, **headers)
        if not answer.ok:
            raise ChildFailed(f"ivr_calls: {action} refused: {answer.get('Message')}")
