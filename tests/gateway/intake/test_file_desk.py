"""Files shown to whom they concern, under harmless names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.errors import NotAllowed, Unknown
from gateway.core.facts import FactKind
from gateway.intake.file_desk import Part
from tests.gateway.intake.files_world import CHEN, GUO, LI, PDF, WANG, FilesWorld, files_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[FilesWorld]:
    """One platform, and the citizen's page."""
    async with files_world(tmp_path) as made:
        yield made


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
