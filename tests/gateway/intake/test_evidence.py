"""Laws of the evidence: whole, the very person's only, the same bytes again, on record."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest

from gateway.core.contact import Recording
from gateway.core.errors import Invalid, NotAllowed, Unknown
from gateway.core.facts import FactKind
from gateway.core.message import Direction, Message, MessageKind
from gateway.core.standing import Standing
from gateway.core.transcript import Party, Segment, Source
from gateway.intake.evidence import EvidenceDesk
from gateway.intake.records import Records
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
    records = Records(world.store, world.clock, world.folder)
    return office, EvidenceDesk(office.standings, records), one


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
    desk = EvidenceDesk(office.standings, Records(world.store, world.clock, world.folder))
    manifest, files = read(await packed(desk, office, one))
    said = files[f"contacts/{taken.contact_id}/messages.json"].decode()
    assert "一直骂人" in said
    assert "同事" not in said
    assert manifest["left_out"] == {}
    records = Records(world.store, world.clock, world.folder)
    desk = EvidenceDesk(office.standings, records, most_messages=1)
    manifest, files = read(await packed(desk, office, one))
    said = files[f"contacts/{taken.contact_id}/messages.json"].decode()
    assert "还在骂" not in said
    assert manifest["left_out"] == {f"{taken.contact_id}/messages.json": "the-first-only"}
