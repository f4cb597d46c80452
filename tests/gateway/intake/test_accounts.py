"""Logins and sessions over a real store."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from gateway.core.errors import AlreadyTaken, Invalid, Throttled, Unknown
from gateway.core.facts import FactKind
from gateway.core.operator import Operator, Role
from gateway.intake.accounts import SESSIONS_PER_PERSON, Accounts, LoginRefused, NotLoggedIn
from gateway.intake.passwords import Hashing
from gateway.ports import Store
from gateway.store.store import open_store
from tests.turned_clock import TurnedClock

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse 42"


@dataclass
class House:
    """Accounts, and what is under them."""

    accounts: Accounts
    store: Store
    clock: TurnedClock
    li: Operator

    async def log_in(self, address: str = "198.51.100.1") -> str:
        """A session of Li's."""
        return (await self.accounts.log_in("li", PASSWORD, address))[1]

    async def kinds(self) -> list[str]:
        """What was noted."""
        return [fact.kind.value for fact in await self.store.facts()]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """One operator, Li."""
    clock = TurnedClock()
    async with open_store("", data_dir=tmp_path, clock=clock) as store:
        accounts = Accounts(store, clock, hashing=Hashing(CHEAP))
        li, _ = await accounts.add("Li", "李明", Role.OPERATOR, {"civil": 0}, PASSWORD)
        yield House(accounts, store, clock, li)


async def test_only_the_hash_of_a_token_is_stored(house: House) -> None:
    """A stolen database opens no session."""
    token = await house.log_in()
    assert len(token) == 43
    assert await house.store.session(token) is None
    session = await house.store.session(hashlib.sha256(token.encode()).hexdigest())
    assert session
    assert session.operator_id == house.li.id
    assert (await house.accounts.who(token)).login == "li"


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 44, "'; --" + "a" * 38, "汉" * 43])
async def test_a_token_we_did_not_give_is_nobody(house: House, token: str) -> None:
    """Well formed or not."""
    with pytest.raises(NotLoggedIn):
        await house.accounts.who(token)


async def test_a_refused_login_is_noted_without_what_was_typed(house: House) -> None:
    """People type their password into the login field."""
    for login in ("li", "my-secret-typed-here"):
        with pytest.raises(LoginRefused):
            await house.accounts.log_in(login, "wrong password", "198.51.100.1")
    facts = [f for f in await house.store.facts() if f.kind is FactKind.LOGIN_REFUSED]
    assert [fact.operator_id for fact in facts] == [house.li.id, ""]
    assert "secret" not in repr(facts)


async def test_a_guesser_waits_and_the_true_person_elsewhere_does_not(house: House) -> None:
    """A thousand guesses: nearly all are turned away before any hashing."""
    throttled = 0
    for n in range(1000):
        try:
            await house.accounts.log_in("li", f"guess number {n}", "203.0.113.9")
        except Throttled:
            throttled += 1
        except LoginRefused:
            continue
    assert throttled >= 990
    with pytest.raises(Throttled):
        await house.accounts.log_in("li", PASSWORD, "203.0.113.9")
    assert await house.log_in("198.51.100.1")


async def test_a_session_slides_and_has_a_last_hour(house: House) -> None:
    """Heard of each half hour it lives, but not beyond twelve hours."""
    token = await house.log_in()
    for _ in range(23):
        house.clock.turn(1800)
        await house.accounts.who(token)
    house.clock.turn(1800)
    with pytest.raises(NotLoggedIn):
        await house.accounts.who(token)


async def test_a_session_nobody_uses_ends_after_an_hour(house: House) -> None:
    """A browser left open elsewhere."""
    token = await house.log_in()
    house.clock.turn(3601)
    with pytest.raises(NotLoggedIn):
        await house.accounts.who(token)


async def test_a_session_is_written_once_a_minute_at_most(house: House) -> None:
    """Asking who does not write to the disk each time."""
    token = await house.log_in()
    hashed = hashlib.sha256(token.encode()).hexdigest()
    before = await house.store.session(hashed)
    house.clock.turn(59)
    await house.accounts.who(token)
    assert await house.store.session(hashed) == before
    house.clock.turn(2)
    await house.accounts.who(token)
    after = await house.store.session(hashed)
    assert before
    assert after
    assert after.seen_at > before.seen_at


async def test_logging_out_stays_logged_out_whoever_asks_meanwhile(house: House) -> None:
    """A request in flight must not bring the session back to life."""
    for _ in range(20):
        token = await house.log_in()
        house.clock.turn(61)
        await asyncio.gather(
            house.accounts.who(token),
            house.accounts.log_out(token),
            house.accounts.who(token),
            return_exceptions=True,
        )
        with pytest.raises(NotLoggedIn):
            await house.accounts.who(token)
    await house.accounts.log_out("never given")
    assert (await house.kinds()).count("logged_out") == 20


async def test_a_disabled_person_is_out_at_once_and_stays_out(house: House) -> None:
    """Every session ends, the right password is refused like a wrong one."""
    one, two = await house.log_in(), await house.log_in()
    await house.accounts.disable("LI")
    for token in (one, two):
        with pytest.raises(NotLoggedIn):
            await house.accounts.who(token)
    with pytest.raises(LoginRefused):
        await house.log_in()


async def test_a_person_disabled_by_another_process_is_out_too(house: House) -> None:
    """Looked at each time, not only when the session ends."""
    token = await house.log_in()
    await house.store.record(replace(house.li, active=False))
    with pytest.raises(NotLoggedIn):
        await house.accounts.who(token)
    await house.store.record(house.li)
    with pytest.raises(NotLoggedIn):
        await house.accounts.who(token)


async def test_changing_the_password_ends_every_session_and_gives_a_new_one(
    house: House,
) -> None:
    """Whoever had the old one is out."""
    old = await house.log_in()
    with pytest.raises(Invalid):
        await house.accounts.change_password(house.li, "not the old", "entirely new 7")
    with pytest.raises(Invalid):
        await house.accounts.change_password(house.li, PASSWORD, PASSWORD)
    new = await house.accounts.change_password(house.li, PASSWORD, "entirely new 7")
    with pytest.raises(NotLoggedIn):
        await house.accounts.who(old)
    assert (await house.accounts.who(new)).must_change_password is False
    with pytest.raises(LoginRefused):
        await house.log_in()


async def test_guessing_the_old_password_is_slowed_too(house: House) -> None:
    """A session left open is no way to find the password."""
    for n in range(3):
        with pytest.raises(Invalid):
            await house.accounts.change_password(house.li, f"guess {n}", "entirely new 7", "a")
    with pytest.raises(Throttled):
        await house.accounts.change_password(house.li, PASSWORD, "entirely new 7", "a")


async def test_a_made_up_password_must_be_changed(house: House) -> None:
    """Except for a simulated operator, whom nobody asks."""
    wang, password = await house.accounts.add("wang", " ", Role.OPERATOR, {})
    assert wang.name == "wang"
    assert wang.must_change_password
    assert (await house.accounts.log_in("wang", password, ""))[0].id == wang.id
    robot, _ = await house.accounts.add("robot", "机器人", Role.OPERATOR, {}, simulated=True)
    assert not robot.must_change_password
    fresh = await house.accounts.reset_password("li")
    assert (await house.accounts.log_in("li", fresh, ""))[0].must_change_password


async def test_a_login_is_taken_once_and_has_a_shape(house: House) -> None:
    """Upper and lower case alike."""
    with pytest.raises(AlreadyTaken):
        await house.accounts.add("LI", "又一个", Role.OPERATOR, {}, PASSWORD)
    for login in ("", "a", "a b", "-ab", "a/b", "甲乙", "x" * 33):
        with pytest.raises(Invalid):
            await house.accounts.add(login, "x", Role.OPERATOR, {}, PASSWORD)
    with pytest.raises(Unknown):
        await house.accounts.reset_password("nobody")
    assert await house.accounts.names() == {house.li.id: "李明"}


async def test_an_outdated_hash_is_made_anew_at_login(house: House) -> None:
    """Stronger parameters reach everyone who comes in."""
    stronger = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    accounts = Accounts(house.store, house.clock, hashing=Hashing(stronger))
    await accounts.log_in("li", PASSWORD, "")
    kept = await house.store.operator(house.li.id)
    assert kept
    assert not stronger.check_needs_rehash(kept.password_hash)
    assert await accounts.log_in("li", PASSWORD, "")


async def test_a_person_has_so_many_logins_and_the_one_not_seen_for_longest_ends(
    house: House,
) -> None:
    """The newest always lives; nobody else's ends."""
    await house.accounts.add("wang", "王", Role.OPERATOR, {}, "a word of wang 7")
    _, other = await house.accounts.log_in("wang", "a word of wang 7", "a")
    tokens = []
    for _ in range(SESSIONS_PER_PERSON + 2):
        tokens.append((await house.accounts.log_in("li", PASSWORD, "a"))[1])
        house.clock.turn(1)
    for token in tokens[:2]:
        with pytest.raises(NotLoggedIn):
            await house.accounts.who(token)
    for token in tokens[2:]:
        assert (await house.accounts.who(token)).login == "li"
    assert (await house.accounts.who(other)).login == "wang"
