"""One caller over FastAGI: ask the house for a plan, run the flow, leave a verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from ivr.agi import MAX_REQUEST_BYTES, Note, Reply, ReplyReader, Request, encode, parse_request
from ivr.errors import CallerGone, ProtocolFault
from ivr.flow import Flow, listens
from ivr.hearing import Hearing
from ivr.machine import (
    DEAF,
    DONE,
    Choice,
    Collect,
    HangUp,
    Hear,
    Input,
    Speak,
    ToComplaint,
    ToEmergency,
    ToQueue,
    begin,
    step,
)
from ivr.plan import Arrival, Measure, Plan

Decide = Callable[[Arrival], Awaitable[Plan]]
Complain = Callable[[Arrival, str], Awaitable[None]]
"""Told that this caller complains about staff and goes to this queue, before they do."""

MAX_STEPS = 100
"""Effects of one call; a checked flow ends long before."""
VERDICT_SECONDS = 1.0
"""What is left for the last act after the last question."""
SHORTEST_HEARING_SECONDS = 4.0
"""With less time left nobody is asked again: a prompt and a word take longer."""
MAX_NOTES = 300
"""Lines without a reply in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """Every limit of one call, in seconds. ``whole`` must be below the dialplan's own guard."""

    header: float = 2.0
    decide: float = 2.0
    command: float = 2.0
    prompt: float = 8.0
    hear: float = 9.0
    """One question and its answer."""
    whole: float = 12.0

    @classmethod
    def under(cls, guard_seconds: float, flow: Flow | None = None) -> SessionLimits:
        """The usual limits, all of it over before the dialplan's guard ends the flow.

        A ``flow`` that listens takes longer.
        """
        usual = cls()
        longer = usual.hear if flow is not None and listens(flow) else 0.0
        return replace(usual, whole=min(usual.whole + longer, guard_seconds * 0.8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What happened to a caller in the flow.

    ``heard`` are the prompts that were spoken to their end, ``choice`` is how the last listening
    ended, if there was one. ``emergency`` is the code of the line that they chose by a key,
    ``slow`` the limit that they were over. ``measure`` is what they are told of that holds against
    them.
    """

    hotline_id: str = ""
    heard: frozenset[str] = frozenset()
    choice: Choice | None = None
    emergency: str = ""
    measure: str = ""
    slow: str = ""


class Session:
    """Drives one call; ``run`` returns the queue, or empty when the flow ended elsewhere.

    Raises CallerGone, ProtocolFault, TimeoutError or whatever ``decide`` raises. GW_VERDICT is set
    as the last act, so that on any error the dialplan goes on by itself. ``journey`` says
    afterwards who it was and what happened to them. Without ``hearing`` nobody can be heard, and a
    flow that listens goes on to a person.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        flow: Flow,
        decide: Decide,
        limits: SessionLimits,
        folder: str,
        hearing: Hearing | None = None,
        complain: Complain | None = None,
    ) -> None:
        self.journey = Journey()
        self._reader, self._writer = reader, writer
        self._hearing, self._complain = hearing, complain
        self._until = 0.0
        self._flow, self._decide = flow, decide
        self._limits, self._folder = limits, folder
        self._replies = ReplyReader()

    async def run(self) -> str:
        """From the first byte to the verdict."""
        self._until = asyncio.get_running_loop().time() + self._limits.whole
        async with asyncio.timeout_at(self._until):
            request = await self._request()
            arrival = await self._arrival(request)
            self.journey = Journey(hotline_id=arrival.hotline_id)
            async with asyncio.timeout(self._limits.decide):
                plan = await self._decide(arrival)
            if plan.slow:
                self.journey = replace(self.journey, slow=plan.slow)
                await self._set("GW_SLOW", "1")
            if plan.measure is not None:
                await self._measured(plan, plan.measure)
                return plan.default_queue
            queue = plan.default_queue
            if not plan.straight:
                queue = await self._flow_queue(plan, arrival)
            if queue:
                await self._verdict(plan, queue)
            return queue

    async def _measured(self, plan: Plan, measure: Measure) -> None:
        """The telephone system tells them by itself, however long that takes."""
        await self._set("GW_STANDING", measure.name)
        await self._set("GW_STANDING_PERSON", "1" if measure.person else "0")
        self.journey = replace(self.journey, measure=measure.name)
        await self._verdict(plan, plan.default_queue, "standing")

    async def _request(self) -> Request:
        try:
            async with asyncio.timeout(self._limits.header):
                raw = await self._reader.readuntil(b"\n\n")
        except asyncio.IncompleteReadError:
            raise CallerGone from None
        except (TimeoutError, asyncio.LimitOverrunError):
            raise ProtocolFault("no request") from None
        return parse_request(raw)

    async def _arrival(self, request: Request) -> Arrival:
        if not request.uniqueid:
            raise ProtocolFault("a call without a name")
        did = await self._command("GET VARIABLE", "HOTLINE_DID")
        return Arrival(
            hotline_id=f"H{request.uniqueid}",
            number=request.number,
            did=did.data if did.result == "1" else "",
            trunk=request.trunk,
            asserted=request.asserted,
        )

    async def _complained(self, arrival: Arrival, queue: str) -> None:
        """Whoever is meant is not to be rung; when that fails, the caller is not lost for it."""
        if self._complain is not None:
            with suppress(Exception):
                async with asyncio.timeout(self._limits.decide):
                    await self._complain(arrival, queue)

    async def _flow_queue(self, plan: Plan, arrival: Arrival) -> str:
        state, effect = begin(self._flow, plan)
        for _ in range(MAX_STEPS):
            said: Input = DONE
            match effect:
                case ToQueue(queue):
                    return queue
                case ToComplaint(queue):
                    await self._complained(arrival, queue)
                    return queue
                case ToEmergency(code):
                    self.journey = replace(self.journey, emergency=code)
                    await self._set("GW_LINE", code)
                    await self._set("GW_VERDICT", "emergency")
                    return ""
                case HangUp():
                    await self._command("HANGUP")
                    return ""
                case Speak(prompt):
                    await self._command(
                        "STREAM FILE", self._folder + prompt, "", seconds=self._limits.prompt
                    )
                case Collect(prompt, wait_ms):
                    said = await self._key(prompt, wait_ms)
                case Hear():
                    said = await self._hear(effect)
            state, effect = step(self._flow, plan, state, said)
            self.journey = replace(self.journey, choice=state.choice)
        raise ProtocolFault("a flow without end")

    async def _key(self, prompt: str, wait_ms: int) -> Input:
        # GET DATA hears keys from the first sample of the prompt to the end of the wait, in one
        # command: no gap in which a key could be lost. 0 would mean for ever.
        reply = await self._command(
            "GET DATA",
            self._folder + prompt,
            str(max(1, wait_ms)),
            "1",
            seconds=self._limits.prompt + wait_ms / 1000,
        )
        if not reply.result:
            self.journey = replace(self.journey, heard=self.journey.heard | {prompt})
        # -1 is a hang-up or a prompt that is not there: the next command tells which
        return reply.result if reply.result and not reply.failed else DONE

    async def _hear(self, hear: Hear) -> Input:
        left = self._until - asyncio.get_running_loop().time() - VERDICT_SECONDS
        seconds = min(self._limits.hear, left)
        if self._hearing is None or seconds < SHORTEST_HEARING_SECONDS:
            return DEAF

        async def join(stream: str, address: str) -> Reply:
            # the application's own result says nothing: a hang-up shows in the next command
            limit = seconds + self._limits.command
            return await self._command("EXEC", "AudioSocket", f"{stream},{address}", seconds=limit)

        return await self._hearing.hear(hear, seconds, join)

    async def _verdict(self, plan: Plan, queue: str, verdict: str = "queue") -> None:
        for name, value in (("GW_QUEUE", queue), ("GW_PRIO", str(plan.prio))):
            await self._set(name, value)
        if plan.bulletin and plan.bulletin.queue in plan.valid_queues:
            told = plan.bulletin
            await self._set("GW_INCIDENT", told.name)
            await self._set("GW_INCIDENT_KEY", told.key)
            await self._set("GW_INCIDENT_QUEUE", told.queue)
            await self._set("GW_INCIDENT_PRIO", str(told.prio))
        elif queue in plan.welcomes:
            await self._set("GW_INCIDENT", plan.welcomes[queue])
        if queue in plan.valid_queues:
            await self._set("GW_VERDICT", verdict)
            return
        raise ProtocolFault("no such queue")

    async def _set(self, name: str, value: str) -> None:
        if (await self._command("SET VARIABLE", name, value)).failed:
            raise CallerGone

    async def _command(self, verb: str, *words: str, seconds: float = 0.0) -> Reply:
        self._writer.write(encode(verb, *words))
        async with asyncio.timeout(seconds or self._limits.command):
            await self._writer.drain()
            for _ in range(MAX_NOTES):
                said = self._replies.feed(await self._line())
                if isinstance(said, Reply):
                    return said
                if said is Note.HANGUP:
                    raise CallerGone
        raise ProtocolFault("no reply")

    async def _line(self) -> bytes:
        try:
            line = await self._reader.readline()
        except ValueError:
            raise ProtocolFault("line too long") from None
        if not line.endswith(b"\n"):
            raise CallerGone
        return line


READ_LIMIT_BYTES = MAX_REQUEST_BYTES
