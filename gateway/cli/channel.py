"""``hotline channel``: the accounts by which citizens write; looked at, tried, connected."""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from channels.channel import Channel
from channels.errors import ChannelError, SendFailed, TryLater
from channels.message import Finding, Outbound
from channels.registry import CHANNELS
from config.errors import ConfigError
from config.settings import ChannelAccount, Settings
from gateway.app.channels import accounts_made
from gateway.cli.fed import fed, sent_soon
from gateway.cli.options import FAILED, UNREACHABLE, ConfigOption, JsonOption, settings_from
from gateway.doctor.channels import hook_url, looked_at
from gateway.provision.places import here

EXTRAS = {"telegram": "requirements-telegram.lock"}
INSTALL_SECONDS = 600
SEND_SECONDS = 60.0
TEST_TEXT = "12345 热线渠道测试 / channel test"
GOOD, BAD = "[green]✓ 正常 / ok[/green]", "[red]✗ 故障 / failed[/red]"

app = typer.Typer(add_completion=False, no_args_is_help=True, help="渠道 / channels")

Name = Annotated[str, typer.Argument(metavar="NAME", help="账号，如 wechat:main / an account")]


@app.command("ls")
def list_(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """列出渠道账号和可用的渠道种类 / list the accounts, and which channels there are."""
    settings = settings_from(config)
    if as_json:
        rows = [
            {
                "id": one.id, "title_zh": one.title_zh, "title_en": one.title_en,
                "queue": one.queue, "enabled": one.enabled, "hook": _hook_of(settings, one),
            }
            for one in settings.channels
        ]  # fmt: skip
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    shown = Table("账号 / account", "名称 / title", "队列 / queue", "启用 / on", "回调 / hook")
    for one in settings.channels:
        title = f"{one.title_zh} / {one.title_en}" if one.title_zh else ""
        on = "是 / yes" if one.enabled else "否 / no"
        shown.add_row(one.id, escape(title), one.queue, on, escape(_hook_of(settings, one)))
    Console().print(shown)
    typer.echo(f"可用种类 / kinds: {' '.join(CHANNELS)}", err=True)


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="默认全部 / default all")] = "",
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """检查设置、签名自检、能否访问平台，并说明如何处理.

    Look at settings, signature and reachability, and say how to mend what is wrong.
    退出码 / exit code: 0 正常 / well, 1 有故障 / something failed.
    """
    settings = settings_from(config)
    accounts = [_account(settings, name)] if name else [c for c in settings.channels if c.enabled]
    found = asyncio.run(_looked(settings, accounts))
    if as_json:
        rows = [
            {
                "account": id_, "check": one.name, "good": one.good, "zh": one.zh, "en": one.en,
                "fix_zh": one.fix_zh, "fix_en": one.fix_en,
            }
            for id_, one in found
        ]  # fmt: skip
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        Console().print(_table(found))
    if not all(one.good for _, one in found):
        sys.exit(FAILED)


async def _looked(settings: Settings, accounts: list[ChannelAccount]) -> list[tuple[str, Finding]]:
    return [(account.id, one) for account in accounts for one in await looked_at(settings, account)]


def _table(found: list[tuple[str, Finding]]) -> Table:
    shown = Table(show_lines=True)
    for title in ("检查 / check", "结果 / result", "处理 / fix"):
        shown.add_column(title, overflow="fold")
    for account, one in found:
        said = escape(f"{one.zh}\n{one.en}" if one.zh != one.en else one.zh)
        fix = f"{one.fix_zh}\n{one.fix_en}".strip()
        shown.add_row(f"{account}\n{one.name}", f"{GOOD if one.good else BAD}\n{said}", escape(fix))
    return shown


@app.command("send-test")
def send_test(
    name: Name,
    address: Annotated[str, typer.Argument(help="收件人在该渠道的标识 / who, as it knows them")],
    *,
    text: Annotated[str, typer.Option(help="内容 / what to say")] = TEST_TEXT,
    config: ConfigOption = None,
) -> None:
    """直接从该账号发一条消息（不记入数据库），并显示平台的答复.

    Send one message by this account, past the outbox and the store, and show what came back.
    """
    settings = settings_from(config)

    async def work(channel: Channel) -> None:
        if channel.caps.pull:
            typer.echo(
                "此渠道由市民页面自己取消息，没有可发送的平台 / the citizen's own page takes its "
                "messages; there is nothing to send to",
                err=True,
            )
            sys.exit(FAILED)
        outbound = Outbound(
            key=secrets.token_hex(8), scheme=channel.caps.scheme, to=address, text=text
        )
        async with asyncio.timeout(SEND_SECONDS), fed(channel):
            sent = await sent_soon(channel, outbound)
        ids = " ".join(sent.parts)
        typer.echo(f"平台已接收 / taken: {sent.state.value} {ids}".rstrip())

    _with_channel(settings, name, work)


@app.command()
def connect(name: Name, *, config: ConfigOption = None) -> None:
    """把回调地址登记到平台（平台支持时）/ register our hook there, where a platform allows it."""
    settings = settings_from(config)
    url = hook_url(settings, _account(settings, name))
    if not url.startswith("https://"):
        typer.echo("请先设置 https 的 web.public_url / set an https web.public_url first", err=True)
        sys.exit(FAILED)

    async def work(channel: Channel) -> None:
        register = getattr(channel, "connect", None)
        if register is None:
            typer.echo(f"请在平台后台填写 / enter it on the platform yourself: {url}", err=True)
            sys.exit(FAILED)
        await register(url)
        typer.echo(f"已登记 / registered: {url}")

    _with_channel(settings, name, work)


@app.command()
def install(
    kind: Annotated[str, typer.Argument(help=f"渠道种类 / the channel: {' '.join(EXTRAS)}")],
) -> None:
    """安装某渠道另需的软件包（核对校验值） / install what a channel needs, by its hashes."""
    if kind not in EXTRAS:
        known = " ".join(EXTRAS)
        typer.echo(
            f"{kind} 不需要另外安装；有：{known} / needs nothing; there are: {known}", err=True
        )
        sys.exit(FAILED if kind not in CHANNELS else 0)
    lock = here().checkout / EXTRAS[kind]
    command = [
        *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
        *("--only-binary", ":all:", "--no-deps", "--require-hashes", "-r", str(lock)),
    ]
    done = subprocess.run(command, timeout=INSTALL_SECONDS, check=False)  # noqa: S603 - ours
    if done.returncode:
        typer.echo(f"没有装好，见上 / not installed, see above ({lock.name})", err=True)
        sys.exit(FAILED)
    typer.echo(f"{kind} 已安装 / is installed")


def _hook_of(settings: Settings, account: ChannelAccount) -> str:
    if account.kind in ("web", "app"):
        return ""
    return hook_url(settings, account) or f"/hooks/{account.kind}/{account.name}"


def _account(settings: Settings, name: str) -> ChannelAccount:
    """The account with this id; a kind alone is enough when it has one account."""
    found = [one for one in settings.channels if name in (one.id, one.kind)]
    if len(found) != 1:
        known = " ".join(one.id for one in settings.channels)
        typer.echo(f"没有这个账号；有：{known} / no such account; there are: {known}", err=True)
        sys.exit(FAILED)
    return found[0]


def _with_channel(settings: Settings, name: str, work: Any) -> None:
    """Open one account and do something with it; what went wrong becomes words and a code."""
    account = _account(settings, name)
    only = Settings(channel=(account,))
    try:
        channel = accounts_made(only).get(account.id)
    except ConfigError as wrong:
        typer.echo(str(wrong), err=True)
        sys.exit(FAILED)
    if channel is None:
        typer.echo("此账号未启用（enabled = false） / this account is off", err=True)
        sys.exit(FAILED)

    async def opened() -> None:
        async with channel:
            await work(channel)

    try:
        asyncio.run(opened())
    except TryLater as later:
        wait = f" {later.retry_after_seconds:.0f} s" if later.retry_after_seconds else ""
        typer.echo(f"平台暂时不接收 / not now: {later.code} {later.provider_code}{wait}", err=True)
        sys.exit(UNREACHABLE)
    except SendFailed as failed:
        typer.echo(f"平台没有接收 / not taken: {failed.code} {failed.provider_code}", err=True)
        sys.exit(FAILED)
    except (ChannelError, TimeoutError) as fault:
        code = fault.code if isinstance(fault, ChannelError) else "timeout"
        typer.echo(f"错误 / error: {code}", err=True)
        sys.exit(UNREACHABLE)
