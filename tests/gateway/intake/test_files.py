"""Files on their way from a platform to a screen: kept once, tried again, refused for good."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.errors import FetchFailed
from channels.registry import open_account
from gateway.core.chat import Chat
from gateway.core.errors import NotAllowed, StoreUnavailable, Unknown
from gateway.core.facts import FactKind
from gateway.core.identity import Identity
from gateway.core.message import Attachment, Direction, FileState, Message, MessageKind
from gateway.core.operator import Operator, Role
from gateway.intake.file_desk import FileDesk, Part
from gateway.intake.files import MOST_TRIES, FileLimits, Files
from gateway.media.folder import MediaFolder
from gateway.ports.files import FileRefused, Looked
from gateway.store.store import SqlStore, open_store
from tests.eventually import eventually
from tests.peers.channel_peer import ChannelPeer
from tests.turned_clock import TurnedClock

PDF = b"%PDF-1.7 " + b"x" * 5000
LI = Operator(id="li", login="li", name="李", role=Role.OPERATOR)
WANG = Operator(id="wang", login="wang", name="王", role=Role.OPERATOR)
CHEN = Operator(id="chen", login="chen", name="陈", role=Role.SUPERVISOR)
GUO = Operator(id="guo", login="guo", name="郭", role=Role.ADMIN)


class Eyes:
    """A look that says what the test wants; the real one has its own tests."""

    def __init__(self, folder: MediaFolder) -> None:
        self._folder = folder
        self.says: Exception | None = None

    async def look(self, file: str, kind: MessageKind) -> Looked:
        """The same for every file."""
        del kind
        if self.says is not None:
            raise self.says
        assert self._folder.path(file).is_file()
        return Looked(found_type="application/pdf", view_file=file, view_type="application/pdf")


class Uploaded:
    """What citizens uploaded."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def pieces(self, id: str) -> AsyncIterator[bytes]:
        """The whole file."""
        if id not in self.files:
            raise Unknown("upload", "")
        yield self.files[id]


@dataclass
class FilesWorld:
    """A store, a folder, a platform and the use case between them."""

    store: SqlStore
    clock: TurnedClock
    folder: MediaFolder
    root: Path
    peer: ChannelPeer
    eyes: Eyes
    uploaded: Uploaded
    files: Files
    desk: FileDesk
    commits: list[FileState]
    fails: list[bool]

    async def sent(self, ref: str, *, account: str = "peer:main", **more: Any) -> Attachment:
        """A message with one file was recorded."""
        now, id_ = self.clock.now(), f"c-{ref}"
        defaults: dict[str, Any] = {"kind": MessageKind.FILE, "name": "a.pdf"}
        one = Attachment(
            id=f"f-{ref}", message_id=f"m-{ref}", contact_id=id_, ref=ref, **defaults | more
        )
        chat = Chat(
            id=id_, channel=account.partition(":")[0], account=account, identity_id=f"i-{ref}",
            queue="civil", opened_at=now, operator_id="li", last_seq=1,
        )  # fmt: skip
        message = Message(
            id=f"m-{ref}", contact_id=id_, seq=1, direction=Direction.IN, kind=MessageKind.FILE,
            at=now, stored_at=now,
        )  # fmt: skip
        who = Identity(id=f"i-{ref}", account=account, scheme="x", value=ref, first_seen=now)
        await self.store.record(who, chat, message, one)
        return one

    def kept(self) -> list[Path]:
        """Every file in the folder, unfinished ones too."""
        return [one for one in self.root.rglob("*") if one.is_file()]

    async def now(self, one: Attachment) -> Attachment:
        """As the store has it."""
        found = await self.store.attachment(one.id)
        assert found is not None
        return found


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[FilesWorld]:
    """One platform, and the citizen's page."""
    clock = TurnedClock()
    async with open_store("", data_dir=tmp_path, clock=clock) as store:
        root = tmp_path / "media"
        folder = MediaFolder(root)
        folder.open()
        peer, eyes, uploaded = ChannelPeer(), Eyes(folder), Uploaded()
        commits: list[FileState] = []
        fails: list[bool] = []

        async def commit(one: Attachment) -> None:
            if fails and fails.pop(0):
                raise StoreUnavailable("test")
            await store.record(one)
            commits.append(one.state)

        files = Files(
            store,
            clock,
            channels={"peer:main": peer, "web:main": open_account("web", "main", {})},
            keep=folder,
            look=eyes,
            uploads=uploaded,
            limits=FileLimits(file_bytes=100_000, video_bytes=200_000),
            commit=commit,
        )
        desk = FileDesk(store, clock, folder)
        yield FilesWorld(
            store, clock, folder, root, peer, eyes, uploaded, files, desk, commits, fails
        )


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


async def test_only_who_may_see_the_conversation_sees_its_files(world: FilesWorld) -> None:
    """Their own and a supervisor; for anybody else it is not there. Noted once a session."""
    world.peer.files["a"] = PDF
    one = await world.files.settle(await world.sent("a"))
    for _ in range(3):
        shown = await world.desk.shown(LI, one.id, Part.VIEW, "s1")
    assert shown.inline
    saved = await world.desk.shown(CHEN, one.id, Part.ORIGINAL, "s2")
    assert (saved.inline, saved.content_type) == (False, "application/octet-stream")
    with pytest.raises(Unknown):
        await world.desk.shown(WANG, one.id, Part.VIEW, "s3")
    with pytest.raises(NotAllowed):
        await world.desk.shown(GUO, one.id, Part.VIEW, "s4")
    facts = await world.store.facts(contact_id=one.contact_id)
    noted = [f for f in facts if f.kind is FactKind.ATTACHMENT_VIEWED]
    assert [(f.operator_id, f.data["part"]) for f in noted] == [
        ("li", "view"),
        ("chen", "original"),
    ]


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("报告.doc.exe", "报告.doc.pdf"),
        ("../../etc/passwd", "file.pdf"),
        ('a"\r\nX: y.pdf', "a___X_ y.pdf"),
        ("\u202egnp.exe", "gnp.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
    ],
)
async def test_the_name_of_a_saved_file_is_harmless(
    world: FilesWorld, name: str, saved: str
) -> None:
    """No path, no line end, no trick of writing direction; its ending is what was found."""
    world.peer.files["a"] = PDF
    one = await world.files.settle(await world.sent("a", name=name))
    assert (await world.desk.shown(LI, one.id, Part.ORIGINAL)).name == saved
    assert (await world.desk.shown(LI, replace(one).id, Part.VIEW)).name == ""
