"""Letters of ours to the server that carries them on (smtplib, in a thread)."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage

from channels.errors import RecipientGone, SendFailed, TryLater, Unreachable
from channels.message import Finding

SECONDS = 20.0
FOR_EVER = 500
"""From here on a refusal does not change by trying again (RFC 5321 section 4.2.1)."""
AUTH = "login"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """``protocol``: smtp (unencrypted, for one's own machine), lmtp, starttls or tls."""

    host: str
    port: int
    protocol: str
    user: str = ""
    password: str = field(default="", repr=False)


class Relay:
    """``send`` one letter."""

    def __init__(self, settings: RelaySettings) -> None:
        self._settings = settings

    async def send(self, letter: EmailMessage, sender: str, to: str) -> None:
        """Give it to the server. Raises SendFailed and those below it."""
        await asyncio.to_thread(self._send, letter, sender, to)

    def _send(self, letter: EmailMessage, sender: str, to: str) -> None:
        try:
            with self._opened() as server:
                server.send_message(letter, sender, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            ((code, _),) = refused.recipients.values()
            raise (RecipientGone if code >= FOR_EVER else TryLater)(str(code)) from None
        except smtplib.SMTPAuthenticationError:
            raise TryLater(AUTH) from None  # ours to mend: nothing is lost meanwhile
        except smtplib.SMTPNotSupportedError:
            raise SendFailed("not-supported") from None
        except smtplib.SMTPResponseException as refused:
            code = refused.smtp_code
            raise (SendFailed if code >= FOR_EVER else TryLater)(str(code)) from None
        except (smtplib.SMTPException, OSError) as fault:
            raise Unreachable(type(fault).__name__) from None

    def _opened(self) -> smtplib.SMTP:
        its = self._settings
        if its.protocol == "lmtp":
            return smtplib.LMTP(its.host, its.port)
        if its.protocol == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                its.host, its.port, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(its.host, its.port, timeout=SECONDS)
        try:
            if its.protocol == "starttls":
                server.starttls(context=ssl.create_default_context())
            if its.user:
                server.login(its.user, its.password)
        except BaseException:
            server.close()
            raise
        return server

    async def check(self) -> Finding:
        """Whether it is there and lets us in."""
        where = f"{self._settings.host}:{self._settings.port}"
        try:
            await asyncio.to_thread(self._hello)
        except (smtplib.SMTPException, OSError) as fault:
            return Finding(
                name="relay",
                good=False,
                zh=f"发信服务器 {where} 不可用：{type(fault).__name__}",
                en=f"the server {where} that carries our letters cannot be used: "
                f"{type(fault).__name__}",
                fix_zh="检查 relay、relay_protocol、relay_user 及其密码文件",
                fix_en="look at relay, relay_protocol, relay_user and its password's file",
            )
        return Finding(
            name="relay", good=True, zh=f"发信服务器 {where} 可用", en=f"{where} takes our letters"
        )

    def _hello(self) -> None:
        with self._opened() as server:
            server.noop()
