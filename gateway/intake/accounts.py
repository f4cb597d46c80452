"""Who may come in: logins, sessions, passwords."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from gateway.core.errors import AlreadyTaken, Invalid, NotAllowed, Problem, Throttled, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Role
from gateway.core.session import Session
from gateway.intake.backoff import Backoff
from gateway.intake.passwords import Hashing, check_password, made_up
from gateway.ports import Clock, Store

IDLE_SECONDS = 3600
"""A browser that has not been heard of for this long must log in again; an open console is heard
of every minute."""
SESSIONS_PER_PERSON = 20
TOUCH_SECONDS = 60
"""A session's last sign of life is written at most this often."""
LOGIN_SHAPE = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}", re.IGNORECASE)
TOKEN_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


class NotLoggedIn(NotAllowed):
    """Log in first."""

    code = "not-logged-in"


class LoginRefused(NotAllowed):
    """Login and password do not fit, or this person may no longer come in."""

    code = "login-refused"


def fingerprint(token: str) -> str:
    """What is stored of a session's token: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


class Accounts:
    """Logins and sessions over the store."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        session_hours: float = 12,
        hashing: Hashing | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._longest = timedelta(hours=session_hours)
        self._idle = min(timedelta(seconds=IDLE_SECONDS), self._longest)
        self._hashing = hashing or Hashing()
        self._backoff = Backoff()
        self._sessions_turn = asyncio.Lock()
        """A session row is read and written under this, so that an ended one stays ended."""

    async def log_in(self, login: str, password: str, address: str) -> tuple[Operator, str]:
        """The person and a new token (256 bit) for the cookie.

        Raises LoginRefused, alike for a wrong password, an unknown login and a person who left, and
        Throttled for this login from this address after too many tries.
        """
        who = login.strip().casefold()
        self._charge(who, address)
        operator = await self._store.operator_by_login(who)
        stored = operator.password_hash if operator and operator.active else ""
        if not await self._hashing.matches(stored, password) or operator is None:
            data = {"address": address}
            fact = Fact(
                kind=FactKind.LOGIN_REFUSED,
                at=self._clock.now(),
                operator_id=operator.id if operator else "",
                data=data,
            )
            await self._store.record(fact)
            raise LoginRefused("log_in")
        self._backoff.forgive(who, address)
        if self._hashing.outdated(stored):
            operator = replace(operator, password_hash=await self._hashing.hash(password))
            await self._store.record(operator)
        return operator, await self._begin(operator, address)

    async def who(self, token: str) -> Operator:
        """The person behind a token, whose session slides on. Raises NotLoggedIn."""
        if not TOKEN_SHAPE.fullmatch(token):
            raise NotLoggedIn("who")
        hashed = fingerprint(token)
        session = await self._store.session(hashed)
        now = self._clock.now()
        if session is None or session.ended or session.expires_at <= now:
            raise NotLoggedIn("who")
        operator = await self._store.operator(session.operator_id)
        if operator is None or not operator.active:
            await self._store.end_sessions(session.operator_id)
            raise NotLoggedIn("who")
        if (now - session.seen_at).total_seconds() >= TOUCH_SECONDS:
            await self._touch(hashed)
        return operator

    async def log_out(self, token: str) -> None:
        """End this session; no error when it has ended already."""
        async with self._sessions_turn:
            session = await self._store.session(fingerprint(token))
            if session is None or session.ended:
                return
            fact = Fact(
                kind=FactKind.LOGGED_OUT,
                at=self._clock.now(),
                operator_id=session.operator_id,
            )
            await self._store.record(replace(session, ended=True), fact)

    async def change_password(
        self, operator: Operator, old: str, new: str, address: str = ""
    ) -> str:
        """Set a new password, end every session of this person, give a new token.

        Raises Invalid for a bad new password or a wrong old one, and Throttled.
        """
        present = await self._present(operator.id)
        check_password(new, present.login, "/new")
        if new == old:
            raise Invalid(
                Problem(
                    "/new",
                    "password-unchanged",
                    "新密码不能与原密码相同",
                    "The new password must differ from the old one",
                )
            )
        who = f"change:{present.id}"
        self._charge(who, address)
        if not await self._hashing.matches(present.password_hash, old):
            raise Invalid(
                Problem(
                    "/old",
                    "password-wrong",
                    "原密码不正确",
                    "This is not the password until now",
                )
            )
        self._backoff.forgive(who, address)
        await self._set_password(present, new, must_change=False)
        return await self._begin(present, address)

    async def reset_password(self, login: str) -> str:
        """A made-up password for one who forgot theirs; they must change it. Raises Unknown."""
        operator = await self._by_login(login)
        password = made_up()
        await self._set_password(operator, password, must_change=True)
        return password

    async def add(
        self,
        login: str,
        name: str,
        role: Role,
        skills: Mapping[str, int],
        password: str | None = None,
        *,
        simulated: bool = False,
    ) -> tuple[Operator, str]:
        """A new person and their password; without one given it is made up and must be changed.

        ``login`` is 2..32 letters, digits, ``._-`` and kept in lower case. Raises AlreadyTaken and
        Invalid.
        """
        login = login.strip().casefold()
        if not LOGIN_SHAPE.fullmatch(login):
            raise Invalid(
                Problem(
                    "/login",
                    "login-shape",
                    "登录名为 2 至 32 位字母、数字或 . _ -，以字母或数字开头",
                    "A login has 2 to 32 letters, digits or . _ - and does not begin with . _ -",
                )
            )
        if password is not None:
            check_password(password, login, "/password")
        taken = await self._store.operator_by_login(login)
        if taken:
            raise AlreadyTaken("login", login, taken.id)
        secret = made_up() if password is None else password
        operator = Operator(
            id=secrets.token_hex(8),
            login=login,
            name=name.strip() or login,
            role=role,
            skills=dict(skills),
            password_hash=await self._hashing.hash(secret),
            must_change_password=password is None and not simulated,
            simulated=simulated,
        )
        await self._store.record(operator, self._changed(operator, "added"))
        return operator, secret

    async def disable(self, login: str) -> Operator:
        """This person may no longer come in; their sessions end now. Raises Unknown."""
        operator = replace(await self._by_login(login), active=False)
        await self._store.record(operator, self._changed(operator, "disabled"))
        async with self._sessions_turn:
            await self._store.end_sessions(operator.id)
        return operator

    async def names(self) -> dict[str, str]:
        """Operator id → name, of everyone."""
        return {operator.id: operator.name for operator in await self._store.operators()}

    def _charge(self, who: str, address: str) -> None:
        wait = self._backoff.charge(who, address, self._clock.monotonic())
        if wait > 0:
            raise Throttled(wait)

    def _changed(self, operator: Operator, what: str) -> Fact:
        data = {"what": what, "role": operator.role.value}
        return Fact(
            kind=FactKind.OPERATOR_CHANGED,
            at=self._clock.now(),
            operator_id=operator.id,
            data=data,
        )

    async def _begin(self, operator: Operator, address: str) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        session = Session(
            token_hash=fingerprint(token),
            operator_id=operator.id,
            created_at=now,
            seen_at=now,
            expires_at=now + self._idle,
        )
        data = {"address": address}
        fact = Fact(kind=FactKind.LOGGED_IN, at=now, operator_id=operator.id, data=data)
        await self._store.record(session, fact)
        await self._end_oldest(session)
        return token

    async def _end_oldest(self, fresh: Session) -> None:
        """A person has so many logins and no more; the one not seen for longest ends.

        Never the one just made, whatever else was seen in the same moment.
        """
        async with self._sessions_turn:
            now = self._clock.now()
            mine = await self._store.sessions_of(fresh.operator_id)
            others = [one for one in mine if one.expires_at > now and one != fresh]
            ended = [replace(one, ended=True) for one in others[SESSIONS_PER_PERSON - 1 :]]
            if ended:
                await self._store.record(*ended)

    async def _touch(self, hashed: str) -> None:
        async with self._sessions_turn:
            session = await self._store.session(hashed)
            if session is None or session.ended:
                return
            now = self._clock.now()
            until = min(now + self._idle, session.created_at + self._longest)
            await self._store.record(replace(session, seen_at=now, expires_at=until))

    async def _set_password(self, operator: Operator, password: str, *, must_change: bool) -> None:
        hashed = await self._hashing.hash(password)
        changed = replace(operator, password_hash=hashed, must_change_password=must_change)
        await self._store.record(changed, self._changed(changed, "password"))
        async with self._sessions_turn:
            await self._store.end_sessions(operator.id)

    async def _present(self, operator_id: str) -> Operator:
        operator = await self._store.operator(operator_id)
        if operator is None or not operator.active:
            raise NotLoggedIn("change_password")
        return operator

    async def _by_login(self, login: str) -> Operator:
        operator = await self._store.operator_by_login(login.strip().casefold())
        if operator is None:
            raise Unknown("operator", login)
        return operator
