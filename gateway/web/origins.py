"""Whether a request comes from our own pages. PURE.

A browser says so by Sec-Fetch-Site (Fetch Metadata) or by Origin (RFC 6454); neither can be set by
a script of another site. No word at all is a no.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from config.settings import Web

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origins:
    """Our origin. ``fixed`` is scheme://host[:port] in lower case; empty: whatever Host says."""

    fixed: str
    secure: bool

    @classmethod
    def of(cls, web: Web) -> Origins:
        """From the settings."""
        if web.public_url:
            fixed = _origin(web.public_url)
            return cls(fixed, fixed.startswith("https:"))
        return cls("", web.tls_cert_file is not None)

    def ours(self, origin: str | None, host: str) -> bool:
        """Whether an Origin header is ours; ``host`` is the Host header."""
        if not origin:
            return False
        if self.fixed:
            return _origin(origin) == self.fixed
        sent = _origin(origin)
        return bool(host) and sent in (_origin(f"http://{host}"), _origin(f"https://{host}"))

    def may_change(self, fetch_site: str | None, origin: str | None, host: str) -> bool:
        """Whether an unsafe request may go on: both headers, if there, must say it is ours."""
        if fetch_site is not None and fetch_site != "same-origin":
            return False
        if origin is not None:
            return self.ours(origin, host)
        return fetch_site == "same-origin"


def _origin(url: str) -> str:
    """scheme://host:port in lower case with the port always written; empty for anything odd."""
    try:
        parts = urlsplit(url.strip().lower())
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}"
