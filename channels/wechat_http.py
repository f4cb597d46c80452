"""Requests to WeChat at its one base address: each within a time and a size, no redirect.

Tokens stand in the query, as WeChat wants it: no error of the client's library, whose text may
hold a URL, leaves this file.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

CALL_SECONDS = 8.0
FILE_SECONDS = 120.0
CONNECT_SECONDS, SILENT_SECONDS = 4.0, 10.0
MOST_ANSWER_BYTES = 64 * 1024
MOST_AT_ONCE = 32


class NoAnswer(Exception):
    """No answer that can be read; ``asked`` is False when the request surely never arrived."""

    def __init__(self, reason: str, *, asked: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.asked = reason, asked


class Http:
    """The connections of one account; a question of JSON is answered within ``call_seconds``."""

    def __init__(self, base_url: str, call_seconds: float = CALL_SECONDS) -> None:
        self._base = URL(base_url)
        self._call_seconds = call_seconds
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MOST_AT_ONCE),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Accept-Encoding": "identity", "User-Agent": "hotline-gateway"},
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()

    async def post(
        self,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any],
        most_bytes: int = MOST_ANSWER_BYTES,
    ) -> dict[str, Any]:
        """Send JSON, have JSON of at most so many bytes. Raises NoAnswer."""
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        kind = {"Content-Type": "application/json; charset=utf-8"}
        url, seconds = self._url(path, query), self._call_seconds
        async with self._asked("POST", url, seconds, data, kind) as answer:
            return await json_of(answer, most_bytes)

    async def upload(
        self, path: str, query: Mapping[str, str], form: aiohttp.FormData
    ) -> dict[str, Any]:
        """Send a file, have JSON. Raises NoAnswer."""
        async with self._asked("POST", self._url(path, query), FILE_SECONDS, form) as answer:
            return await json_of(answer)

    @asynccontextmanager
    async def get(
        self, path: str, query: Mapping[str, str]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A file, unread. Raises NoAnswer, also while it is read inside."""
        async with self._asked("GET", self._url(path, query), FILE_SECONDS) as answer:
            yield answer

    def is_base(self, url: URL) -> bool:
        """Whether this is at the address that the settings name."""
        return url.origin() == self._base.origin()

    def _url(self, path: str, query: Mapping[str, str]) -> URL:
        return self._base.joinpath(path.lstrip("/")).with_query(query)

    @asynccontextmanager
    async def _asked(
        self,
        method: str,
        url: URL,
        seconds: float,
        data: bytes | aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        limits = aiohttp.ClientTimeout(
            total=seconds, connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS
        )
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, timeout=limits, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise NoAnswer(f"http-{answer.status}")
                yield answer
        except aiohttp.ClientConnectorError:
            raise NoAnswer("no-connection", asked=False) from None
        except TimeoutError:
            raise NoAnswer("timeout") from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise NoAnswer("broken") from None


async def json_of(
    answer: aiohttp.ClientResponse, most_bytes: int = MOST_ANSWER_BYTES
) -> dict[str, Any]:
    """An object within the size of one. Raises NoAnswer."""
    whole = b""
    async for piece in answer.content.iter_chunked(MOST_ANSWER_BYTES):
        whole += piece
        if len(whole) > most_bytes:
            raise NoAnswer("too-large")
    try:
        found = json.loads(whole)
    except (ValueError, RecursionError):
        raise NoAnswer("not-json") from None
    if not isinstance(found, dict):
        raise NoAnswer("not-json")
    return found
