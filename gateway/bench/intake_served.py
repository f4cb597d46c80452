"""A WeChat hook in a process of its own, for a bench to push to.

``python -m gateway.bench.intake_served WHO FOLDER`` says one JSON object with the ``url`` of the
hook and runs until its standard input is closed.

``bare``     aiohttp as its front page shows it: reads the body, says "success"
``hook``     our server, the channel, the inbox and the store: everything before the answer
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from channels.channel import Channel
from channels.registry import open_account
from config.settings import Intake, Settings, ThrottleSettings
from gateway.app import opened_store
from gateway.app.from_settings import numbers_of, queues_of, seats_of
from gateway.app.throttle import counted_here, slow_text
from gateway.bench.served import ours, serve, settings_in, theirs
from gateway.bench.wechat_push import ACCOUNT, APPID, KEY, TOKEN
from gateway.clock import SystemClock
from gateway.core.targets import Targets
from gateway.intake.accounts import Accounts
from gateway.intake.channel_account import ChannelAccount
from gateway.intake.floor import Floor
from gateway.intake.inbox import Inbox
from gateway.intake.notice import Notice, NoticeText
from gateway.intake.people import People
from gateway.intake.receipts import Receipts
from gateway.intake.seed import seed
from gateway.web.hooks import HooksApi
from gateway.web.limits import Limits
from gateway.web.uses import WebParts

PATH = f"/hooks/{ACCOUNT.replace(':', '/')}"
MOST = 1_000_000
WIDE = ThrottleSettings(
    hook_per_minute=MOST,
    hook_burst=MOST,
    account_per_minute=MOST,
    account_burst=MOST,
    messages_per_minute=MOST,
    messages_burst=MOST,
)
"""Everything is counted, and nobody is over a limit: all of a bench comes from one address."""


def options_in(folder: Path) -> dict[str, str]:
    """An account's options; nobody is there where its answers go."""
    secrets = {"token_file": TOKEN, "aes_key_file": KEY, "secret_file": "none"}
    for name, text in secrets.items():
        (folder / name).write_text(text, "ascii")
    files = {name: str(folder / name) for name in secrets}
    return {"appid": APPID, "base_url": "http://127.0.0.1:9", **files}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """An inbox over a store of its own."""

    settings: Settings
    channel: Channel
    accounts: Accounts
    floor: Floor
    inbox: Inbox


@asynccontextmanager
async def taking(folder: Path, limits: ThrottleSettings) -> AsyncIterator[Taking]:
    """Everything behind a hook, with these limits; nobody is there to answer."""
    settings, clock, words = settings_in(folder), SystemClock(), Intake()
    kind, _, name = ACCOUNT.partition(":")
    made = open_account(kind, name, await asyncio.to_thread(options_in, folder))
    async with opened_store(settings) as store, made as channel:
        accounts = Accounts(store, clock)
        await seed(store, accounts, queues_of(settings), seats_of(settings), numbers_of(settings))
        floor = Floor(store, clock)
        floor.accounts = {
            ACCOUNT: ChannelAccount(
                id=ACCOUNT, title_zh="微信", title_en="WeChat", queue="civil", channel=channel
            )
        }
        await floor.open()
        inbox = Inbox(
            floor,
            People(floor),
            Receipts(floor),
            targets=Targets(queues=floor.queues),
            notice=Notice(
                floor, NoticeText(id=words.notice_id, zh=words.notice_zh, en=words.notice_en)
            ),
            emergency_words=words.emergency_words,
            throttling=counted_here(limits, clock),
            slow_notice=Notice(floor, slow_text(limits)),
        )
        yield Taking(
            settings=settings, channel=channel, accounts=accounts, floor=floor, inbox=inbox
        )


@asynccontextmanager
async def hook(folder: Path) -> AsyncIterator[str]:
    """Everything that a push passes until it is acknowledged."""
    limits = Limits()
    async with taking(folder, WIDE) as there:
        parts = SimpleNamespace(
            channels={ACCOUNT: there.channel}, inbox=there.inbox, clock=there.floor.clock
        )
        operations = HooksApi(cast("WebParts", parts), limits).operations()
        async with ours(there.settings, there.accounts, operations, limits) as url:
            yield f"{url}{PATH}"


@asynccontextmanager
async def bare(_folder: Path) -> AsyncIterator[str]:
    """Without anything of ours."""
    async with theirs(PATH, b"success", "text/plain") as url:
        yield f"{url}{PATH}"


WHO = {"bare": bare, "hook": hook}

if __name__ == "__main__":
    asyncio.run(serve(WHO[sys.argv[1]](Path(sys.argv[2]))))
