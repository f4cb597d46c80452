"""S1 article 15 (1): a third voice comes into the call with the citizen's consent only."""

from pathlib import Path

import pytest

from gateway.core.errors import Invalid
from gateway.core.facts import FactKind
from gateway.core.guest_kind import GuestRole
from tests.gateway.intake.company import Company
from tests.gateway.intake.floor_world import floor_world


async def test_an_expert_comes_with_the_citizens_consent_which_is_kept(tmp_path: Path) -> None:
    """S1§15(1): without it nobody is dialled, and it is said why in both languages.

    With it the wish and the contact's story hold it, of this contact (S2§18, S4§15(7)). An
    emergency line is asked for nobody's consent.
    """
    async with floor_world(tmp_path) as world:
        await world.seated("li", "8001")
        call = await world.arrives()
        await world.rings(call, "8001")
        await world.answers(call, "8001")
        company = Company(world, call)
        with pytest.raises(Invalid) as refused:
            await company.ask(GuestRole.EXPERT, consent=False)
        (problem,) = refused.value.problems
        assert (problem.pointer, problem.code) == ("/consent", "consent-missing")
        assert "同意" in problem.zh
        assert "consent" in problem.en
        await company.reaches.tick()
        assert world.phones.called_in == []
        reach = await company.ask(GuestRole.EXPERT)
        (kept,) = await world.store.reaches_open()
        assert (kept.id, kept.contact_id, kept.consent) == (reach.id, call.id, True)
        facts = await world.store.facts(contact_id=call.id)
        (asked,) = [one for one in facts if one.kind is FactKind.REACH_ASKED]
        assert asked.data["consent"] is True
        await company.desk.withdraw("id-li", call.id)
        await company.ask(GuestRole.DISPATCHER, consent=False)
