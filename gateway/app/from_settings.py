"""The settings' file in the gateway's own words."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

from config.settings import Settings
from gateway.clock import SystemClock
from gateway.core.bans import Network
from gateway.core.number import Number
from gateway.core.queue import Queue
from gateway.core.retention import DataClass
from gateway.intake.retention import Retention
from gateway.media.folder import MediaFolder
from gateway.store.store import SqlStore, open_store


def queues_of(settings: Settings) -> tuple[Queue, ...]:
    """The file's queues in our own words."""
    return tuple(
        Queue(
            name=one.name,
            title_zh=one.title_zh,
            title_en=one.title_en,
            strategy=one.strategy,
            ring_seconds=one.ring_seconds,
            max_wait_seconds=one.max_wait_seconds,
            wrap_up_seconds=one.wrap_up_seconds,
            service_level_seconds=one.service_level_seconds,
            key=one.key,
            rank=one.rank,
            language=one.language,
        )
        for one in settings.queue
    )


def numbers_of(settings: Settings) -> tuple[Number, ...]:
    """The file's numbers in our own words."""
    return tuple(
        Number(
            did=one.did,
            title_zh=one.title_zh,
            title_en=one.title_en,
            queue=one.queue,
            greeting=one.greeting,
            tag=one.tag,
            origin=one.origin,
        )
        for one in settings.number
    )


def seats_of(settings: Settings) -> tuple[str, ...]:
    """The file's seat numbers."""
    return tuple(str(number) for number in range(settings.seats.first, settings.seats.last + 1))


def recordings_of(settings: Settings) -> Path:
    """The folder that holds the calls' sound."""
    return settings.asterisk.recordings_dir or settings.data_dir / "recordings"


def media_of(settings: Settings) -> Path:
    """The folder of files that come with messages."""
    return settings.media.folder or settings.data_dir / "media"


def queue_log_of(settings: Settings) -> Path:
    """Asterisk's own record of its calls; of somebody else's Asterisk where the admin says."""
    return settings.asterisk.queue_log or settings.data_dir / "asterisk" / "log" / "queue_log"


def never_banned(settings: Settings) -> tuple[Network, ...]:
    """Whom the guard never shuts out: carriers, our own proxies, and whom the admin names."""
    named = [*settings.asterisk.never_banned, *settings.web.trusted_proxy]
    named += [network for trunk in settings.trunk for network in trunk.match]
    return tuple(ip_network(one) for one in named)


def retention_of(settings: Settings, store: SqlStore) -> Retention:
    """The periods of these settings, applied to their store and folders."""
    own = settings.retention
    return Retention(
        store,
        SystemClock(),
        {
            DataClass.RECORDINGS: own.recordings_days,
            DataClass.TRANSCRIPTS: own.transcripts_days,
            DataClass.MESSAGES: own.messages_days,
            DataClass.CENTRES: own.messages_days,
        },
        recordings_dir=recordings_of(settings),
        keep=MediaFolder(media_of(settings)),
    )


def nightly(settings: Settings, store: SqlStore) -> Mapping[str, Callable[[], Awaitable[None]]]:
    """Retention as a use case, where it is applied daily."""
    own, zone = retention_of(settings, store), ZoneInfo(settings.site.timezone)
    return {"retention": lambda: own.run(zone)} if settings.retention.applied_daily else {}


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[SqlStore]:
    """The store of these settings, for the gateway and for single commands."""
    async with open_store(
        settings.store.url,
        data_dir=settings.data_dir,
        key_file=settings.store.key_file,
        password_file=settings.store.password_file,
        clock=SystemClock(),
    ) as store:
        yield store
