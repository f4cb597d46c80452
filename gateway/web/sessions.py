"""The session's cookie."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

MOST_CHARACTERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """HttpOnly, SameSite=Strict; with https also Secure and bound to the host by its name.

    Strict also for citizens: whoever follows a link to us asks for a page that needs no session,
    and what that page asks for is asked from our own site.
    """

    secure: bool
    seconds: int
    title: str = "hotline_session"
    most: int = MOST_CHARACTERS

    @property
    def name(self) -> str:
        """``__Host-`` (RFC 6265bis 4.1.3.2) where https allows it."""
        return f"__Host-{self.title}" if self.secure else self.title

    def token(self, request: web.Request) -> str:
        """What the browser sent, empty without one."""
        token = request.cookies.get(self.name, "")
        return token if len(token) <= self.most else ""

    def give(self, response: web.StreamResponse, token: str) -> None:
        """Let the browser remember a new session."""
        response.set_cookie(
            self.name,
            token,
            max_age=self.seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Strict",
        )

    def forget(self, response: web.StreamResponse) -> None:
        """Let the browser forget it."""
        response.del_cookie(
            self.name, path="/", secure=self.secure, httponly=True, samesite="Strict"
        )
