"""Files of citizens, fetched from WeChat by their id within three days.

WeChat answers the file itself, or JSON: an error, or for a film where it is (``video_url``, often
without TLS, on hosts of its own that the settings list).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from yarl import URL

from channels.errors import FetchFailed, TryLater
from channels.outside import fetching, pieces_of
from channels.wechat_http import Http, NoAnswer, json_of
from channels.wechat_refusals import STALE_TOKEN, code_of, later
from channels.wechat_token import Token

MEDIA, MEDIA_16K = "/cgi-bin/media/get", "/cgi-bin/media/get/jssdk"
_PIECE = 64 * 1024


class Files:
    """The files of one account; films are fetched from ``hosts`` and what is below them."""

    def __init__(self, http: Http, token: Token, hosts: tuple[str, ...]) -> None:
        self._http, self._token, self._hosts = http, token, hosts

    async def fetch(self, path: str, media_id: str, most_bytes: int) -> AsyncIterator[bytes]:
        """The file in pieces. Raises FetchFailed."""
        try:
            token = await self._token.get()
            for last in (False, True):
                query = {"access_token": token, "media_id": media_id}
                async with self._http.get(path, query) as answer:
                    if not _is_json(answer):
                        async for piece in _pieces(answer, most_bytes):
                            yield piece
                        return
                    said = await json_of(answer)
                if last or code_of(said) not in STALE_TOKEN:
                    break
                token = await self._token.get(refused=token)
            address = _address(said)
            near = self._where(address)
            async with fetching(private=near) as session:
                async for piece in pieces_of(session, address, most_bytes, private=near):
                    yield piece
        except NoAnswer as failed:
            raise FetchFailed(failed.reason, again=True) from None
        except TryLater as failed:
            raise FetchFailed(failed.provider_code, again=True) from None

    def _where(self, address: str) -> bool:
        """Whether a film is at our own base address; FetchFailed when it is on a foreign host."""
        try:
            url = URL(address)
            host = (url.host or "").lower().rstrip(".")
            if self._http.is_base(url):
                return True
        except ValueError:
            host = ""
        if not any(host == one or host.endswith(f".{one}") for one in self._hosts):
            raise FetchFailed("foreign-host", again=False)
        return False


def _address(said: dict[str, Any]) -> str:
    """Where the film is; raises FetchFailed when the answer is an error."""
    address = said.get("video_url")
    if not isinstance(address, str):
        code = code_of(said)
        raise FetchFailed(str(code), again=later(code))
    return address


def _is_json(answer: aiohttp.ClientResponse) -> bool:
    """Errors come as text/plain too; no citizen's file is text."""
    return answer.content_type == "application/json" or answer.content_type.startswith("text/")


async def _pieces(answer: aiohttp.ClientResponse, most_bytes: int) -> AsyncIterator[bytes]:
    """Raises FetchFailed for what is too large, or nothing."""
    if (answer.content_length or 0) > most_bytes:
        raise FetchFailed("too-large", again=False)
    size = 0
    async for piece in answer.content.iter_chunked(_PIECE):
        size += len(piece)
        if size > most_bytes:
            raise FetchFailed("too-large", again=False)
        yield piece
    if size == 0:
        raise FetchFailed("empty", again=True)
