"""Posts to the one host of an account that sends short messages over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from channels.errors import Unreachable

SECONDS = 10.0
MOST_ANSWER_BYTES = 64 * 1024
MOST_AT_ONCE = 16
MOST_PAUSE_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """``told`` is their JSON object, empty when it was none; ``pause`` seconds to wait for."""

    status: int
    told: dict[str, Any] = field(repr=False)
    pause: float = 0.0


class Post:
    """The connections of one account."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MOST_AT_ONCE),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "hotline-gateway"},
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def to(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """Their answer, whatever its status. Raises Unreachable; no redirect is followed."""
        if self._session is None:
            raise Unreachable("closed")
        try:
            async with (
                asyncio.timeout(SECONDS),
                self._session.post(
                    URL(url, encoded=True), headers=headers, data=body, allow_redirects=False
                ) as answer,
            ):
                whole = b""
                async for piece in answer.content.iter_chunked(MOST_ANSWER_BYTES):
                    whole += piece
                    if len(whole) > MOST_ANSWER_BYTES:
                        raise Unreachable("too-large")
                pause = answer.headers.get("Retry-After", "")
                return Answered(
                    status=answer.status,
                    told=_object(whole),
                    pause=min(float(pause), MOST_PAUSE_SECONDS) if pause.isdecimal() else 0.0,
                )
        except aiohttp.ClientConnectorError:
            raise Unreachable("no-connection") from None
        except TimeoutError:
            raise Unreachable("timeout") from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise Unreachable("broken") from None


def _object(whole: bytes) -> dict[str, Any]:
    try:
        told = json.loads(whole)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
