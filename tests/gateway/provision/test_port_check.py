"""Laws of the look at the ports."""

import os
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from config.edge_settings import EdgeSettings
from config.settings import AsteriskSettings, Settings, Web
from gateway.provision.port_check import busy_ports
from gateway.telephony.free_port import free_port


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield int(holder.getsockname()[1])


def settings(web: int, sip: int, rtp: range) -> Settings:
    """Settings with these ports."""
    return Settings(
        web=Web(port=web),
        asterisk=AsteriskSettings(sip_port=sip, rtp_start=rtp[0], rtp_end=rtp[-1]),
    )


QUIET = range(20000, 20100)


def test_free_ports_are_no_problem() -> None:
    """Nothing to say."""
    assert busy_ports(settings(free_port(), free_port(), QUIET)) == ()


def test_a_taken_web_port_names_the_setting_and_the_holder(taken: int) -> None:
    """What to change, and which process has it."""
    (problem,) = busy_ports(settings(taken, free_port(), QUIET))
    assert problem.pointer == "web.port"
    assert str(taken) in problem.zh
    assert f"({os.getpid()})" in problem.zh
    assert f"({os.getpid()})" in problem.en


def test_a_taken_sip_port_is_found_on_either_protocol(taken: int) -> None:
    """Asterisk listens on both; only one sentence is said."""
    (problem,) = busy_ports(settings(free_port(), taken, QUIET))
    assert problem.pointer == "asterisk.sip_port"


def test_a_taken_port_of_the_edge_is_found_when_there_is_one(taken: int) -> None:
    """One that is not used needs no port."""
    off = replace(
        settings(free_port(), free_port(), QUIET), edge=EdgeSettings(host="127.0.0.1", port=taken)
    )
    assert busy_ports(off) == ()
    (problem,) = busy_ports(replace(off, edge=replace(off.edge, enabled=True)))
    assert problem.pointer == "edge.port"


def test_a_telephone_system_of_somebody_else_needs_no_ports(taken: int) -> None:
    """Not managed: its SIP port is meant to be taken."""
    mine = settings(free_port(), taken, QUIET)
    theirs = replace(mine, asterisk=replace(mine.asterisk, managed=False))
    assert busy_ports(theirs) == ()


def test_a_media_range_that_is_mostly_taken_is_a_problem() -> None:
    """One port in use is harmless, a second Asterisk in the same range is not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = int(holder.getsockname()[1])
        (problem,) = busy_ports(settings(free_port(), free_port(), range(port, port + 1)))
        assert problem.pointer == "asterisk.rtp_start"
        wide = range(port - 4, port + 5)
        assert busy_ports(settings(free_port(), free_port(), wide)) == ()
