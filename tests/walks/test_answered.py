"""A citizen dials 12345 and a person answers."""

import io
import wave
from array import array

import pytest

from gateway.core.operator import Role
from gateway.simulate.hearing import tone_level
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld
from tests.walks.people import (
    CITIZEN_HZ,
    OPERATOR_HZ,
    citizen,
    connected,
    operator,
    they_hear_each_other,
)

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]


async def test_a_citizen_dials_and_a_person_answers(world: GatewayWorld) -> None:
    """Sound in both ears, the pop before the answer, then call, facts and recording on record."""
    async with operator(world, "li", "8001") as li:
        async with citizen(world, "13812345678") as call:
            seat_call = await connected(call, li)
            assert li.console.call
            assert li.console.call["pop_shown"]
            assert li.console.call["number_masked"] == "138****5678"
            await they_hear_each_other(call, seat_call)
            await eventually(lambda: call.heard.hears(OPERATOR_HZ, 1.0))
            contact_id = li.console.call["contact_id"]
            await call.hang_up()
        await seat_call.ended()
        await li.console.sees("ended")
        await li.console.seat_becomes("wrapping_up")
        await li.console.put(
            f"/api/v1/contacts/{contact_id}/disposition",
            {"code": "consult", "note": "路灯不亮", "caller_name": "张三"},
        )
        await li.console.post("/api/v1/seat/finish-wrap-up")
        await li.console.seat_becomes("ready")

        path = f"/api/v1/contacts/{contact_id}"

        async def recorded() -> bool:
            return bool((await li.console.get(path))["contact"]["recording"])

        await eventually(recorded, 20)
        detail = await li.console.get(path)
        kinds = [fact["kind"] for fact in detail["facts"]]
        story = [
            "call_arrived",
            "recording_started",
            "call_queued",
            "call_offered",
            "pop_shown",
            "call_answered",
        ]
        assert [kind for kind in kinds if kind in story] == story
        assert {"call_ended", "wrap_up_started", "disposition_recorded"} <= set(kinds)
        assert detail["contact"]["outcome"] == "answered"
        assert detail["contact"]["disposition"]["note"] == "路灯不亮"
        assert detail["contact"]["recording"]["seconds"] > 1

        await world.add("chen", Role.SUPERVISOR)
        async with world.console("chen") as chen:
            found = await chen.search("13812345678")
            assert [one["id"] for one in found["items"]] == [contact_id]
            assert "13812345678" not in str(found)
            url = f"{world.url}{path}/recording"
            async with chen.http.get(url) as answer:
                assert answer.status == 200
                sound = await answer.read()
        with wave.open(io.BytesIO(sound)) as file:
            samples = array("h", file.readframes(file.getnframes()))
        pieces = [samples[at : at + 1600] for at in range(0, len(samples) - 1600, 800)]
        assert any(
            tone_level(piece, CITIZEN_HZ) > 300 and tone_level(piece, OPERATOR_HZ) > 300
            for piece in pieces
        ), "the recording does not hold both voices at the same time"


async def test_the_operator_ends_the_call_from_the_console(world: GatewayWorld) -> None:
    """挂机 ends both sides; the outcome is an answered call ended by the seat."""
    async with operator(world, "li", "8001") as li, citizen(world) as call:
        seat_call = await connected(call, li)
        assert li.console.call
        await li.console.post(f"/api/v1/calls/{li.console.call['contact_id']}/hang-up")
        await call.ended()
        await seat_call.ended()
        await li.console.seat_becomes("wrapping_up")


async def test_hold_gives_music_and_gives_the_caller_back(world: GatewayWorld) -> None:
    """On hold the citizen hears no operator; after 取回 both hear each other again."""
    async with operator(world, "li", "8001") as li, citizen(world) as call:
        seat_call = await connected(call, li)
        await they_hear_each_other(call, seat_call)
        assert li.console.call
        contact_id = li.console.call["contact_id"]
        await li.console.post(f"/api/v1/calls/{contact_id}/hold")
        await li.console.sees("held")
        await eventually(lambda: not call.heard.hears(OPERATOR_HZ))
        await eventually(lambda: call.heard.loudness() > 50)
        await li.console.post(f"/api/v1/calls/{contact_id}/retrieve")
        await li.console.sees("talking")
        await they_hear_each_other(call, seat_call)
        await call.hang_up()
        await seat_call.ended()


async def test_a_forgotten_hold_ends_by_itself(world: GatewayWorld) -> None:
    """After the limit (5 s here) the citizen is back with the operator by themselves."""
    async with operator(world, "li", "8001") as li, citizen(world) as call:
        seat_call = await connected(call, li)
        assert li.console.call
        await li.console.post(f"/api/v1/calls/{li.console.call['contact_id']}/hold")
        await li.console.sees("held")
        await li.console.sees("talking", 12)
        await they_hear_each_other(call, seat_call)
        await call.hang_up()
