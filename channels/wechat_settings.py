"""The options of a WeChat account."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from channels.message import Datum
from channels.options import Options
from channels.wechat_codec import aes_key

API = "https://api.weixin.qq.com"
MEDIA_HOSTS = "qq.com,qpic.cn"
"""Where WeChat keeps videos: these hosts and whatever is below them."""
SAFE, PLAIN = "safe", "plain"

_SECRET = "[!-~]{1,512}"  # noqa: S105 - the form of one
_KEY = "[A-Za-z0-9]{43}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatSettings:
    """One account. ``plain``: bodies in clear are believed too (an account without safe mode).

    ``key`` may be absent in plain mode only. ``notice_data`` is what a notice's template says:
    its names, and texts in which {text} is the beginning of our words and {time} the time.
    """

    appid: str
    token: str = field(repr=False)
    key: bytes | None = field(repr=False)
    secret: str = field(repr=False)
    plain: bool = False
    base_url: str = API
    media_hosts: tuple[str, ...] = ()
    datum: Datum = Datum.GCJ02
    notice_template: str = ""
    notice_data: tuple[tuple[str, str], ...] = ()
    notice_page: str = ""


def settings_of(options: Options) -> WeChatSettings:
    """Read the options and the files that they name; what is wrong is noted in ``options``."""
    plain = options.choice("mode", (SAFE, PLAIN), SAFE) == PLAIN
    encoded = options.secret("aes_key_file", form=_KEY, needed=not plain)
    hosts = options.text("media_hosts", form=r"[a-z0-9.-]+(,[a-z0-9.-]+)*", default=MEDIA_HOSTS)
    template = options.text("notice_template", form=r"[\w-]{1,128}", default="")
    return WeChatSettings(
        appid=options.text("appid", form="[A-Za-z0-9]{1,64}"),
        token=options.secret("token_file", form=_SECRET),
        key=_key(encoded),
        secret=options.secret("secret_file", form=_SECRET),
        plain=plain,
        base_url=_base_url(options),
        media_hosts=tuple(one.lstrip(".") for one in hosts.split(",")),
        datum=Datum(options.choice("datum", ("gcj02", "wgs84", "bd09"), "gcj02")),
        notice_template=template,
        notice_data=_notice(options, wanted=bool(template)),
        notice_page=options.text("notice_page", form=r"[!-~]{1,512}", default=""),
    )


def _key(encoded: str) -> bytes | None:
    """None also for what has the wrong form: that is noted already."""
    try:
        return aes_key(encoded)
    except ValueError:
        return None


def _base_url(options: Options) -> str:
    """Secrets go there: https, or http to a proxy on this machine or its own network."""
    url = options.url("base_url", API)
    parts = urlsplit(url)
    near = parts.hostname == "localhost"
    if parts.scheme == "http" and not near:
        try:
            near = ip_address(parts.hostname or "").is_private
        except ValueError:
            near = False
        if not near:
            zh, en = "http 只能用于本机或内网地址", "http is for this machine and its network only"
            options.say("base_url", zh, en)
    return url


def _notice(options: Options, *, wanted: bool) -> tuple[tuple[str, str], ...]:
    """``thing1={text};time2={time}``: the template's own names, and what each says."""
    one = r"[a-z_]+[0-9]+=[^;]+"
    said = options.text("notice_data", form=f"{one}(;{one})*", default=None if wanted else "")
    pairs = (each.partition("=") for each in said.split(";") if each)
    return tuple((name, text) for name, _, text in pairs)
