"""The fences of the cage hold: tried by whoever stands inside."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.media.caged import CAGE, fences

CONNECT = """
import runpy, socket, sys
cage = runpy.run_path(sys.argv[1])
if sys.argv[3] == "inside":
    assert cage["no_network"]()
socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2)
"""
READ = """
import runpy, sys
cage = runpy.run_path(sys.argv[1])
if sys.argv[3] == "inside":
    assert cage["no_files"](sys.executable)
open(sys.argv[2]).read()
"""


def said(fence: str) -> bool:
    """Whether the cage says that it has this fence here; a kernel or an account may give none."""
    return fence in asyncio.run(fences())


def tried(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A program that fences itself in and tries to get out."""
    command = [sys.executable, "-c", program, str(CAGE), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("where", "comes"), [("inside", False), ("outside", True)])
def test_nothing_is_sent_from_inside(where: str, comes: bool) -> None:
    """Not even to this machine; from outside the same words arrive.

    Where the kernel gives no fence the cage does not say that it has one.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        done = tried(CONNECT, str(listener.getsockname()[1]), where)
        if comes:
            listener.accept()[0].close()
        else:
            with pytest.raises(TimeoutError):
                listener.accept()
    assert (done.returncode == 0) is comes, done.stderr
    if not comes:
        assert ("AssertionError" in done.stderr) is not said("network"), done.stderr


@pytest.mark.parametrize(("where", "opens"), [("inside", False), ("outside", True)])
def test_no_file_is_read_from_inside(tmp_path: Path, where: str, opens: bool) -> None:
    """Neither a secret nor anything else. Without a fence the cage does not say that it has one."""
    (tmp_path / "secret").write_text("s")
    done = tried(READ, str(tmp_path / "secret"), where)
    assert (done.returncode == 0) is opens
    if not opens:
        assert ("PermissionError" in done.stderr) is said("files"), done.stderr
        assert ("AssertionError" in done.stderr) is not said("files"), done.stderr


def test_the_cage_says_which_fences_it_has_and_nothing_else() -> None:
    """Read by the doctor."""
    command = [sys.executable, "-I", "-S", str(CAGE), "0", "0", "0", "fences"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert set(told.split()) <= {"network", "files"}
