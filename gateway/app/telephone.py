"""The telephone system of these settings: our own child, or one that somebody else runs."""

import os
import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from config.errors import ConfigError, Problem
from config.load import read_secret
from config.settings import Settings
from gateway.app.from_settings import recordings_of
from gateway.app.invitation import Reach
from gateway.ports import Clock
from gateway.store.store import SqlStore
from gateway.telephony.ami_users import AmiSecrets, AmiUser, secrets_from, secrets_of
from gateway.telephony.asterisk_config import AsteriskPorts, AsteriskSecrets, render_asterisk
from gateway.telephony.asterisk_process import (
    AsteriskProcess,
    dirs_for,
    unique_system_name,
)
from gateway.telephony.asterisk_program import AsteriskProgram
from gateway.telephony.edge_config import EdgeDoor, render_edge, upstream
from gateway.telephony.edge_process import EdgeProcess, EdgeProgram
from gateway.telephony.free_port import free_port
from gateway.telephony.publish import AsteriskPublisher

AMI_VARIABLE = "HOTLINE_AMI_SECRET"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class OurAsterisk:
    """What is needed to run one: the program, and the sounds made at set-up.

    ``prompts`` holds <name>.wav, ``music`` the music on hold; ``edge`` the proxy before it, where
    the settings want one.
    """

    program: AsteriskProgram
    prompts: Path
    music: Path
    edge: EdgeProgram | None = None


def ami_secrets(settings: Settings) -> AmiSecrets:
    """Every user's secret of an Asterisk that somebody else runs; raises ConfigError without one.

    The admin keeps one; each user's own is made from it.
    """
    named = settings.asterisk.ami_secret_file
    secret = read_secret("asterisk.ami_secret_file", named, AMI_VARIABLE, os.environ)
    if secret is None:
        raise ConfigError(
            Problem(
                "",
                "asterisk.ami_secret_file",
                f"外部 Asterisk 需要 AMI 密钥：写入文件并填此项，或设环境变量 {AMI_VARIABLE}",
                f"an Asterisk of your own needs its AMI secret: name a file, or set {AMI_VARIABLE}",
            )
        )
    return secrets_of(secret)


def other_telephone(settings: Settings, store: SqlStore) -> Reach:
    """Where an Asterisk that somebody else runs is; raises ConfigError without its secret."""
    asterisk = settings.asterisk
    return Reach(
        ami_host=asterisk.ami_host,
        ami_port=asterisk.ami_port,
        ami_secrets=ami_secrets(settings),
        ws_url=asterisk.ws_url,
        web_secret=store.passwords.web_calls(),
        agi_port=asterisk.agi_port,
    )


async def open_asterisk(
    stack: AsyncExitStack, settings: Settings, ours: OurAsterisk, store: SqlStore
) -> Reach:
    """Start our own, with ports and secrets of this run; it stops when ``stack`` closes.

    ``store`` is needed only until this returns.
    """
    asterisk = settings.asterisk
    ports = AsteriskPorts(
        ami=asterisk.ami_port or free_port(),
        agi=asterisk.agi_port or free_port(),
        ws=asterisk.ws_port or free_port(),
    )
    given = AsteriskSecrets(
        ami=secrets_from(lambda _: secrets.token_urlsafe(24)),
        web=secrets.token_urlsafe(24),
        phones=store.passwords,
        edge=secrets.token_urlsafe(24),
    )
    dirs = replace(
        dirs_for(settings.data_dir / "asterisk", recordings_of(settings)), moh=ours.music
    )
    config = render_asterisk(
        settings,
        ours.program,
        dirs=dirs,
        secrets=given,
        queues=await store.queues(),
        seats=[seat.number for seat in await store.seats()],
        dids=[number.did for number in await store.numbers()],
        ports=ports,
        system_name=unique_system_name(),
    )
    process = AsteriskProcess(
        ours.program,
        config,
        dirs,
        ami=("127.0.0.1", ports.ami),
        prompts=ours.prompts,
        on_restart=lambda count: log.error("asterisk_restarted", count=count),
    )
    await stack.enter_async_context(process)
    if settings.edge.enabled and ours.edge:
        await stack.enter_async_context(open_edge(settings, ours.edge, given.edge))
    return Reach(
        ami_host="127.0.0.1",
        ami_port=ports.ami,
        ami_secrets=given.ami,
        ws_url=f"ws://127.0.0.1:{ports.ws}/ws",
        web_secret=given.web,
        agi_port=ports.agi,
    )


def open_edge(settings: Settings, program: EdgeProgram, secret: str) -> EdgeProcess:
    """The proxy before an Asterisk that was rendered with this secret; enter it to start it."""
    door = EdgeDoor(inner_port=free_port(), secret=secret)
    return EdgeProcess(
        program,
        render_edge(settings, program.modules_dir, door),
        settings.data_dir / "edge",
        (upstream(settings), door.inner_port),
    )


def publisher_of(
    settings: Settings, reach: Reach, store: SqlStore, clock: Clock
) -> AsteriskPublisher:
    """Who writes an admin's plan into it."""
    return AsteriskPublisher(
        host=reach.ami_host,
        port=reach.ami_port,
        secret=reach.ami_secrets[AmiUser.ADMIN],
        phones=store.passwords,
        web_calls=settings.web.web_calls,
        clock=clock,
    )
