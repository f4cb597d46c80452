"""Fetching a file from an address that somebody else chose: only from the public internet.

A platform may hand out an address of a file. It is believed as far as it can do no harm here: http
and https to their own ports, no name and password in it, no redirect; the host is resolved once,
every address that it resolves to must be public, and exactly those are connected to. ``private``
lifts the rule for addresses and ports, for tests and for a platform's copy in one's own network.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from channels.errors import FetchFailed

CONNECT_SECONDS = 5.0
SILENT_SECONDS = 10.0
WHOLE_SECONDS = 120.0
PIECE_BYTES = 64 * 1024
PORTS = {"http": 80, "https": 443}
MOST_URL = 2048
_NAT64 = IPv6Network("64:ff9b::/96")


class NotPublic(OSError):
    """The address leads into a network of our own."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether this is an address of the public internet, whatever it is written as.

    An IPv6 address that carries an IPv4 one (mapped RFC 4291 2.5.5.2, NAT64 RFC 6052, 6to4 RFC
    3056, Teredo RFC 4380) leads where that one leads.
    """
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            inner = address.teredo[1]
        if address in _NAT64:
            inner = IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(inner)
        if address.packed[:12] == bytes(12):  # ::a.b.c.d, RFC 4291 2.5.5.1
            return False
    return address.is_global and not address.is_multicast


class PublicResolver(AbstractResolver):
    """Resolves a name once, to public addresses or not at all."""

    def __init__(self) -> None:
        self._names = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of ``host``; one that is not public refuses them all."""
        found = await self._names.resolve(host, port, family)
        for one in found:
            if not is_public(ip_address(one["host"].partition("%")[0])):
                raise NotPublic(host)
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._names.close()


@asynccontextmanager
async def fetching(*, private: bool = False) -> AsyncIterator[aiohttp.ClientSession]:
    """A session for ``pieces_of``; with ``private`` every network may be reached."""
    resolver = ThreadedResolver() if private else PublicResolver()
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit=8)
    timeout = aiohttp.ClientTimeout(
        total=WHOLE_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS
    )
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    ) as session:
        yield session


async def pieces_of(
    session: aiohttp.ClientSession, url: str, most_bytes: int, *, private: bool = False
) -> AsyncIterator[bytes]:
    """The file at ``url``, in pieces. Raises FetchFailed; its reason never quotes the address."""
    target = _checked(url, private=private)
    try:
        async with session.get(target, allow_redirects=False) as answer:
            if answer.status != 200 or answer.headers.get("Content-Encoding"):
                raise FetchFailed(f"http-{answer.status}", again=answer.status >= 500)
            if (answer.content_length or 0) > most_bytes:
                raise FetchFailed("too-large", again=False)
            read = 0
            async for piece in answer.content.iter_chunked(PIECE_BYTES):
                read += len(piece)
                if read > most_bytes:
                    raise FetchFailed("too-large", again=False)
                yield piece
    except (NotPublic, aiohttp.InvalidURL):
        raise FetchFailed("not-public", again=False) from None
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, NotPublic):
            raise FetchFailed("not-public", again=False) from None
        raise FetchFailed("unreachable", again=True) from None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        raise FetchFailed("unreachable", again=True) from None


def _checked(url: str, *, private: bool) -> URL:
    """The address, when it may be asked at all. Raises FetchFailed."""
    refused = FetchFailed("not-public", again=False)
    if len(url) > MOST_URL or any(ord(one) <= 32 or ord(one) == 127 for one in url):
        raise refused
    try:
        target = URL(url)
        host, port = target.host, target.port
    except ValueError:
        raise refused from None
    if target.scheme not in PORTS or not host or target.user is not None:
        raise refused
    if target.password is not None or "@" in target.authority:
        raise refused
    if private:
        return target
    if port != PORTS[target.scheme]:
        raise refused
    try:
        literal = ip_address(host.partition("%")[0])
    except ValueError:
        return target
    if not is_public(literal):
        raise refused
    return target
