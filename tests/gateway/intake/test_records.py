"""Who may look back at what, and that it is noted."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.core.call import Call
from gateway.core.contact import ContactQuery, Recording
from gateway.core.errors import Invalid, NotAllowed, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Role
from gateway.intake.records import Records
from tests.gateway.intake.floor_world import FloorWorld

ADMIN = Operator(id="id-guo", login="guo", name="郭", role=Role.ADMIN)


@dataclass
class Archive:
    """Li talked with 13800001234, Wang with 13900005678; both calls are over."""

    records: Records
    world: FloorWorld
    folder: Path
    lis: Call
    wangs: Call

    def who(self, login: str) -> Operator:
        """Someone."""
        return self.world.operators[login]

    async def noted(self, kind: FactKind) -> list[Fact]:
        """Facts of one kind."""
        return [fact for fact in await self.world.store.facts() if fact.kind is kind]

    async def record(self, call: Call, file: str) -> None:
        """Store a recording of this name."""
        recording = Recording(
            contact_id=call.id,
            file=file,
            sha256="0" * 64,
            size_bytes=4,
            seconds=1.0,
            stored_at=self.world.clock.now(),
        )
        await self.world.store.record(recording)


async def talked(world: FloorWorld, login: str, seat: str, number: str) -> Call:
    """A call from the ring to the end; the seat must be ready."""
    call = await world.arrives(number)
    await world.rings(call, seat)
    await world.answers(call, seat)
    await world.hangs_up(call)
    await world.desk.finish_wrap_up(f"id-{login}")
    return call


@pytest.fixture
async def archive(world: FloorWorld, tmp_path: Path) -> Archive:
    """Two finished calls."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    await world.seated("li", "8001")
    await world.seated("wang", "8002")
    lis = await talked(world, "li", "8001", "13800001234")
    wangs = await talked(world, "wang", "8002", "13900005678")
    records = Records(world.store, world.clock, folder, world.floor.barred)
    return Archive(records, world, folder, lis, wangs)


async def test_an_operator_finds_their_own_contacts_whatever_they_ask_for(
    archive: Archive,
) -> None:
    """Also when they ask by another's name or number."""
    li = archive.who("li")
    for query in (ContactQuery(), ContactQuery(operator_id="id-wang")):
        found = await archive.records.search(li, query)
        assert [record.id for record in found] == [archive.lis.id]
    other = await archive.records.search(li, ContactQuery(number="13900005678"))
    assert other == ()


async def test_a_supervisor_finds_all(archive: Archive) -> None:
    """Everyone's."""
    found = await archive.records.search(archive.who("chen"), ContactQuery())
    assert {record.id for record in found} == {archive.lis.id, archive.wangs.id}


async def test_another_ones_contact_is_like_none_at_all(archive: Archive) -> None:
    """Same error, same words, for reading and for revealing."""
    li, told = archive.who("li"), []
    for contact_id in (archive.wangs.id, "no-such-contact"):
        with pytest.raises(Unknown) as unknown:
            await archive.records.contact(li, contact_id)
        told.append(str(unknown.value).replace(contact_id, "X"))
        with pytest.raises(Unknown):
            await archive.records.reveal(li, contact_id, "回拨")
    assert told[0] == told[1]


async def test_whom_you_talk_with_you_may_read_up_on(archive: Archive) -> None:
    """While the citizen is at the seat, and until the wrap-up is done."""
    li, world = archive.who("li"), archive.world
    call = await world.arrives("13900005678")
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    record, _ = await archive.records.contact(li, archive.wangs.id)
    assert record.id == archive.wangs.id
    found = await archive.records.search(li, ContactQuery(number="13900005678"))
    assert {one.id for one in found} == {archive.wangs.id, call.id}
    await world.hangs_up(call)
    await archive.records.contact(li, archive.wangs.id)
    await world.desk.finish_wrap_up("id-li")
    with pytest.raises(Unknown):
        await archive.records.contact(li, archive.wangs.id)


async def test_withheld_numbers_do_not_open_each_others_contacts(archive: Archive) -> None:
    """No number is not the same number."""
    hidden = await talked(archive.world, "wang", "8002", "")
    call = await archive.world.arrives("")
    await archive.world.rings(call, "8001")
    with pytest.raises(Unknown):
        await archive.records.contact(archive.who("li"), hidden.id)


async def test_an_admin_sees_no_contact(archive: Archive) -> None:
    """Who configures does not read (GB/T 22239)."""
    with pytest.raises(NotAllowed):
        await archive.records.search(ADMIN, ContactQuery())
    with pytest.raises(NotAllowed):
        await archive.records.contact(ADMIN, archive.lis.id)
    with pytest.raises(NotAllowed):
        await archive.records.reveal(ADMIN, archive.lis.id, "想看")


async def test_looking_at_another_ones_contact_is_noted_once_a_session(archive: Archive) -> None:
    """One's own is not."""
    chen, li = archive.who("chen"), archive.who("li")
    for session in ("a", "a", "b"):
        await archive.records.contact(chen, archive.lis.id, session)
    await archive.records.contact(li, archive.lis.id, "c")
    noted = await archive.noted(FactKind.CONTACT_VIEWED)
    assert [fact.operator_id for fact in noted] == ["id-chen", "id-chen"]


async def test_revealing_is_noted_each_time_with_its_reason(archive: Archive) -> None:
    """Before the number is given; the reason carries no number itself."""
    li = archive.who("li")
    for _ in range(2):
        number = await archive.records.reveal(li, archive.lis.id, " 回拨\n 13800001234 ")
        assert number == "13800001234"
    noted = await archive.noted(FactKind.NUMBER_REVEALED)
    assert [fact.data["reason"] for fact in noted] == ["回拨 *", "回拨 *"]
    for reason in ("", " x ", "长" * 201):
        with pytest.raises(Invalid):
            await archive.records.reveal(li, archive.lis.id, reason)
    assert len(await archive.noted(FactKind.NUMBER_REVEALED)) == 2


async def test_a_recording_is_for_those_who_may_and_noted_once_a_session(
    archive: Archive,
) -> None:
    """A player asks for many ranges; the audit has one line."""
    (archive.folder / "Ht-1.5.wav").write_bytes(b"RIFF")
    await archive.record(archive.lis, "Ht-1.5.wav")
    for _ in range(3):
        stored, path = await archive.records.recording(archive.who("chen"), archive.lis.id, "s")
        assert path.read_bytes() == b"RIFF"
        assert stored.file == path.name
    assert len(await archive.noted(FactKind.RECORDING_PLAYED)) == 1
    await archive.records.recording(archive.who("li"), archive.lis.id)
    with pytest.raises(Unknown):
        await archive.records.recording(archive.who("wang"), archive.lis.id)


@pytest.mark.parametrize(
    "file", ["../secret.wav", "/etc/passwd", "a/b.wav", ".wav", "gone.wav", "link.wav", "x.txt", ""]
)
async def test_a_recordings_name_cannot_leave_the_folder(archive: Archive, file: str) -> None:
    """Whatever the store says, only a plain .wav file of the folder is given."""
    (archive.folder.parent / "secret.wav").write_bytes(b"secret")
    (archive.folder / "link.wav").symlink_to(archive.folder.parent / "secret.wav")
    (archive.folder / "x.txt").write_bytes(b"x")
    await archive.record(archive.lis, file)
    with pytest.raises(Unknown):
        await archive.records.recording(archive.who("chen"), archive.lis.id)
    assert await archive.noted(FactKind.RECORDING_PLAYED) == []
