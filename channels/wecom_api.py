"""What we ask of WeCom for 微信客服: token, sync_msg, send_msg, upload. One retry on a stale token.

Source: developer.work.weixin.qq.com, 微信客服; 全局错误码.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp

from channels.errors import RecipientGone, SendFailed, TryLater, WindowClosed
from channels.wechat_called import called
from channels.wechat_http import Http, NoAnswer, json_of
from channels.wechat_refusals import STALE_TOKEN, code_of
from channels.wechat_token import Token

TOKEN = "/cgi-bin/gettoken"  # noqa: S105 - a path
SYNC, SEND, UPLOAD = "/cgi-bin/kf/sync_msg", "/cgi-bin/kf/send_msg", "/cgi-bin/media/upload"
PAGE = 100
PAGE_BYTES = 4 * 1024 * 1024
_LATER: Mapping[int, float] = {
    -1: 2.0,  # busy
    45009: 600.0,  # too many calls
    45033: 5.0,  # too many at once
    **dict.fromkeys(STALE_TOKEN, 30.0),
}
_CLOSED = frozenset({95001, 95018})
"""Five messages or 48 hours are over; the conversation's state lets nobody send."""
_GONE = frozenset({40096, 95004})
"""No such customer; not of this account."""


def refusal(code: int) -> SendFailed:
    """The error for a code that is not 0."""
    told = str(code)
    if code in _LATER:
        return TryLater(told, _LATER[code])
    if code in _CLOSED:
        return WindowClosed(told)
    return RecipientGone(told) if code in _GONE else SendFailed(told)


class Api:
    """One account's calls."""

    def __init__(self, http: Http, *, corpid: str, secret: str, open_kfid: str) -> None:
        self._http = http
        self._corpid, self._secret, self._open_kfid = corpid, secret, open_kfid
        self.token = Token(self._ask_token)

    async def sync(self, cursor: str, event_token: str) -> Mapping[str, Any]:
        """The messages after this cursor. Raises SendFailed and those below it."""
        body = {"limit": PAGE, "voice_format": 0, "open_kfid": self._open_kfid}
        body |= {"cursor": cursor} if cursor else {}
        body |= {"token": event_token} if event_token else {}
        return await called(
            self.token, lambda query: self._http.post(SYNC, query, body, PAGE_BYTES), refusal
        )

    async def send(self, to: str, number: str, kind: str, content: Mapping[str, Any]) -> str:
        """Send one message; its id. ``number`` makes a second try the same message."""
        body = {"touser": to, "open_kfid": self._open_kfid, "msgid": number, "msgtype": kind}
        answer = await called(
            self.token,
            lambda query: self._http.post(SEND, query, {**body, kind: content}),
            refusal,
        )
        said = answer.get("msgid")
        return said if isinstance(said, str) and said else number

    async def upload(self, kind: str, name: str, content_type: str, data: bytes) -> str:
        """A file's media id. Raises SendFailed and below."""

        def asked(query: Mapping[str, str]) -> Awaitable[dict[str, Any]]:
            form = aiohttp.FormData()
            form.add_field("media", data, filename=name, content_type=content_type)
            return self._http.upload(UPLOAD, {**query, "type": kind}, form)

        found = (await called(self.token, asked, refusal)).get("media_id")
        if not isinstance(found, str) or not found:
            raise SendFailed("no-media-id")
        return found

    async def _ask_token(self, force: bool) -> tuple[str, float]:
        """A token; WeCom knows no force: it gives the same one until it is over."""
        del force
        query = {"corpid": self._corpid, "corpsecret": self._secret}
        try:
            async with self._http.get(TOKEN, query) as reply:
                answer = await json_of(reply)
        except NoAnswer as failed:
            raise TryLater(failed.reason) from None
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise TryLater(str(code_of(answer) or "no-token"), 30.0)
        return token, float(seconds)
