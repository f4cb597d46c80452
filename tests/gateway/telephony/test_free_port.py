"""Ports for servers that are not there yet."""

from __future__ import annotations

import subprocess
import sys

from gateway.telephony import free_port as its

ASKS = """
import sys
from gateway.telephony import free_port as its
its.FIRST, its.LAST = int(sys.argv[1]), int(sys.argv[2])
print([its.free_port() for _ in range(int(sys.argv[3]))])
"""


def test_a_port_is_given_to_one_only() -> None:
    """Whoever asks meanwhile, in this process or in another, gets another one."""
    first = its.free_port()
    around = max(its.FIRST, first - 20)
    few = [sys.executable, "-c", ASKS, str(around), str(around + 300), "30"]
    with subprocess.Popen(few, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        given = eval(other.stdout.readline())
    ours = [its.free_port() for _ in range(30)]
    assert first not in given
    assert len({first, *given}) == 31
    assert len({first, *ours}) == 31


def test_a_port_is_below_those_of_clients() -> None:
    """None of them is given out by the kernel, nor used for sound."""
    assert all(10_000 <= its.free_port() < 20_000 for _ in range(10))
