"""The channel accounts of the settings, opened as one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from channels.channel import Channel
from channels.errors import BadSettings, ChannelError
from channels.registry import open_account
from config.errors import ConfigError, Problem
from config.settings import ChannelAccount, Settings

log = structlog.get_logger()


def enabled(settings: Settings) -> tuple[ChannelAccount, ...]:
    """The accounts that are in use, in the settings' order."""
    return tuple(one for one in settings.channels if one.enabled)


def accounts_made(settings: Settings) -> Mapping[str, Channel]:
    """Every account in use by its id, not yet entered.

    Raises ConfigError with the problems of all of them at once.
    """
    made: dict[str, Channel] = {}
    problems: list[Problem] = []
    for account in enabled(settings):
        try:
            made[account.id] = open_account(account.kind, account.name, account.options)
        except BadSettings as wrong:
            problems += problems_of(account, wrong)
    if problems:
        raise ConfigError(*problems)
    return made


def problems_of(account: ChannelAccount, wrong: BadSettings) -> tuple[Problem, ...]:
    """What a channel says is wrong, in the words of the settings' file."""
    return tuple(
        Problem("", f"channel {account.id}: {key}", zh, en) for key, zh, en in wrong.problems
    )


@asynccontextmanager
async def opened_channels(
    settings: Settings, failed: Callable[[str, str], None] = lambda *_: None
) -> AsyncIterator[Mapping[str, Channel]]:
    """Every account in use that can be opened, entered; left in reverse.

    One that cannot (a secret's file that is gone, say) keeps neither the others nor the telephone
    from starting: it is logged, and ``failed`` hears its id and why. ``hotline check-config`` says
    it before a start.
    """
    async with AsyncExitStack() as stack:
        opened: dict[str, Channel] = {}
        for account in enabled(settings):
            try:
                channel = open_account(account.kind, account.name, account.options)
                opened[account.id] = await stack.enter_async_context(channel)
            except Exception as wrong:  # noqa: BLE001 - whatever it is, the telephone starts
                code = wrong.code if isinstance(wrong, ChannelError) else type(wrong).__name__
                log.warning("channel_not_opened", part=account.id, code=code)
                failed(account.id, code)
        yield opened
