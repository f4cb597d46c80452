"""The channel accounts of the settings, opened as one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from channels.channel import Channel
from channels.errors import BadSettings
from channels.registry import open_account
from config.errors import ConfigError, Problem
from config.settings import ChannelAccount, Settings


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
async def opened_channels(settings: Settings) -> AsyncIterator[Mapping[str, Channel]]:
    """Every account in use, entered; left in reverse. Raises ConfigError."""
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(channel)
            for name, channel in accounts_made(settings).items()
        }
