"""Files on their way from a platform to a screen: kept once, tried again, refused for good."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from channels.errors import FetchFailed
from gateway.core.errors import StoreUnavailable, Unknown
from gateway.core.message import FileState, MessageKind
from gateway.intake.file_desk import Part
from gateway.intake.files import MOST_TRIES
from gateway.ports.files import FileRefused
from tests.eventually import eventually
from tests.gateway.intake.files_world import LI, PDF, FilesWorld, files_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[FilesWorld]:
    """One platform, and the citizen's page."""
    async with files_world(tmp_path) as made:
        yield made


async def test_a_file_is_kept_as_it_came_and_shown(world: FilesWorld) -> None:
    """Recorded when it is here, and again when it can be shown; its digest is the original's."""
    world.peer.files["a"] = PDF
    done = await world.files.settle(await world.sent("a"))
    assert world.commits == [FileState.STORED, FileState.READY]
    assert done == await world.now(done)
    assert done.sha256 == hashlib.sha256(PDF).hexdigest()
    assert world.folder.path(done.file).read_bytes() == PDF
    assert world.folder.path(done.file).stat().st_mode & 0o777 == 0o600
    assert done.file.count("a.pdf") == 0


async def test_an_upload_of_our_own_page_needs_no_platform(world: FilesWorld) -> None:
    """It is taken from the uploads; one that is not there never will be."""
    world.uploaded.files["u"] = PDF
    done = await world.files.settle(await world.sent("u", account="web:main"))
    assert done.state is FileState.READY
    gone = await world.files.settle(await world.sent("v", account="web:main"))
    assert (gone.state, gone.reason) == (FileState.FAILED, "gone")


@pytest.mark.parametrize(
    ("kind", "size", "refused"),
    [
        (MessageKind.FILE, 100_000, False),
        (MessageKind.FILE, 100_001, True),
        (MessageKind.VIDEO, 200_000, False),
        (MessageKind.VIDEO, 200_001, True),
    ],
)
async def test_what_is_too_large_is_refused_and_leaves_nothing(
    world: FilesWorld, kind: MessageKind, size: int, refused: bool
) -> None:
    """Said beforehand, or found on the way; a video may be larger."""
    world.uploaded.files["u"] = b"x" * size
    done = await world.files.settle(await world.sent("u", account="web:main", kind=kind))
    assert (done.state is FileState.REFUSED) is refused
    assert bool(world.kept()) is not refused
    said = await world.sent("s", kind=kind, size_bytes=size)
    world.peer.files["s"] = b"x"
    done = await world.files.settle(said)
    assert (done.reason == "too-large") is refused


async def test_a_file_that_is_refused_is_not_kept(world: FilesWorld) -> None:
    """Its digest stays as evidence; nobody can have it."""
    world.peer.files["a"] = PDF
    world.eyes.says = FileRefused("wrong-type")
    done = await world.files.settle(await world.sent("a"))
    assert (done.state, done.reason, done.file) == (FileState.REFUSED, "wrong-type", "")
    assert done.sha256
    assert world.kept() == []
    with pytest.raises(Unknown):
        await world.desk.shown(LI, done.id, Part.ORIGINAL)


async def test_a_platform_that_stumbles_is_asked_again_ever_more_slowly(world: FilesWorld) -> None:
    """Until it gives the file; the store knows when."""
    world.peer.files["a"] = FetchFailed("http-503", again=True)
    one, pauses = await world.sent("a"), []
    for _ in range(5):
        one = await world.files.settle(one)
        assert one.state is FileState.PENDING
        assert one.next_at is not None
        pauses.append((one.next_at - world.clock.now()).total_seconds())
        assert await world.store.attachments_due(world.clock.now()) == ()
        world.clock.turn(pauses[-1])
        assert [due.id for due in await world.store.attachments_due(world.clock.now())] == [one.id]
    assert pauses == [2, 4, 8, 16, 32]
    world.peer.files["a"] = PDF
    assert (await world.files.settle(one)).state is FileState.READY


async def test_asking_ends(world: FilesWorld) -> None:
    """When the platform says no, when it forgets the file, or after many tries."""
    no = await world.files.settle(await world.sent("none"))
    assert (no.state, no.reason) == (FileState.FAILED, "http-404")
    late = await world.sent("late", expires_at=world.clock.now() + timedelta(days=3))
    world.clock.turn(3 * 86_400)
    assert (await world.files.settle(late)).reason == "expired"
    assert "late" not in world.peer.fetched
    world.peer.files["a"] = FetchFailed("unreachable", again=True)
    one = await world.sent("a")
    for _ in range(MOST_TRIES):
        one = await world.files.settle(one)
    assert (one.state, one.reason) == (FileState.FAILED, "unreachable")


async def test_a_store_that_is_away_loses_no_file(world: FilesWorld) -> None:
    """Nothing is recorded, nothing is left in the folder, and it is done again."""
    world.peer.files["a"] = PDF
    one = await world.sent("a")
    world.fails[:] = [True, True]
    with pytest.raises(StoreUnavailable):
        await world.files.settle(one)
    assert world.kept() == []
    assert (await world.now(one)).state is FileState.PENDING
    assert (await world.files.settle(one)).state is FileState.READY


async def test_a_gateway_that_died_between_the_steps_goes_on(world: FilesWorld) -> None:
    """What was kept is not fetched a second time."""
    world.peer.files["a"] = PDF
    one = await world.sent("a")
    world.eyes.says = StoreUnavailable("away")
    stored = await world.files.settle(one)
    assert stored.state is FileState.STORED
    world.eyes.says = None
    assert (await world.files.settle(await world.now(one))).state is FileState.READY
    assert world.peer.fetched == ["a"]


async def running(world: FilesWorld, until: Callable[[], Awaitable[bool]]) -> None:
    """Run the use case until this is so."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(world.files.run())
        await eventually(until)
        task.cancel()


async def test_a_slow_file_and_a_poisoned_one_keep_no_other_waiting(world: FilesWorld) -> None:
    """Each by itself."""
    bad = await world.sent("bad")
    world.peer.files["bad"] = FetchFailed("x", again=True)
    many = [await world.sent(f"n{n}") for n in range(12)]
    for n in range(12):
        world.peer.files[f"n{n}"] = PDF

    async def all_ready() -> bool:
        found = [await world.now(one) for one in many]
        return all(one.state is FileState.READY for one in found)

    await running(world, all_ready)
    assert (await world.now(bad)).state is FileState.PENDING


async def test_a_view_that_could_not_be_recorded_is_not_left(world: FilesWorld) -> None:
    """The original stays, for its record does."""
    world.peer.files["a"] = PDF
    one = await world.sent("a")
    world.eyes.makes = b"a view"
    world.fails[:] = [False, True, True]
    with pytest.raises(StoreUnavailable):
        await world.files.settle(one)
    stored = await world.now(one)
    assert stored.state is FileState.STORED
    assert world.kept() == [world.folder.path(stored.file)]
    assert (await world.files.settle(stored)).view_file != stored.file
