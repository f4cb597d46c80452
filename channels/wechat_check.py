"""Whether a WeChat account would work: mode, signature against an independent other, token.

wechatpy has its one door here: it seals what our codec must open, and opens what ours seals. It
is imported when somebody asks, because it brings an HTTP library of its own along.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from channels.errors import HookRefused, TryLater
from channels.message import Finding
from channels.wechat_body import read
from channels.wechat_codec import Codec, encoded_key, signature
from channels.wechat_settings import WeChatSettings
from channels.wechat_token import Token

_MEND: Mapping[str, tuple[str, str]] = {
    "40013": ("核对 appid", "check the appid"),
    "40125": ("核对 secret_file 中的 AppSecret", "check the AppSecret in secret_file"),
    "40164": (
        "把本机出口 IP 加入公众平台的 IP 白名单",
        "add this machine's public IP to the platform's white list",
    ),
    "40243": ("AppSecret 已冻结，在公众平台解冻", "the AppSecret is frozen; thaw it there"),
}
_UNREACHED = (
    "检查到 base_url 的网络、防火墙和代理",
    "check network, firewall and proxy on the way to base_url",
)


async def findings(settings: WeChatSettings, token: Token) -> tuple[Finding, ...]:
    """Each thing that was tried."""
    return (_mode(settings), _envelope(settings), await _token(token))


def _mode(settings: WeChatSettings) -> Finding:
    if not settings.plain:
        zh, en = "安全模式：签名覆盖整个消息", "safe mode: signatures cover the whole message"
        return Finding(name="mode", good=True, zh=zh, en=en)
    return Finding(
        name="mode",
        good=True,
        zh="明文模式：签名不覆盖消息正文",
        en="plain mode: signatures do not cover the message",
        fix_zh="建议在公众平台改为安全模式，并删去 mode",
        fix_en="better choose safe mode on the platform and remove mode here",
    )


def _envelope(settings: WeChatSettings) -> Finding:
    good = settings.key is None or _opens_each_other(settings, settings.key)
    return Finding(
        name="signature",
        good=good,
        zh="签名和加解密自检" + ("通过" if good else "失败"),
        en="signature and encryption against wechatpy: " + ("agree" if good else "disagree"),
        fix_zh="" if good else "核对 token_file、aes_key_file、appid",
        fix_en="" if good else "check token_file, aes_key_file, appid",
    )


def _opens_each_other(settings: WeChatSettings, key: bytes) -> bool:
    from wechatpy.crypto import WeChatCrypto  # noqa: PLC0415 - see above
    from wechatpy.exceptions import WeChatException  # noqa: PLC0415

    ours = Codec(settings.token, key, settings.appid)
    theirs = WeChatCrypto(settings.token, encoded_key(key), settings.appid)
    said, nonce, timestamp = "<xml><a>自检</a></xml>", secrets.token_hex(8), "1"
    try:
        top = read(theirs.encrypt_message(said, nonce, timestamp).encode()).top
        ours.vouch(top["MsgSignature"], timestamp, nonce, top["Encrypt"])
        sealed = ours.seal(said.encode())
        signed = signature(settings.token, timestamp, nonce, sealed)
        envelope = f"<xml><Encrypt>{sealed}</Encrypt></xml>"
        back = theirs.decrypt_message(envelope, signed, timestamp, nonce)
        return ours.open(top["Encrypt"]).decode() == said and back == said
    except (HookRefused, WeChatException, KeyError, ValueError):
        return False


async def _token(token: Token) -> Finding:
    try:
        await token.get()
    except TryLater as failed:
        code = failed.provider_code
        fix_zh, fix_en = _MEND.get(code, _UNREACHED if not code.lstrip("-").isdigit() else ("", ""))
        zh, en = f"取不到接口凭据：{code}", f"no access token: {code}"
        return Finding(name="token", good=False, zh=zh, en=en, fix_zh=fix_zh, fix_en=fix_en)
    return Finding(name="token", good=True, zh="已取得接口凭据", en="an access token was given")
