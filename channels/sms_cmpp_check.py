"""Whether a CMPP gateway is reached, lets us in, and proves that it knows the secret, too."""

from __future__ import annotations

from collections.abc import Mapping

from channels.cmpp_events import Event, Pace
from channels.cmpp_link import Link, dial
from channels.cmpp_links import Ismg
from channels.message import Finding

LOGIN_SECONDS = 10.0
_MEND: Mapping[str, tuple[str, str]] = {
    "login-1": (
        "对方不接受登录消息的结构，检查 by 是 cmpp2 还是 cmpp3",
        "it does not take the form of our login: check whether by is cmpp2 or cmpp3",
    ),
    "login-2": (
        "企业代码 source_addr 不对，或本机 IP 未在运营商处登记",
        "source_addr is wrong, or this machine's address is not registered with the carrier",
    ),
    "login-3": (
        "核对 secret_file 中的共享密钥，以及本机时钟",
        "check the shared secret in secret_file, and this machine's clock",
    ),
    "login-4": ("对方不支持此版本，把 by 改为另一个", "it speaks another version: change by"),
    "login-version": (
        "对方按另一版本回答，把 by 改为 cmpp2 或 cmpp3 中的另一个",
        "it answers in the other version: change by to the other of cmpp2 and cmpp3",
    ),
    "login-ismg": (
        "对方的认证码不对：核对密钥，或去掉 strict_ismg_auth",
        "its own proof is wrong: check the secret, or leave out strict_ismg_auth",
    ),
    "no-login": (
        "连接建立但对方不回答登录，检查地址和端口是否属于 CMPP 网关",
        "it takes the connection and does not answer: check that this is a CMPP gateway",
    ),
    "lost": (
        "对方断开了连接，检查本机 IP 是否已登记、连接数是否超过约定",
        "it hung up: check that this address is registered and how many connections are agreed",
    ),
}
_UNKNOWN = (
    "按此代码询问运营商；热线正在运行时，也可能是约定的连接数已用完",
    "ask the carrier about this code; while the hotline runs, its connections may be all there are",
)
_UNREACHED = (
    "检查 host、port，以及到运营商的专线、防火墙和 IP 登记",
    "check host, port, the line to the carrier, firewalls, and that this address is registered",
)


async def findings(ismg: Ismg, open_links: int, last_end: str) -> tuple[Finding, ...]:
    """Each thing that was tried; a live connection of our own says more than a try."""
    if open_links:
        wanted = ismg.connections
        good = open_links >= wanted
        zh = f"已登录的连接 {open_links}/{wanted}"
        en = f"connections logged in: {open_links} of {wanted}"
        zh, en = (
            (zh, en) if good else (f"{zh}，上次断开：{last_end}", f"{en}; last end: {last_end}")
        )
        return (_finding("connections", last_end, good=good, zh=zh, en=en),)
    pace = Pace(answer_seconds=LOGIN_SECONDS)
    try:
        link = await dial(ismg.host, ismg.port, lambda: Link(ismg.login, pace, _unheard))
    except (OSError, TimeoutError) as fault:
        name = type(fault).__name__
        return (
            Finding(
                name="reached",
                good=False,
                zh=f"连不上 {ismg.host}:{ismg.port}（{name}）",
                en=f"{ismg.host}:{ismg.port} cannot be reached ({name})",
                fix_zh=_UNREACHED[0],
                fix_en=_UNREACHED[1],
            ),
        )
    try:
        await link.until_welcome()
    finally:
        await link.goodbye()
    reached = Finding(
        name="reached",
        good=True,
        zh=f"已连上 {ismg.host}:{ismg.port}",
        en=f"{ismg.host}:{ismg.port} is reached",
    )
    welcome = link.welcome
    if welcome is None:
        said = link.reason
        zh, en = f"登录未成功（{said}）", f"the login failed ({said})"
        return (reached, _finding("login", said, good=False, zh=zh, en=en))
    zh, en = "登录成功", "logged in"
    if not welcome.proven:
        zh, en = f"{zh}；对方的认证码不符", f"{en}; its own proof does not fit the secret"
    return (reached, _finding("login", "", good=True, zh=zh, en=en))


def _finding(name: str, code: str, *, good: bool, zh: str, en: str) -> Finding:
    mend = _UNREACHED if code.startswith("unreachable") else _MEND.get(code, _UNKNOWN)
    fix_zh, fix_en = ("", "") if good else mend
    return Finding(name=name, good=good, zh=zh, en=en, fix_zh=fix_zh, fix_en=fix_en)


def _unheard(link: Link, event: Event) -> None:
    """What else it says goes unanswered; it says it again to the connections that listen."""
