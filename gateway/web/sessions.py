"""The session's cookie."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

MOST_CHARACTERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """HttpOnly, SameSite=Strict; with https also Secure and bound to the host by its name."""

    secure: bool
    seconds: int

    @property
    def name(self) -> str:
        """``__Host-`` (RFC 6265bis 4.1.3.2) where https allows it."""
        return "__Host-hotline_session" if self.secure else "hotline_session"

    def token(self, request: web.Request) -> str:
        """What the browser sent, empty without one."""
        token = request.cookies.get(self.name, "")
        return token if len(token) <= MOST_CHARACTERS else ""

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
