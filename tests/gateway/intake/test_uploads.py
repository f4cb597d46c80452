"""Files on their way in: whole or not at all, through restarts and full disks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.core.errors import Invalid, Throttled, Unknown
from gateway.core.upload import WrongOffset
from gateway.intake.uploads import KEPT_SECONDS, MOST_OF_ONE_OWNER, NoRoom, Uploads
from tests.turned_clock import TurnedClock

MOST = 1000


async def given(*pieces: bytes) -> AsyncIterator[bytes]:
    """These, one after the other."""
    for piece in pieces:
        yield piece


async def broken(*pieces: bytes) -> AsyncIterator[bytes]:
    """These, and then the connection is gone."""
    for piece in pieces:
        yield piece
    raise ConnectionResetError


@pytest.fixture
def clock() -> TurnedClock:
    """Time that stands."""
    return TurnedClock()


@pytest.fixture
def uploads(tmp_path: Path, clock: TurnedClock) -> Uploads:
    """In a folder of its own."""
    return Uploads(tmp_path / "uploads", clock, most_bytes=MOST, least_free_bytes=0)


async def whole(uploads: Uploads, id_: str) -> bytes:
    """All of it."""
    return b"".join([piece async for piece in uploads.pieces(id_)])


async def test_what_arrived_before_a_break_stays_also_for_a_new_gateway(
    uploads: Uploads, tmp_path: Path, clock: TurnedClock
) -> None:
    """A reader that lost its connection, then a process that died; the file is what was sent."""
    one = await uploads.begin("li", 9)
    with pytest.raises(ConnectionResetError):
        await uploads.append("li", one.id, 0, broken(b"abc", b"d"))
    again = Uploads(tmp_path / "uploads", clock, most_bytes=MOST, least_free_bytes=0)
    assert (await again.look("li", one.id)).offset == 4
    assert (await again.append("li", one.id, 4, given(b"efghi"))).whole
    assert await whole(again, one.id) == b"abcdefghi"


async def test_half_a_file_is_none(uploads: Uploads) -> None:
    """Nobody reads what is not whole, nor by a name that is no id."""
    one = await uploads.begin("li", 9)
    await uploads.append("li", one.id, 0, given(b"abc"))
    for id_ in (one.id, "../master.key", "", one.id + ".part", "0" * 32):
        with pytest.raises(Unknown):
            await whole(uploads, id_)


async def test_more_than_announced_is_refused_and_the_rest_goes_on(uploads: Uploads) -> None:
    """What was too much is not kept."""
    one = await uploads.begin("li", 3)
    with pytest.raises(Invalid):
        await uploads.append("li", one.id, 0, given(b"ab", b"cd"))
    assert (await uploads.look("li", one.id)).offset <= 3


async def test_only_the_owner_goes_on_and_only_where_it_is(uploads: Uploads) -> None:
    """Another's is unknown; another place is told where it really is."""
    one = await uploads.begin("li", 9)
    with pytest.raises(Unknown):
        await uploads.look("wang", one.id)
    with pytest.raises(WrongOffset) as wrong:
        await uploads.append("li", one.id, 5, given(b"x"))
    assert wrong.value.offset == 0


@pytest.mark.parametrize("size", [0, -1, MOST + 1])
async def test_sizes_have_bounds(uploads: Uploads, size: int) -> None:
    """Nothing, less, and too much."""
    with pytest.raises(Invalid):
        await uploads.begin("li", size)


async def test_one_owner_cannot_take_all_the_room(uploads: Uploads) -> None:
    """So many; others still have theirs."""
    for _ in range(MOST_OF_ONE_OWNER):
        await uploads.begin("li", 1)
    with pytest.raises(Throttled):
        await uploads.begin("li", 1)
    await uploads.begin("wang", 1)


async def test_a_disk_that_fills_takes_no_more(tmp_path: Path, clock: TurnedClock) -> None:
    """The store's room is left to the store."""
    uploads = Uploads(tmp_path, clock, most_bytes=MOST, least_free_bytes=10**18)
    with pytest.raises(NoRoom):
        await uploads.begin("li", 1)


async def test_what_nobody_takes_is_forgotten_after_a_day(
    uploads: Uploads, tmp_path: Path, clock: TurnedClock
) -> None:
    """With every file of it."""
    one = await uploads.begin("li", 3)
    await uploads.append("li", one.id, 0, given(b"abc"))
    clock.turn(KEPT_SECONDS + 1)
    other = await uploads.begin("li", 1)
    names = {path.name for path in (tmp_path / "uploads").iterdir()}
    assert names == {f"{other.id}.size", f"{other.id}.part"}
