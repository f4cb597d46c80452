"""Laws of the edge's start, with a real Kamailio and nobody behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config.edge_settings import EdgeSettings
from config.settings import AsteriskSettings, Settings, Trunk
from gateway.app.telephone import open_edge
from gateway.doctor import Finding, Grade, Patient
from gateway.doctor import edge as doctor
from gateway.provision.places import here
from gateway.telephony.edge_config import EdgeDoor, render_edge
from gateway.telephony.edge_process import EdgeDidNotStart, EdgeProcess, complaint
from gateway.telephony.free_port import free_port
from tests.kamailio import kamailio

HOST = "127.0.0.1"


async def examined(settings: Settings) -> Finding:
    """What the doctor says of the edge."""
    return await doctor.edge(Patient(settings=settings, places=here()))


async def test_kamailio_takes_every_kind_of_address(tmp_path: Path) -> None:
    """IPv6 networks and doors, and an address that is told behind NAT."""
    settings = Settings(
        edge=EdgeSettings(enabled=True, host="::1"),
        asterisk=AsteriskSettings(sip_host="::", external_media_address="2001:db8::5"),
        trunk=(
            Trunk(name="six", match=("2001:db8::/32", "2001:db8::7/128")),
            Trunk(name="four", match=("192.0.2.0/24",)),
        ),
    )
    file = tmp_path / "kamailio.cfg"
    door = EdgeDoor(inner_port=free_port(), secret="s")
    file.write_text(render_edge(settings, kamailio().modules_dir, door), encoding="utf-8")
    assert await complaint(kamailio(), file) == ""


async def test_what_kamailio_refuses_is_said_before_anything_starts(tmp_path: Path) -> None:
    """With the line that is wrong."""
    wrong = EdgeProcess(kamailio(), "#!KAMAILIO\nnonsense here\n", tmp_path, (HOST, free_port()))
    with pytest.raises(EdgeDidNotStart, match="line 2"):
        async with wrong:
            pass


async def test_a_port_that_is_taken_is_no_silent_edge(tmp_path: Path) -> None:
    """It does not start; the doctor says of one that runs that it does, and how to start one."""
    settings = Settings(
        data_dir=tmp_path / "first",
        edge=EdgeSettings(enabled=True, host=HOST, port=free_port()),
        asterisk=AsteriskSettings(sip_port=free_port()),
    )
    async with open_edge(settings, kamailio(), "s"):
        second = replace(settings, data_dir=tmp_path / "second")
        with pytest.raises(EdgeDidNotStart):
            async with open_edge(second, kamailio(), "s"):
                pass
        assert (await examined(settings)).grade is Grade.OK
    finding = await examined(settings)
    assert (finding.grade, finding.fix_en) == (Grade.WARN, "run ./hotline up")
    assert (await examined(replace(settings, edge=EdgeSettings()))).grade is Grade.OK
