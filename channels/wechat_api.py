"""What we ask of WeChat: a token, to send and to upload. One retry on a stale token.

Official account and mini program share everything but the path of a notice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp

from channels.errors import SendFailed, TryLater
from channels.wechat_called import called
from channels.wechat_http import Http, NoAnswer
from channels.wechat_refusals import code_of, refusal
from channels.wechat_settings import WeChatSettings
from channels.wechat_token import Token

TOKEN = "/cgi-bin/stable_token"  # noqa: S105 - a path
CUSTOM, UPLOAD = "/cgi-bin/message/custom/send", "/cgi-bin/media/upload"
BIZSEND, SUBSCRIBE = "/cgi-bin/message/subscribe/bizsend", "/cgi-bin/message/subscribe/send"


class Api:
    """One account's calls; ``token`` is shared by all of them."""

    def __init__(self, settings: WeChatSettings, http: Http) -> None:
        self._settings, self._http = settings, http
        self.token = Token(self._ask_token)

    async def send(self, path: str, body: Mapping[str, Any]) -> str:
        """Send a message; its id where the platform says one. Raises SendFailed and below."""
        answer = await called(self.token, lambda query: self._http.post(path, query, body), refusal)
        number = answer.get("msgid", answer.get("msg_id", ""))
        return str(number) if isinstance(number, int | str) else ""

    async def upload(self, kind: str, name: str, content_type: str, data: bytes) -> str:
        """A file's media id. Raises SendFailed and below."""

        def asked(query: Mapping[str, str]) -> Awaitable[dict[str, Any]]:
            form = aiohttp.FormData()
            form.add_field("media", data, filename=name, content_type=content_type)
            return self._http.upload(UPLOAD, {**query, "type": kind}, form)

        answer = await called(self.token, asked, refusal)
        found = answer.get("media_id")
        if not isinstance(found, str) or not found:
            raise SendFailed("no-media-id")
        return found

    async def _ask_token(self, force: bool) -> tuple[str, float]:
        settings = self._settings
        body = {
            "grant_type": "client_credential",
            "appid": settings.appid,
            "secret": settings.secret,
            "force_refresh": force,
        }
        try:
            answer = await self._http.post(TOKEN, {}, body)
        except NoAnswer as failed:
            raise TryLater(failed.reason) from None
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise TryLater(str(code_of(answer) or "no-token"), 30.0)
        return token, float(seconds)
