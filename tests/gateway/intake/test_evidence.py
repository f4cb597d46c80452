"""Laws of the evidence: whole, the very person's only, the same bytes again, on record."""

import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.core.contact import Recording
from gateway.core.errors import Invalid, NotAllowed, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.message import Attachment, Direction, FileState, Message, MessageKind
from gateway.core.standing import Standing
from gateway.core.transcript import Party, Segment, Source
from gateway.core.voicemail import file_of
from gateway.intake.evidence import EvidenceDesk
from gateway.intake.evidence_files import EvidenceFiles
from gateway.intake.file_desk import FileDesk
from gateway.intake.records import Records
from gateway.media.folder import MediaFolder
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_standings import Office, an_office
from tests.standing_rows import a_misconduct, a_standing

SOUND = b"RIFF" + bytes(range(256)) * 2_000


def said(contact_id: str, seq: int, party: Party, text: str, world: FloorWorld) -> Segment:
    """One passage."""
    return Segment(
        id=f"s-{seq}",
        contact_id=contact_id,
        seq=seq,
        party=party,
        source=Source.LIVE,
        begin_seconds=float(seq),
        end_seconds=seq + 1.0,
        at=world.clock.now(),
        text=text,
    )


def desk_of(
    world: FloorWorld, office: Office, *, most_messages: int = 500, most_files: int = 200
) -> EvidenceDesk:
    """The desk, with the world's folder of files."""
    records = Records(world.store, world.clock, world.folder, world.floor.barred)
    door = FileDesk(world.store, records, MediaFolder(world.folder / "media"))
    files = EvidenceFiles(records, door, most_files=most_files)
    return EvidenceDesk(office.standings, files, most_messages=most_messages)


async def a_case(world: FloorWorld) -> tuple[Office, EvidenceDesk, Standing]:
    """A restricted caller, whose call was recorded and heard; an expert was asked in."""
    office = await an_office(world)
    one = await office.restricted()
    call_id = office.call.id
    (world.folder / "a.wav").write_bytes(SOUND)
    await world.store.record(
        Recording(
            contact_id=call_id,
            file="a.wav",
            sha256=hashlib.sha256(SOUND).hexdigest(),
            size_bytes=len(SOUND),
            seconds=3.0,
            stored_at=world.clock.now(),
        ),
        said(call_id, 1, Party.CITIZEN, "骂人的话", world),
        said(call_id, 2, Party.EXPERT, "专家的私人意见", world),
    )
    return office, desk_of(world, office), one


async def packed(desk: EvidenceDesk, office: Office, one: Standing) -> bytes:
    """The whole file, and its hash is right."""
    made = await desk.pack(office.sups[0], one.id, "移送公安 13812345678", "session")
    with made.file as file:
        whole = file.read()
    assert hashlib.sha256(whole).hexdigest() == made.sha256
    return whole


def read(whole: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest and the other files, each with the hash that the manifest says."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    sums = {name: hashlib.sha256(each).hexdigest() for name, each in files.items()}
    assert sums == {name: one["sha256"] for name, one in manifest["files"].items()}
    return manifest, files


async def test_it_holds_all_that_the_procedure_rests_on(world: FloorWorld) -> None:
    """Records, steps, facts, words and sound of the named contacts; a third voice is not in it."""
    office, desk, one = await a_case(world)
    manifest, files = read(await packed(desk, office, one))
    here = f"contacts/{office.call.id}"
    assert set(files) == {
        *("standing.json", "records.json", "steps.json"),
        *(f"{here}/{name}" for name in ("contact.json", "facts.json", "transcript.json")),
        f"{here}/recording.wav",
    }
    assert files[f"{here}/recording.wav"] == SOUND
    assert "骂人的话" in files[f"{here}/transcript.json"].decode()
    assert "专家" not in files[f"{here}/transcript.json"].decode()
    assert len(json.loads(files["records.json"])) == 3
    steps = [step["data"]["move"] for step in json.loads(files["steps.json"])]
    assert sorted(steps) == ["approve", "persist", "persist", "propose", "remind"]
    assert manifest["left_out"] == {}


async def test_the_same_state_makes_the_same_bytes_whoever_looked_meanwhile(
    world: FloorWorld,
) -> None:
    """Packing is on record with reason and hash, and the reason without numbers."""
    office, desk, one = await a_case(world)
    first = await packed(desk, office, one)
    world.clock.turn(600)
    await office.conduct.evidence(office.sups[1], one, "another")
    assert await packed(desk, office, one) == first
    noted = await world.store.audit(kinds=(FactKind.EVIDENCE_PACKED,))
    assert len(noted) == 2
    assert noted[0].data["sha256"] == hashlib.sha256(first).hexdigest()
    assert noted[0].operator_id == office.sups[0].id
    assert "移送公安" in str(noted[0].data["reason"])
    assert "13812345678" not in str(noted[0].data["reason"])
    await office.noted()
    assert await packed(desk, office, one) != first


async def test_nobody_elses_contact_is_in_it(world: FloorWorld) -> None:
    """A record that names another's contact by mistake takes nothing of it along."""
    office, desk, one = await a_case(world)
    other = await world.arrives("13900009999")
    await world.store.record(
        a_misconduct(contact_id=other.id, identity_id=one.identity_id, by="id-li")
    )
    whole = await packed(desk, office, one)
    manifest, files = read(whole)
    assert manifest["left_out"] == {other.id: "another-person"}
    assert not [name for name in files if other.id in name]
    assert b"13900009999" not in whole


async def test_only_a_supervisor_with_a_reason_gets_it(world: FloorWorld) -> None:
    """Refused, nothing is noted; one that is over is found as long as it is listed."""
    office, desk, one = await a_case(world)
    with pytest.raises(NotAllowed):
        await desk.pack(office.li, one.id, "移送公安", "session")
    with pytest.raises(Invalid):
        await desk.pack(office.sups[0], one.id, " ", "session")
    with pytest.raises(Unknown):
        await desk.pack(office.sups[0], "none", "移送公安", "session")
    assert await world.store.audit(kinds=(FactKind.EVIDENCE_PACKED,)) == ()
    await office.standings.lift(office.sups[0], one.id)
    _manifest, files = read(await packed(desk, office, one))
    assert json.loads(files["standing.json"])["state"] == "lifted"


async def test_a_conversation_is_in_it_without_what_colleagues_noted(chats: ChatWorld) -> None:
    """What was left out of a long one is said in the manifest."""
    world = chats.floor_world
    office = await an_office(world)
    taken = await chats.writes("一直骂人")
    await chats.writes("还在骂")
    who = chats.chat(taken.contact_id).identity_id
    note = Message(
        id="n-1",
        contact_id=taken.contact_id,
        seq=chats.chat(taken.contact_id).last_seq + 1,
        direction=Direction.NOTE,
        kind=MessageKind.TEXT,
        at=world.clock.now(),
        stored_at=world.clock.now(),
        text="同事之间的话",
    )
    one = a_standing(identity_id=who, opened_at=world.clock.now())
    held = a_misconduct(contact_id=taken.contact_id, identity_id=who, at=world.clock.now())
    await world.store.record(note, one, held)
    await office.standings.open()
    desk = desk_of(world, office)
    manifest, files = read(await packed(desk, office, one))
    said = files[f"contacts/{taken.contact_id}/messages.json"].decode()
    assert "一直骂人" in said
    assert "同事" not in said
    assert manifest["left_out"] == {}
    desk = desk_of(world, office, most_messages=1)
    manifest, files = read(await packed(desk, office, one))
    said = files[f"contacts/{taken.contact_id}/messages.json"].decode()
    assert "还在骂" not in said
    assert manifest["left_out"] == {f"{taken.contact_id}/messages.json": "the-first-only"}


async def a_conversation(chats: ChatWorld) -> tuple[Office, Standing, str, str]:
    """Of somebody under due process, who sent things; and the id of the message."""
    world = chats.floor_world
    office = await an_office(world)
    taken = await chats.writes("看这张照片")
    who = chats.chat(taken.contact_id).identity_id
    one = a_standing(identity_id=who, opened_at=world.clock.now())
    held = a_misconduct(contact_id=taken.contact_id, identity_id=who, at=world.clock.now())
    await world.store.record(one, held)
    await office.standings.open()
    return office, one, taken.contact_id, taken.message_id


async def kept(chats: ChatWorld, data: bytes, **more: Any) -> Attachment:
    """A file that was received and is here."""

    async def pieces() -> AsyncIterator[bytes]:
        yield data

    media = MediaFolder(chats.floor_world.folder / "media")
    stored = await media.keep(pieces(), 10**7)
    defaults: dict[str, Any] = {
        "kind": MessageKind.IMAGE,
        "name": "照片.exe",
        "found_type": "image/jpeg",
        "state": FileState.READY,
        "file": stored.file,
        "sha256": stored.sha256,
        "size_bytes": stored.size_bytes,
    }
    one = Attachment(**defaults | more)
    await chats.floor.store.record(one)
    return one


async def test_files_are_in_it_as_they_were_received_and_what_is_not_says_why(
    chats: ChatWorld,
) -> None:
    """Not what we sent; one that was changed on the disk, refused, or is away is named instead."""
    office, one, contact_id, message_id = await a_conversation(chats)
    theirs = {"contact_id": contact_id, "message_id": message_id}
    photo = await kept(chats, b"\xff\xd8 as it came", id="f-1", **theirs)
    altered = await kept(chats, b"before", id="f-2", **theirs)
    media = MediaFolder(chats.floor_world.folder / "media")
    media.path(altered.file).write_bytes(b"after!")
    gone = await kept(chats, b"away", id="f-3", **theirs)
    media.path(gone.file).unlink()
    refused = {"state": FileState.REFUSED, "reason": "scanner", "file": ""}
    await kept(chats, b"virus", id="f-4", **theirs, **refused)
    messages = await chats.floor.store.messages(contact_id)
    ours = next(m.id for m in messages if m.direction is Direction.OUT)
    await kept(chats, b"ours", id="f-5", contact_id=contact_id, message_id=ours)
    desk = desk_of(chats.floor_world, office)
    manifest, files = read(await packed(desk, office, one))
    here = f"contacts/{contact_id}/files"
    (name,) = [name for name in files if name.startswith(f"{here}/")]
    assert name == f"{here}/0001-f-1.jpg"
    assert files[name] == b"\xff\xd8 as it came"
    assert manifest["files"][name]["sha256"] == photo.sha256
    assert manifest["left_out"] == {
        f"{contact_id}/files/0001-f-2.jpg": "not-as-received",
        f"{contact_id}/files/0001-f-3": "unknown",
        f"{contact_id}/files/0001-f-4": "refused:scanner",
    }
    listed = json.loads(files[f"contacts/{contact_id}/files.json"])
    assert [(each["id"], each["name"]) for each in listed] == [
        (f"f-{number}", "照片.exe") for number in (1, 2, 3, 4)
    ]
    facts = await chats.floor.store.facts(contact_id=contact_id)
    noted = [f for f in facts if f.kind is FactKind.ATTACHMENT_VIEWED]
    assert {f.data["attachment"] for f in noted} == {"f-1", "f-2"}
    assert {f.operator_id for f in noted} == {office.sups[0].id}


async def test_more_files_than_it_may_hold_are_named(chats: ChatWorld) -> None:
    """The oldest are in it."""
    office, one, contact_id, message_id = await a_conversation(chats)
    for number in range(3):
        data = f"file {number}".encode()
        own = {"contact_id": contact_id, "message_id": message_id}
        await kept(chats, data, id=f"f-{number}", **own)
    desk = desk_of(chats.floor_world, office, most_files=2)
    manifest, files = read(await packed(desk, office, one))
    assert sum("/files/" in name for name in files) == 2
    assert manifest["left_out"] == {f"{contact_id}/files/0001-f-2": "too-many"}


async def test_a_message_that_a_caller_left_is_in_it(world: FloorWorld) -> None:
    """Beside the recording; a lost one is named."""
    office, desk, one = await a_case(world)
    call = office.call
    left = Fact(kind=FactKind.VOICEMAIL_LEFT, at=world.clock.now(), contact_id=call.id)
    await world.store.record(left)
    manifest, _files = read(await packed(desk, office, one))
    assert manifest["left_out"] == {f"{call.id}/voicemail.wav": "unknown"}
    (world.folder / file_of(call)).write_bytes(SOUND)
    manifest, files = read(await packed(desk, office, one))
    assert manifest["left_out"] == {}
    assert files[f"contacts/{call.id}/voicemail.wav"] == SOUND
