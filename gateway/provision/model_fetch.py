"""Fetches an official model: resumed after a break, checked against the site's own list."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from gateway.provision.errors import NotReady

SITE = "https://alphacephei.com/vosk/models/"
LIST = "model-list.json"
OFFERED = "vosk-model-small-cn-0.22", "vosk-model-cn-0.22"
"""The official Chinese models: 42 MB and 1.3 GB."""
LIST_BYTES = 4 << 20
MOST_BYTES = 4 << 30  # more than any model of the list
PIECE_BYTES = 1 << 16
TRIES = 8
PAUSE_SECONDS = 1.0  # before the second try; twice as long before each further one
LONGEST_PAUSE_SECONDS = 20.0
SILENT_SECONDS = 30.0  # without a byte
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

Tell = Callable[[int, int], None]
"""Gets the bytes that are here, and how many there will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One model of the site's list; ``md5`` is the site's word for its archive."""

    name: str
    url: str
    size: int
    md5: str


async def offer(name: str, site: str = SITE) -> Offer:
    """What the site's list says of this model. NotReady when there is none, or no site."""
    _secure(site)
    try:
        async with _session() as web, web.get(urljoin(site, LIST)) as answer:
            answer.raise_for_status()
            text = await answer.content.read(LIST_BYTES)
            while len(text) < LIST_BYTES and (more := await answer.content.read(LIST_BYTES)):
                text += more
        rows = json.loads(text)
        row = next((row for row in rows if row["name"] == name), None)
    except (aiohttp.ClientError, TimeoutError, OSError) as away:
        raise _away(site, away) from away
    except (ValueError, TypeError, KeyError) as wrong:
        raise NotReady(
            f"{site}{LIST} 不是模型清单。", f"{site}{LIST} is no list of models."
        ) from wrong
    if row is None:
        raise NotReady(f"{site} 没有模型 {name}。", f"{site} has no model {name}.")
    return _read(row, name, site)


async def fetch(
    offered: Offer, into: Path, tell: Tell = lambda *_: None, pause_seconds: float = PAUSE_SECONDS
) -> Path:
    """The archive, whole and checked, in ``into``; what a broken try left is gone on with.

    NotReady when the site stays away, or what it sent is not what its list says.
    """
    await asyncio.to_thread(into.mkdir, parents=True, exist_ok=True)
    whole, part = into / f"{offered.name}.zip", into / f"{offered.name}.zip.part"
    for tried in range(TRIES):
        if tried:
            await asyncio.sleep(min(LONGEST_PAUSE_SECONDS, pause_seconds * 2 ** (tried - 1)))
        had = part.stat().st_size if part.exists() else 0
        if had < offered.size:
            try:
                await _more(offered, part, had, tell)
            except (aiohttp.ClientError, TimeoutError) as away:
                last: Exception = away
                if isinstance(away, aiohttp.ClientResponseError) and 400 <= away.status < 500:
                    raise _away(offered.url, away) from away
                continue
        if part.stat().st_size < offered.size:
            last = ConnectionError("the connection ended early")
            continue
        if await asyncio.to_thread(_md5, part) != offered.md5:
            part.unlink()
            raise NotReady(
                f"{offered.url} 的内容与网站清单中的校验值不符，已删除。请稍后重试或换一个来源。",
                f"What {offered.url} sent does not match the checksum of the site's list; it was "
                "deleted. Try again later, or from another place.",
            )
        part.replace(whole)
        return whole
    raise _away(offered.url, last) from last


async def _more(offered: Offer, part: Path, had: int, tell: Tell) -> None:
    headers = {"Range": f"bytes={had}-"} if had else {}
    async with _session() as web, web.get(offered.url, headers=headers) as answer:
        answer.raise_for_status()
        goes_on = answer.status == 206 and _begins_at(answer.headers) == had
        at = had if goes_on else 0
        with part.open("ab" if goes_on else "wb") as file:
            async for piece in answer.content.iter_chunked(PIECE_BYTES):
                at += len(piece)
                if at > offered.size:
                    file.truncate(0)
                    raise NotReady(
                        f"{offered.url} 发来的比清单所说的多，已停止。",
                        f"{offered.url} sends more than its list says; stopped.",
                    )
                await asyncio.to_thread(file.write, piece)
                tell(at, offered.size)


def _begins_at(headers: Mapping[str, str]) -> int:
    """Where the part begins that the site sends (RFC 9110 section 14.4); -1: it does not say."""
    said = headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(said) if said.isdecimal() else -1


def _read(row: Mapping[str, Any], name: str, site: str) -> Offer:
    try:
        read = Offer(
            name=name,
            url=urljoin(site, str(row.get("url") or f"{name}.zip")),
            size=int(row["size"]),
            md5=str(row["md5"]).lower(),
        )
    except (KeyError, ValueError, TypeError) as wrong:
        raise NotReady(
            f"{site} 的清单没有说明 {name} 的大小和校验值。",
            f"The list of {site} does not say size and checksum of {name}.",
        ) from wrong
    _secure(read.url)
    if not 0 < read.size <= MOST_BYTES:
        raise NotReady(f"{name} 的大小不合理。", f"{name} cannot be of {read.size} bytes.")
    return read


def _secure(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise NotReady(f"{url} 不是 https 地址。", f"{url} is no https address.")


def _session() -> aiohttp.ClientSession:
    limits = aiohttp.ClientTimeout(total=None, sock_connect=15.0, sock_read=SILENT_SECONDS)
    return aiohttp.ClientSession(timeout=limits, auto_decompress=False, trust_env=True)


def _md5(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(
            opened, lambda: hashlib.md5(usedforsecurity=False)
        ).hexdigest()  # what the site gives; https carries the trust


def _away(url: str, why: Exception) -> NotReady:
    said = f"{type(why).__name__}: {why}".rstrip(": ")
    return NotReady(
        f"无法从 {url} 下载（{said}）。请检查网络后重试，会接着下载；没有外网时在别处下载，"
        "再执行 hotline model get 文件.zip。",
        f"Nothing can be fetched from {url} ({said}). Check the network and try again: it goes on "
        "where it was. Without the internet fetch it elsewhere and run hotline model get FILE.zip.",
    )
