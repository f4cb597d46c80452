"""Headers that every answer carries."""

from __future__ import annotations

from aiohttp import web

from gateway.web.problems import REQUEST_ID

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
EVERYWHERE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Server": "hotline",
}
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""For what somebody else made: whatever it turns out to be, it runs nothing and reaches nothing."""
SANDBOXED = web.RequestKey("sandboxed", bool)
ONE_YEAR_SECONDS = 31_536_000


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal on_response_prepare of aiohttp: also for errors, files and WebSocket handshakes."""
    response.headers.update(EVERYWHERE)
    if request.get(SANDBOXED):
        response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Request-Id"] = request.get(REQUEST_ID, "")
    if request.secure:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR_SECONDS}"
