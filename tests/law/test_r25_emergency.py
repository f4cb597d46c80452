"""r25: 110, 119, 120, 122: put through or told where to call; nobody is dropped on the way.

With sound and real telephones: tests/walks/test_emergency.py; a thousand times: ``hotline bench
handover`` and ``handover_killed``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.city_settings import EmergencyLine, EmergencyRegion
from config.settings import Settings
from gateway.core.call import MOVES, CallState
from gateway.core.guest_kind import GuestEnd, GuestRole
from gateway.core.line import CallGone
from gateway.core.reach import ReachState
from gateway.intake.guests_desk import NotVerified
from gateway.telephony.emergency_routes import emergency_lines, routes_of
from tests.gateway.intake.company import Company
from tests.gateway.intake.floor_world import floor_world
from tests.security.dialplan import read

LINE = EmergencyLine(
    code="110",
    title_zh="公安报警",
    title_en="Police",
    policy="transfer",
    regions=(EmergencyRegion(id="city", title_zh="全市", trunks=("first", "second")),),
)
DIALPLAN = Path(__file__).resolve().parents[2] / "config" / "asterisk"


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    """A citizen talks with li."""
    async with floor_world(tmp_path) as world:
        await world.seated("li", "8001")
        call = await world.arrives()
        await world.rings(call, "8001")
        await world.answers(call, "8001")
        yield Company(world, call)


def test_nothing_that_a_line_does_ends_the_call() -> None:
    """Busy, dead, silent, hung up: in the whole table only the call's own end ends it."""
    ends = {kind for (_, kind), state in MOVES.items() if state is CallState.ENDED}
    assert ends == {CallGone}
    assert {state for state, kind in MOVES if kind is CallGone} == set(CallState) - {
        CallState.ENDED
    }


def test_each_way_out_of_a_line_leads_to_a_person() -> None:
    """Trunk after trunk, then the head of the last queue; a line is left by no hang-up of ours."""
    text = str(emergency_lines(routes_of(replace(Settings(), emergency_line=(LINE,)))))
    line = read("[hotline-emergency]\n" + text)
    assert [one.args for one in line if "hotline-emergency-try" in one.args] == [
        "hotline-emergency-try,s,1(110,first,20)",
        "hotline-emergency-try,s,1(110,second,20)",
    ]
    assert (line[-1].app, line[-1].args) == ("Goto", "hotline-emergency-end,unanswered,1")
    chain = (DIALPLAN / "extensions_emergency.conf.in").read_text("utf-8")
    chain = chain.replace("@@{emergency_lines}", "").replace("@@{lost_seat_rank}", "1")
    ways = [one for one in read(chain) if one.context == "hotline-emergency-end"]
    assert "Hangup" not in {one.app for one in ways}
    assert (ways[-1].app, ways[-1].args) == ("Goto", "hotline-queue,q_fallback,1")


def test_where_calls_may_not_be_transferred_none_is_dialled() -> None:
    """A city that guides (S2) or does not accept (S1): the operator reads it, no trunk is tried."""
    for policy in ("guide", "not_accepted"):
        other = replace(LINE, policy=policy)
        assert routes_of(replace(Settings(), emergency_line=(other,))) == ()


async def test_the_operator_stays_until_the_other_side_has_understood(company: Company) -> None:
    """Leaving is refused before, and possible after."""
    await company.ask(GuestRole.DISPATCHER)
    company.world.clock.turn(2)
    await company.reaches.tick()
    await company.joins(company.world.phones.called_in[0].guest)
    with pytest.raises(NotVerified):
        await company.desk.leave("id-li", company.call.id)
    assert company.world.phones.left == []
    await company.desk.verified("id-li", company.call.id)
    company.world.clock.turn(60)
    await company.desk.leave("id-li", company.call.id)
    assert company.world.phones.left


async def test_when_no_trunk_answers_the_talk_is_as_before(company: Company) -> None:
    """The wish has failed, and the citizen still talks with the operator."""
    await company.ask(GuestRole.DISPATCHER)
    company.world.clock.turn(2)
    for tried in range(2):
        await company.reaches.tick()
        await company.fails(company.world.phones.called_in[tried].guest, GuestEnd.BUSY)
    await company.reaches.tick()
    assert [one.state for one in company.failed] == [ReachState.FAILED]
    assert company.now().state is CallState.TALKING
