"""Short messages by Alibaba Cloud or Tencent Cloud: callbacks in, an approved template out.

Their callbacks carry no signature. So one is believed only with our own secret in its address
(``?key=…``) and from an address of the list (``allow``); neither alone will do, and without a list
nobody is. Without a template nothing can be sent: the account only receives.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from yarl import URL

from channels import sms_cloud_api as api
from channels.channel import Billed, Caps, Channel
from channels.errors import Forged, HookRefused, SendFailed, Unreachable
from channels.message import Finding, Outbound, Received, Route, Sent, WebhookRequest
from channels.networks import Network, networks_of, within
from channels.options import Options
from channels.sms_held import HeldAccount
from channels.sms_post import Answered, Post
from channels.sms_read import Reader, aliyun, rows_of, tencent
from channels.sms_sender import SCHEME
from channels.sms_signature import Terms
from channels.sms_text import bill

SECRET_FORM = r"[A-Za-z0-9_-]{24,128}"  # noqa: S105 - the form of one
ID_FORM = r"[A-Za-z0-9_.-]{1,64}"
HOOK_BYTES = 256 * 1024
CHECK_SECONDS = 6.0
BASES = {
    api.ALIYUN: "https://dysmsapi.aliyuncs.com",
    api.TENCENT: "https://sms.tencentcloudapi.com",
}
MOST_CONTENT = {api.ALIYUN: 35, api.TENCENT: 12}
"""Characters that a variable may have, where the account has no other agreement."""
READ = {api.ALIYUN: aliyun, api.TENCENT: tencent}
ANSWERS = {api.ALIYUN: b'{"code":0,"msg":"OK"}', api.TENCENT: b'{"result":0,"errmsg":"OK"}'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """The settings of one; without ``template`` it only receives."""

    by: str
    secret: str = field(repr=False)
    allow: tuple[Network, ...]
    base: str
    keys: api.Keys | None = None
    template: api.Template | None = None
    content_most: int = 0


def open_account(options: Options, by: str, terms: Terms) -> Channel:
    """An account by ``aliyun`` or ``tencent``."""
    secret = options.secret("secret_file", form=SECRET_FORM)
    allow = networks_of(options, "allow")
    base = options.url("base_url", BASES[by])
    code = options.text("template", form=ID_FORM, default="")
    content_most = options.whole("content_most", 1, 500, MOST_CONTENT[by])
    text = options.text("template_text", default="")
    variable = options.text("variable", form=r"[A-Za-z0-9_]{1,32}", default="content")
    key_id = options.text("key_id", form=ID_FORM, default=None if code else "")
    key_secret = options.secret("key_secret_file", needed=bool(code))
    app_id, region = "", ""
    if by == api.TENCENT:
        app_id = options.text("app_id", form=r"[0-9]{1,20}", default=None if code else "")
        region = options.text("region", form=ID_FORM, default="ap-guangzhou")
    if code and not terms.name:
        options.say("signature", "用模板发送时必须填写", "is needed for sending a template")
    template = api.Template(
        code=code, signature=terms.name, variable=variable, text=text, app_id=app_id, region=region
    )
    cloud = Cloud(
        by=by,
        secret=secret,
        allow=allow,
        base=base,
        keys=api.Keys(id=key_id, secret=key_secret) if code else None,
        template=template if code else None,
        content_most=content_most if code else 0,
    )
    return CloudAccount(cloud, terms)


class CloudAccount(HeldAccount):
    """One account of a cloud."""

    def __init__(
        self, cloud: Cloud, terms: Terms, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(terms)
        self._cloud, self._now = cloud, now
        self._post = Post()
        sends = cloud.template is not None
        before, behind = cloud.template.around if cloud.template else ("", "")
        self.caps = Caps(
            text_most=cloud.content_most,
            routes=frozenset({Route.REPLY} if sends else ()),
            counts=self._parts,
            hook_bytes=HOOK_BYTES,
            scheme=SCHEME,
            billed=Billed(
                before=f"{terms.prefix}{before}", behind=behind, mils=terms.mils_per_part
            ),
        )

    async def __aenter__(self) -> Self:
        await self._post.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._post.__aexit__(kind, error, trace)

    def receive(self, request: WebhookRequest) -> Received:
        """What came from one of their addresses with our secret."""
        given = request.query.get("key", "").encode("utf-8", "replace")
        known = hmac.compare_digest(given, self._cloud.secret.encode())
        if not (within(request.address, self._cloud.allow) and known):
            raise Forged("secret-or-address")
        if request.method != "POST":
            raise HookRefused("method", 405)
        reader = Reader(self._cloud.secret, request.received_at)
        rows = rows_of(request.body)
        if rows is None:
            reader.unknown(self._cloud.by, request.body)
        for row in rows or ():
            READ[self._cloud.by](reader, row)
        return reader.received(ANSWERS[self._cloud.by])

    async def send(self, outbound: Outbound) -> Sent:
        """The template with what we say in it."""
        said = self.terms.signed(outbound.text).removeprefix(self.terms.prefix)
        if self._cloud.template is None:
            raise SendFailed("receives-only")
        if len(said) > self._cloud.content_most:
            raise SendFailed("too-long")
        answered, code, id_ = await self._ask(outbound.to, said, outbound.key)
        id_ = api.taken(answered.status, code, id_)
        return Sent(parts=(id_,) if id_ else ())

    async def _ask(self, to: str, text: str, key: str) -> tuple[Answered, str, str]:
        cloud, host = self._cloud, URL(self._cloud.base).authority
        if cloud.template is None or cloud.keys is None:
            raise SendFailed("receives-only")
        of = (cloud.base, host, cloud.keys, cloud.template, api.Said(to=to, text=text, key=key))
        if cloud.by == api.ALIYUN:
            posted = api.aliyun(*of, at=self._now(), nonce=secrets.token_hex(16))
        else:
            posted = api.tencent(*of, at=self._now())
        answered = await self._post.to(posted.url, posted.headers, posted.body)
        read = api.aliyun_said if cloud.by == api.ALIYUN else api.tencent_said
        return (answered, *read(answered.told))

    def _parts(self, outbound: Outbound) -> int:
        """With the template's own words around it."""
        before, behind = self._cloud.template.around if self._cloud.template else ("", "")
        text = f"{self.terms.prefix}{before}{outbound.text}{behind}"
        return bill(text, self.terms.mils_per_part).parts

    async def check(self) -> tuple[Finding, ...]:
        """From where callbacks are taken, whether it can send, and whether the keys are right."""
        count = len(self._cloud.allow)
        hook = Finding(
            name="callbacks",
            good=count > 0,
            zh=f"只接受 {count} 个地址段、且网址带 ?key=密钥 的回调（平台不签名）",
            en=f"callbacks from {count} networks only, with ?key=SECRET (they sign nothing)",
            fix_zh="" if count else "在 allow 填写平台的回调地址",
            fix_en="" if count else "name the platform's addresses in allow",
        )
        if self._cloud.template is None:
            only = Finding(
                name="sending",
                good=True,
                zh="只收不发：没有设置 template（云平台只能发已审核的模板）",
                en="receives only: no template is set (clouds send approved templates only)",
            )
            return hook, only
        return hook, await self._keys()

    async def _keys(self) -> Finding:
        """Asked to send to nobody: who knows the keys complains of the number, not of the keys."""
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                answered, code, _ = await self._ask("", "-", "check")
        except (Unreachable, TimeoutError) as fault:
            code, good = str(fault) or "timeout", False
        else:
            good = bool(code) and not code.startswith(api.KEYS_WRONG)
            code = code or f"http-{answered.status}"
        return Finding(
            name="sending",
            good=good,
            zh=f"{self._cloud.base} 对空号码的答复：{code}",
            en=f"{self._cloud.base} says, asked to send to nobody: {code}",
            fix_zh="" if good else "核对 key_id、key_secret_file 与出口网络",
            fix_en="" if good else "check key_id, key_secret_file and the way out",
        )
