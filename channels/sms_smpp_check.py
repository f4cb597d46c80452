"""Whether an SMSC is reached and lets us in, and whether every connection stands."""

from __future__ import annotations

import asyncio

from channels.errors import HookRefused
from channels.message import Finding
from channels.smpp_connection import Pace, Refused, Smsc, open_connection

_BOUND_ALREADY = 0x05


async def findings(smsc: Smsc, pace: Pace, open_links: int, wanted: int) -> tuple[Finding, ...]:
    """A live connection of our own says more than a try, for which there may be no room."""
    where = f"{smsc.host}:{smsc.port}"
    if open_links:
        good = open_links >= wanted
        return (
            Finding(
                name="bind",
                good=good,
                zh=f"已绑定 {where}，连接 {open_links}/{wanted}",
                en=f"bound to {where}, connections: {open_links} of {wanted}",
                fix_zh="" if good else "向运营商核对允许的连接数，并检查专线",
                fix_en=""
                if good
                else "ask the carrier how many connections are agreed; look at the line",
            ),
        )
    try:
        async with asyncio.timeout(pace.connect):
            connection = await open_connection(smsc, smsc.roles[0])
    except Refused as refused:
        return (_refused(refused.status, where),)
    except (OSError, TimeoutError, EOFError, HookRefused) as fault:
        said = type(fault).__name__
        return (
            Finding(
                name="bind",
                good=False,
                zh=f"无法连接短信中心 {where}：{said}",
                en=f"the SMSC at {where} cannot be reached: {said}",
                fix_zh="检查 host、port、tls 与到运营商的专线",
                fix_en="check host, port, tls and the line to the carrier",
            ),
        )
    await connection.close()
    return (Finding(name="bind", good=True, zh=f"可绑定 {where}", en=f"can bind to {where}"),)


def _refused(status: int, where: str) -> Finding:
    good = status == _BOUND_ALREADY
    return Finding(
        name="bind",
        good=good,
        zh=f"短信中心 {where} 答复 {status:#x}" + ("（账号已在别处绑定）" if good else ""),
        en=f"the SMSC at {where} says {status:#x}" + (" (bound already)" if good else ""),
        fix_zh="" if good else "向运营商核对 system_id、password_file 与来源地址",
        fix_en="" if good else "ask the carrier about system_id, password_file and your address",
    )
