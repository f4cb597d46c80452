"""Passwords."""

import asyncio

import pytest
from argon2 import PasswordHasher

from gateway.core.errors import Invalid, Throttled
from gateway.intake.passwords import Hashing, check_password, made_up

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_a_made_up_password_can_be_read_out_and_is_good() -> None:
    """Four groups, no letter that looks like a digit, never the same."""
    made = {made_up() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        assert len(one) == 19
        assert not set("ilo01") & set(one)
        check_password(one, "li", "/password")


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("short", {"password-too-short"}),
        ("aaaaaaaaaaaa", {"password-too-simple"}),
        ("zhangwei99", {"password-is-login"}),
        ("x1y2" * 40, {"password-too-long"}),
        ("", {"password-too-short", "password-too-simple"}),
    ],
)
def test_a_bad_password_is_told_everything_that_is_wrong(password: str, codes: set[str]) -> None:
    """In Chinese and English, at once."""
    with pytest.raises(Invalid) as refused:
        check_password(password, "zhangwei", "/new")
    assert {one.code for one in refused.value.problems} == codes
    assert all(one.zh and one.en and one.pointer == "/new" for one in refused.value.problems)


def test_hashing_is_argon2id_with_the_standards_cost() -> None:
    """RFC 9106's second choice: 64 MiB, three passes."""
    hasher = PasswordHasher()
    assert (hasher.memory_cost, hasher.time_cost, hasher.type.name) == (65536, 3, "ID")


async def test_right_is_right_and_nobody_is_nobody() -> None:
    """An empty hash costs a comparison and never fits."""
    hashing = Hashing(CHEAP)
    stored = await hashing.hash("correct horse")
    assert await hashing.matches(stored, "correct horse")
    assert not await hashing.matches(stored, "wrong horse")
    assert not await hashing.matches("", "")
    assert not await hashing.matches("not a hash", "correct horse")
    assert hashing.outdated(stored) is False
    assert Hashing(PasswordHasher()).outdated(stored) is True


async def test_whoever_finds_too_many_in_line_is_sent_away() -> None:
    """Hashing costs memory and time: only so many wait for it."""
    hashing = Hashing(CHEAP, at_once=1, waiting=4)
    tries = [hashing.hash("correct horse") for _ in range(10)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Throttled) for one in done) == 6
    assert await hashing.hash("again")
