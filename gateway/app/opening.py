"""The gateway's parts as a list of numbered steps: opened in order, closed in reverse.

To add a part: a use case is one line in ``Parts.use_cases``; what has an opening and a closing of
its own is a line below and a method of ``Parts``. Calls are in the telephone system and are never
touched: it is not ours to open or close, but the keeper's, or somebody else's.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from config.settings import Settings
from gateway.app.invitation import Invitation
from gateway.app.long_lived import long_lived
from gateway.app.parts import Parts
from gateway.app.steps import Step, Told, opened
from gateway.intake.seed import FirstLogin
from gateway.supervise import Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A running gateway: where it can be reached, and the logins that were just made."""

    url: str
    sip: str
    first_logins: tuple[FirstLogin, ...]
    health: Health


def steps_of(parts: Parts) -> tuple[Step, ...]:
    """Every step in the order of opening, with the seconds it may take to close.

    Read upwards it is the end: new requests get a 503 and consoles a farewell, the flow takes no
    more calls (the dialplan falls open), what is being sent to citizens gets its answer, the use
    cases end between two turns, what is owed is written, the channels, the ear and the link are
    left, the store writes what it accepted.
    """
    return (
        Step(1, "store", "打开数据库", "opening the store", parts.open_store, 12.0),
        Step(2, "link", "连接电话系统", "reaching the telephone system", parts.open_link, 2.0),
        Step(3, "door", "守住电话入口", "guarding the telephone's doors", parts.open_door, 2.0),
        Step(4, "ears", "启动语音识别", "starting speech recognition", parts.open_ears, 4.0),
        Step(5, "channels", "接入各渠道", "opening the channels", parts.open_channels, 2.0),
        Step(6, "floor", "读取现场", "reading what is going on", parts.open_floor, 5.0),
        Step(7, "use_cases", "启动业务", "starting the use cases", parts.open_use_cases, 5.0),
        Step(8, "flow", "启动语音流程", "starting the flow server", parts.open_flow, 4.0),
        Step(9, "web", "启动网页服务", "starting the web server", parts.open_web, 8.0),
    )


@asynccontextmanager
async def open_gateway(
    settings: Settings, invitation: Invitation | None, told: Told = lambda *_: None
) -> AsyncIterator[Gateway]:
    """Open everything; without an ``invitation`` the telephone system is somebody else's.

    ``told`` hears what is being opened (zh, en).
    """
    parts = Parts(settings, invitation)
    async with opened(steps_of(parts), told):
        with long_lived():
            yield Gateway(
                url=parts.url,
                sip=f"{settings.asterisk.sip_host}:{settings.asterisk.sip_port}",
                first_logins=invitation.first_logins if invitation else parts.first_logins,
                health=parts.health,
            )
