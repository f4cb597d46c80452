"""Bodies and queries of requests as frozen values."""

from __future__ import annotations

import asyncio
import json
from typing import Any, TypeVar

from aiohttp import web

from gateway.core.errors import Invalid, Problem
from gateway.web import shape

T = TypeVar("T")
PLAIN_JSON = "application/json"


class BodyTooSlow(Exception):
    """The body did not come in time."""


class WrongMedia(Exception):
    """Not application/json in UTF-8 without a content encoding."""


async def read_body(request: web.Request, kind: type[T], seconds: float) -> T:
    """The JSON body as a ``kind``.

    Raises Invalid, WrongMedia, BodyTooSlow, and aiohttp's HTTPRequestEntityTooLarge.
    """
    if request.headers.get("Content-Type") != PLAIN_JSON and not _is_json(request):
        raise WrongMedia
    if request.headers.get("Content-Encoding"):
        raise WrongMedia
    if request.content.is_eof():  # it came with its headers: there is nothing to wait for
        return parse(await request.read(), kind)
    try:
        async with asyncio.timeout(seconds):
            raw = await request.read()
    except TimeoutError:
        raise BodyTooSlow from None
    return parse(raw, kind)


async def raw_body(request: web.Request, most: int, seconds: float) -> bytes:
    """The body byte for byte, for who checks a signature over it; at most ``most`` bytes.

    Raises WrongMedia, BodyTooSlow and aiohttp's HTTPRequestEntityTooLarge.
    """
    if request.headers.get("Content-Encoding"):
        raise WrongMedia
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    whole = request.clone(client_max_size=most)
    if request.content.is_eof():
        return await whole.read()
    try:
        async with asyncio.timeout(seconds):
            return await whole.read()
    except TimeoutError:
        raise BodyTooSlow from None


def _is_json(request: web.Request) -> bool:
    charset = (request.charset or "utf-8").lower()
    return request.content_type == PLAIN_JSON and charset in ("utf-8", "utf8")


def parse(raw: bytes, kind: type[T]) -> T:
    """Strict JSON: UTF-8, one object, no key twice, no NaN. Raises Invalid."""
    try:
        value = _STRICT.decode(raw.decode())
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Invalid(
            Problem(
                "",
                "not-json",
                "请求体应为一个 JSON 对象。",
                "The body must be one JSON object.",
            )
        )
    return shape.read(kind, value)


def read_query(request: web.Request, kind: type[T]) -> T:
    """The query string as a ``kind``; empty values count as left out. Raises Invalid."""
    twice = [name for name in request.query if len(request.query.getall(name)) > 1]
    if twice:
        raise Invalid(
            Problem(
                f"/{twice[0][:40]}",
                "twice",
                "此项只能出现一次。",
                "This may be given only once.",
            )
        )
    return shape.read(kind, {key: value for key, value in request.query.items() if value})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError
    return dict(pairs)


def _no_constant(_name: str) -> None:
    raise ValueError


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
