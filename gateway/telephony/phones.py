"""The telephone system as the use cases know it: ``ports.Phones`` over one AMI link."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from gateway.core.errors import PhonesUnavailable, Unknown
from gateway.core.line import LineSnapshot, LinkLost, LinkRestored, News, PhoneKind
from gateway.ports import Clock
from gateway.telephony.ami_codec import AmiMessage, Value
from gateway.telephony.ami_events import LineReader
from gateway.telephony.ami_legs import ANSWERED_ELSEWHERE
from gateway.telephony.ami_link import LinkDown, LinkUp
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_members import Membership, changes, memberships
from gateway.telephony.ami_names import (
    checked_channel,
    checked_interface,
    checked_leg,
    checked_reason,
    checked_word,
    endpoint,
    interface,
)
from gateway.telephony.ami_protocol import ActionRefused
from gateway.telephony.ami_reachable import AWAY, NO_DEVICE
from gateway.telephony.ami_snapshot import HOLD_EXTEN, ROOM_CONTEXT, build_snapshot, run_of
from gateway.telephony.calling_out import CallingOut
from gateway.telephony.rooms import Rooms
from gateway.telephony.taps import Taps
from gateway.telephony.whispers import Whispers

NORMAL_CLEARING = 16
OUT_OF_ORDER = 27
"""Q.850: destination out of order. The dialplan takes any cause but 16 for a lost seat."""

# What Asterisk answers when the thing asked for is so already.
ALREADY_MEMBER = "Already there"
NO_MEMBER = ("Not there", "Interface not found")
NO_CHANNEL = "No such channel"
SETTLES_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8)
"""A device state comes by a longer way than a contact's event; on a busy machine it is later."""


class AsteriskPhones(CallingOut, Rooms):
    """``ports.Phones``. ``news`` must be read all the time: it also keeps what the rest knows."""

    def __init__(self, links: AmiLinks, clock: Clock) -> None:
        CallingOut.__init__(self, links)
        Rooms.__init__(self, links, LineReader())
        self._links, self._clock = links, clock
        self._events = links.events
        self._whispers, self._taps = Whispers(links), Taps(links)
        self.unread = 0
        """Messages that could not be understood; the link goes on after each."""

    async def news(self) -> AsyncIterator[News]:
        """What happens; LinkRestored first after each login, then what followed its snapshot."""
        async for heard in self._links.messages():
            match heard:
                case LinkUp():
                    restored = await self._resync()
                    if restored is not None:
                        yield restored
                case LinkDown(reason):
                    self._whispers.forget()
                    yield LinkLost(at=self._clock.now(), reason=reason)
                case AmiMessage():
                    for each in self._read(heard):
                        yield each
                case _:
                    assert_never(heard)

    async def enlist(
        self, seat: str, phone: PhoneKind, name: str, skills: Mapping[str, int], *, paused: bool
    ) -> None:
        """Make the seat's phone a member of exactly these queues.

        ``name`` is what a queue calls the member; empty for the seat's number. Until every queue is
        right the phone is paused, so that it is never rung by one of them alone. Raises Unknown
        for a phone or a queue that the telephone system does not have.
        """
        member = interface(seat, phone)
        await self._must_exist(seat, phone)
        title = checked_word(name or seat, "name")
        have = await self._memberships(seat)
        plan = changes(have, member, skills)
        for queue, other in plan.remove:
            await self._do("QueueRemove", NO_MEMBER, Queue=queue, Interface=other)
        for queue, penalty in plan.add.items():
            headers = {"Interface": member, "StateInterface": member, "MemberName": title}
            await self._add(checked_word(queue, "queue"), headers, penalty)
        for queue, penalty in plan.penalty.items():
            await self._do("QueuePenalty", (), Queue=queue, Interface=member, Penalty=penalty)
        for other in {each.interface for each in have if each.static} - {member}:
            await self._pause(other, paused=True, reason="")  # nobody sits at that phone now
        kept = [each for each in have if each.interface == member and each.queue in skills]
        if plan.add or any(each.paused is not paused for each in kept):
            await self._pause(member, paused=paused, reason="")

    async def dismiss(self, seat: str) -> None:
        """Take both phones of a seat out of every queue.

        A membership written into a queue's file stays, not paused: it is the dialplan's last
        resort when nobody is signed in.
        """
        for each in await self._memberships(seat):
            if not each.static:
                await self._do("QueueRemove", NO_MEMBER, Queue=each.queue, Interface=each.interface)
            elif each.paused:
                await self._pause(each.interface, paused=False, reason="")

    async def expel(self, queue: str, interface: str) -> None:
        """Take out of a queue what no seat put there."""
        queue, interface = checked_word(queue, "queue"), checked_interface(interface)
        await self._do("QueueRemove", NO_MEMBER, Queue=queue, Interface=interface)

    async def pause(self, seat: str, phone: PhoneKind, reason: str) -> None:
        """No new calls for this seat; ``reason`` is shown by the queue."""
        await self._pause(interface(seat, phone), paused=True, reason=checked_reason(reason))

    async def resume(self, seat: str, phone: PhoneKind) -> None:
        """New calls for this seat; raises Unknown when it is in no queue."""
        await self._pause(interface(seat, phone), paused=False, reason="")

    async def withdraw(self, leg: str) -> None:
        """Stop ringing this leg; nothing happens when it was answered or is gone.

        The phone hears "answered elsewhere", app_queue takes it for one that hung up and rings the
        next at once; pause the seat first, or the next may be the same.
        """
        if not self._reader.talks(checked_leg(leg)):
            await self._do("Hangup", (NO_CHANNEL,), Channel=leg, Cause=ANSWERED_ELSEWHERE)

    async def hold(self, channel: str, leg: str) -> None:
        """Music for the citizen, the seat waits in the room; raises Unknown when one is gone."""
        await self._redirect(
            Channel=checked_channel(channel),
            Context=ROOM_CONTEXT,
            Exten=HOLD_EXTEN,
            Priority=1,
            ExtraChannel=checked_leg(leg),
            ExtraContext=ROOM_CONTEXT,
            ExtraExten="op",
            ExtraPriority=1,
        )

    async def retrieve(self, channel: str) -> None:
        """Citizen and seat together again; raises Unknown when the citizen is gone."""
        await self._redirect(
            Channel=checked_channel(channel), Context=ROOM_CONTEXT, Exten="cust", Priority=1
        )

    async def hang_up(self, channel: str) -> None:
        """End the citizen's leg and with it the call."""
        channel = checked_channel(channel)
        await self._do("Hangup", (NO_CHANNEL,), Channel=channel, Cause=NORMAL_CLEARING)

    async def lose(self, leg: str) -> None:
        """End a seat's leg as torn away; nothing happens when it is gone."""
        leg = checked_leg(leg)
        await self._do("Hangup", (NO_CHANNEL,), Channel=leg, Cause=OUT_OF_ORDER)

    async def packets_from(self, leg: str) -> int:
        """How many packets of sound this seat has sent in its leg; 0 when that is gone."""
        answer = await self._calls.act(
            "Getvar", Channel=checked_leg(leg), Variable="CHANNEL(rtcp,rxcount,audio)"
        )
        count = answer.get("Value")
        return int(count) if count.isdecimal() else 0

    async def whisper(self, channel: str, prompts: Sequence[str]) -> None:
        """Speak prompts over a waiting caller's music; nothing happens when they wait no more."""
        found = self._reader.tracks.of(checked_channel(channel))
        names = [checked_word(each, "prompt") for each in prompts]
        if names and found is not None and found[1].queue and not found[1].talking:
            await self._whispers.start(found[0], channel, names)

    async def tap(self, channel: str, stream: str, address: tuple[str, int]) -> None:
        """Send what this leg says to a listener; see ``taps``."""
        await self._taps.start(channel, stream, address)

    async def untap(self, stream: str) -> None:
        """Take a tap off."""
        self._taps.stop(stream)

    async def reachable(self, seat: str, phone: PhoneKind) -> bool:
        """Whether this phone is registered and answers now.

        A device state that denies what was told of the phone last may be an old one: then it is
        asked again for a moment. If it stays, it counts: calls go by it.
        """
        device = interface(seat, phone)
        here = await self._device_state(device) not in AWAY
        for pause in SETTLES_SECONDS:
            if self._reader.phone_told(device) in (None, here):
                break
            await self._clock.sleep(pause)
            here = await self._device_state(device) not in AWAY
        return here

    async def rouse(self, seat: str, phone: PhoneKind) -> None:
        """Ask this phone now: after a restart Asterisk rings none that has not answered OPTIONS."""
        await self._events.act("PJSIPQualify", Endpoint=endpoint(seat, phone))

    async def snapshot(self) -> LineSnapshot:
        """Everything the telephone system has now."""
        return (await self._snapshot())[0]

    async def _snapshot(self) -> tuple[LineSnapshot, float]:
        pong = await self._events.act("Ping")
        try:
            channels = await self._events.act_list("CoreShowChannels")
            queues = await self._events.act_list("QueueStatus")
            status = await self._events.act("CoreStatus")
        except ActionRefused as refused:
            raise PhonesUnavailable(f"snapshot refused: {refused.message}") from None
        since = float(pong.get("Timestamp") or 0)
        snapshot = build_snapshot(channels, queues, self._clock.now())
        return replace(snapshot, run=run_of(status)), since

    async def _resync(self) -> LinkRestored | None:
        try:
            snapshot, since = await self._snapshot()
        except PhonesUnavailable:
            self._events.drop("resync failed")  # LinkDown follows, then the next try
            return None
        self._reader.restore(snapshot, since)
        self._taps.restore(snapshot.taps)
        return LinkRestored(at=snapshot.at, snapshot=snapshot)

    def _read(self, message: AmiMessage) -> Sequence[News]:
        now = self._clock.now()
        try:
            news = self._reader.feed(message, now)
        except (KeyError, ValueError):
            self.unread += 1
            return ()
        self._whispers.heard(message, news)
        self._guests_heard(news)
        more = self.heard_out(message, news, now)
        return [*news, *self._taps.heard(message, now), *more]

    async def _must_exist(self, seat: str, phone: PhoneKind) -> None:
        # QueueAdd says Success for a device that does not exist, and never rings it
        if await self._device_state(interface(seat, phone)) == NO_DEVICE:
            raise Unknown("phone", endpoint(seat, phone))

    async def _device_state(self, device: str) -> str:
        # PJSIPShowEndpoint says more, and needs the right to write the database and load modules
        answer = await self._calls.act("Getvar", Variable=f"DEVICE_STATE({device})")
        if not answer.get("Value"):
            raise PhonesUnavailable("device states are not told")
        return answer["Value"]

    async def _memberships(self, seat: str) -> tuple[Membership, ...]:
        found: tuple[Membership, ...] = ()
        for phone in PhoneKind:
            member = interface(seat, phone)
            try:
                found += memberships(await self._calls.act_list("QueueStatus", Member=member))
            except ActionRefused as refused:
                raise PhonesUnavailable(f"queue status refused: {refused.message}") from None
        return found

    async def _add(self, queue: str, headers: Mapping[str, str], penalty: int) -> None:
        answer = await self._calls.act(
            "QueueAdd", Queue=queue, Penalty=penalty, Paused="true", **headers
        )
        if not answer.ok and not answer.get("Message").endswith(ALREADY_MEMBER):
            raise Unknown("queue", queue)

    async def _pause(self, member: str, *, paused: bool, reason: str) -> None:
        flag = "true" if paused else "false"
        answer = await self._calls.act("QueuePause", Interface=member, Paused=flag, Reason=reason)
        if not answer.ok and not paused:
            raise Unknown("queue member", member)

    async def _redirect(self, **headers: Value) -> None:
        answer = await self._calls.act("Redirect", **headers)
        if not answer.ok:
            raise Unknown("channel", str(headers["Channel"]))

    async def _do(self, action: str, fine: tuple[str, ...], **headers: Value) -> None:
        """Do it; an answer that ends in one of ``fine`` says it is so already."""
        answer = await self._calls.act(action, **headers)
        if not answer.ok and not answer.get("Message").endswith(fine):
            raise Unknown(action, str(headers.get("Channel") or headers.get("Interface")))
