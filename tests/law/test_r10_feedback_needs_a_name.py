"""Row 10: name and valid contact are required only of who wants feedback (S2 art. 7, 17)."""

import pytest

from gateway.web.form_fields import FormValues, problems_of
from tests.gateway.web.test_form_page import Citizen, citizen  # noqa: F401 - a fixture

NEEDED = {"name", "phone"}


@pytest.mark.parametrize(
    ("name", "phone", "missing"),
    [("", "", NEEDED), ("李明", "", {"phone"}), ("", "13800001234", {"name"}),
     ("李明", "12", {"phone"}), ("李明", "13800001234", set())],
)  # fmt: skip
async def test_who_wants_an_answer_gives_a_name_and_a_valid_contact(
    citizen: Citizen,  # noqa: F811
    name: str,
    phone: str,
    missing: set[str],
) -> None:
    """want_feedback=true refuses without both, beside each field; with both it is saved."""
    fields = {"matter": "路灯坏了", "want_feedback": "yes", "name": name, "phone": phone}
    answer = await citizen.hands_in(fields)
    assert (answer.status == 200) == (not missing)
    assert len(citizen.world.citizens.talks) == (not missing)
    told = problems_of(FormValues(matter="路灯坏了", name=name, phone=phone))
    assert set(told) == missing
    for field in missing:
        assert f'id="{field}-fault"' in answer.raw.decode()


async def test_who_wants_none_stays_unnamed(citizen: Citizen) -> None:  # noqa: F811
    """want_feedback=false saves with no name and no contact, and asks for neither."""
    answer = await citizen.hands_in({"matter": "路灯坏了", "want_feedback": "no"})
    assert answer.status == 200
    inbound = citizen.world.citizens.one().inbounds[0]
    assert inbound.sender.name == ""
    assert not NEEDED & set(inbound.fields)
    assert inbound.fields["want_feedback"] == "no"
