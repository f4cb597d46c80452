"""A store, a folder, a platform, and the use cases of files between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.registry import open_account
from gateway.core.chat import Chat
from gateway.core.errors import StoreUnavailable, Unknown
from gateway.core.identity import Identity
from gateway.core.message import Attachment, Direction, FileState, Message, MessageKind
from gateway.core.operator import Operator, Role
from gateway.intake.file_desk import FileDesk
from gateway.intake.files import FileLimits, Files
from gateway.intake.records import Records
from gateway.media.folder import MediaFolder
from gateway.ports.files import Looked
from gateway.store.store import SqlStore, open_store
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
        self.makes = b""

    async def look(self, file: str, kind: MessageKind) -> Looked:
        """The same for every file."""
        del kind
        if self.says is not None:
            raise self.says
        assert self._folder.path(file).is_file()
        view = file
        if self.makes:
            path = self._folder.fresh()
            path.write_bytes(self.makes)
            view = self._folder.finish(path)
        return Looked(found_type="application/pdf", view_file=view, view_type="application/pdf")


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


@asynccontextmanager
async def files_world(tmp_path: Path) -> AsyncIterator[FilesWorld]:
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
        desk = FileDesk(store, Records(store, clock, root, lambda _who, _what: False), folder)
        yield FilesWorld(
            store, clock, folder, root, peer, eyes, uploaded, files, desk, commits, fails
        )
