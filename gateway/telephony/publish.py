"""Publishing to a running Asterisk: ``intake.publisher`` over the manager interface.

Connected only while something is published or compared. Files are written by Asterisk itself
(UpdateConfig), so it may be somebody else's on another machine; only what differs is written, then
the modules are reloaded, then files and running state are read back. Calls, waiting callers and
the queues' dynamic members are not touched by any of this.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from gateway.core.drift import Difference, PublishFailed, Shape
from gateway.core.errors import PhonesUnavailable
from gateway.ports import Clock, PhoneSecrets
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_link import AmiLink, LinkDown, LinkUp
from gateway.telephony.ami_protocol import ActionRefused
from gateway.telephony.ami_users import AmiUser
from gateway.telephony.conf_text import Section, Step, actions, read_back, steps
from gateway.telephony.plan_files import EXTENSIONS, PHONES, QUEUES, PlanFiles
from gateway.telephony.running import CONTEXTS, Running, compare, waiting

CONNECT_SECONDS = 8.0
SETTLE_SECONDS = 8.0
"""How long a reload may take until what runs is what was written."""
LOOK_EVERY_SECONDS = 0.1
STAGING = "hotline_staging.conf"
"""A change of several actions is made here first; nobody reads it. As secret as the files it is
made from: the same folder, the same mode."""
EXISTS = "File exists"

READS = {QUEUES: "GetConfig", EXTENSIONS: "GetConfig", PHONES: "ListCategories"}
"""How each file is read: the phones' without a line of it, their passwords stay where they are."""
ORDER = (PHONES, QUEUES, EXTENSIONS)
"""A number never leads to a queue that is not there yet, a queue never to a phone."""


class AsteriskPublisher:
    """``intake.publisher.Publisher``."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        secret: str,
        phones: PhoneSecrets,
        web_calls: bool,
        clock: Clock,
    ) -> None:
        self._address, self._secret = (host, port), secret
        self._phones, self._web_calls, self._clock = phones, web_calls, clock

    async def publish(self, shape: Shape) -> tuple[Difference, ...]:
        """Bring the telephone system to this shape; what differs at the end is given back.

        Raises PublishFailed with the step; what came before it is not undone here.
        """
        wanted = self._files(shape)
        async with self._connected() as link:
            todo = {file: await self._todo(link, file, wanted[file]) for file in ORDER}
            await self._nobody_waits(link, todo[QUEUES])
            for file in ORDER:
                await self._write(link, file, todo[file])
            await self._reload(link)
            return await self._settled(link, wanted, shape)

    async def compare(self, shape: Shape) -> tuple[Difference, ...]:
        """What differs now, in its files or in what it runs."""
        wanted = self._files(shape)
        async with self._connected() as link:
            return compare(wanted, shape, await self._look(link))

    def _files(self, shape: Shape) -> Mapping[str, Sequence[Section]]:
        return PlanFiles(
            queues=shape.queues,
            dids=shape.dids,
            seats=shape.seats,
            phones=self._phones,
            web_calls=self._web_calls,
        ).sections()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AmiLink]:
        host, port = self._address
        async with AmiLink(
            host=host, port=port, user=AmiUser.ADMIN, secret=self._secret, listens=False
        ) as link:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await _up(link)
            except TimeoutError:
                raise PublishFailed("connect", "no answer in time") from None
            try:
                yield link
            except ActionRefused as refused:
                raise PublishFailed("ask", refused.message) from None
            except PublishFailed:
                raise
            except PhonesUnavailable as away:
                raise PublishFailed("ask", away.reason) from None

    async def _todo(self, link: AmiLink, file: str, wanted: Sequence[Section]) -> tuple[Step, ...]:
        have = await self._read(link, file)
        return steps(wanted, have, names_only=READS[file] != "GetConfig")

    async def _read(self, link: AmiLink, file: str) -> tuple[Section, ...]:
        answer = await link.act(READS[file], Filename=file)
        if not answer.ok:
            # GetConfig of a file without a section says this, too
            if answer.get("Message") == "No categories found":
                return ()
            raise PublishFailed("read", f"{file}: {answer.get('Message')}")
        return read_back(answer)

    async def _nobody_waits(self, link: AmiLink, todo: Sequence[Step]) -> None:
        """Raise PublishFailed when a queue that would go has callers in it now."""
        made = {step.cat for step in todo if step.action == "NewCat"}
        leaving = {step.cat for step in todo if step.action == "DelCat"} - made
        if not leaving:
            return
        callers = waiting(await link.act_list("QueueStatus"))
        for name in sorted(leaving):
            if callers.get(name):
                raise PublishFailed("callers-waiting", f"{name}: {callers[name]}")

    async def _write(self, link: AmiLink, file: str, todo: Sequence[Step]) -> None:
        sent = actions(file, STAGING, todo)
        if len(sent) > 1:  # UpdateConfig writes only what exists
            await self._done(link, "CreateConfig", file, {"Filename": STAGING}, fine=EXISTS)
        for headers in sent:
            await self._done(link, "UpdateConfig", file, headers)

    async def _reload(self, link: AmiLink) -> None:
        for module in ("res_pjsip.so", "pbx_config.so"):
            await self._done(link, "Reload", module, {"Module": module})
        await self._done(link, "QueueReload", QUEUES, {"Members": "yes", "Parameters": "yes"})

    async def _done(
        self, link: AmiLink, action: str, what: str, headers: Mapping[str, str], fine: str = ""
    ) -> None:
        answer = await link.act(action, **headers)
        if not answer.ok and answer.get("Message") != (fine or None):
            raise PublishFailed(action, f"{what}: {answer.get('Message')}")

    async def _settled(
        self, link: AmiLink, wanted: Mapping[str, Sequence[Section]], shape: Shape
    ) -> tuple[Difference, ...]:
        until = self._clock.monotonic() + SETTLE_SECONDS
        while True:
            left = compare(wanted, shape, await self._look(link))
            if not left or self._clock.monotonic() >= until:
                return left
            await self._clock.sleep(LOOK_EVERY_SECONDS)

    async def _look(self, link: AmiLink) -> Running:
        dialplan: list[AmiMessage] = []
        for context in CONTEXTS:
            try:
                dialplan += await link.act_list("ShowDialPlan", Context=context)
            except ActionRefused:  # there is none, or it is empty
                continue
        return Running(
            files={file: await self._read(link, file) for file in READS},
            queues=await link.act_list("QueueStatus"),
            dialplan=dialplan,
            endpoints=await link.act_list("PJSIPShowEndpoints"),
        )


async def _up(link: AmiLink) -> None:
    """Return when the link is up; raise PublishFailed when it does not come up at once."""
    async for heard in link.messages():
        if isinstance(heard, LinkUp):
            return
        if isinstance(heard, LinkDown):
            raise PublishFailed("connect", heard.reason)
