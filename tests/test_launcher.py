"""Laws of ``./hotline``, the script before there is any Python of ours."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAMS = ("sh", "dirname", "readlink", "date", "id", "mkdir", "cmp", "grep", "tail", "cp", "rm")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout with nothing but the launcher and small locks, in a folder with a space."""
    folder = tmp_path / "my house"
    folder.mkdir()
    shutil.copy(CHECKOUT / "hotline", folder)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (folder / lock).write_text(f"typer==0.1 --hash=sha256:{'0' * 64}\n")
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A PATH with the usual small programs, no Python and no apt-get."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


def script(file: Path, text: str) -> None:
    """An executable shell script."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def hotline(
    house: Path, path: Path, *words: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run it from another folder."""
    return subprocess.run(
        [house / "hotline", *words],
        cwd="/",
        env={"PATH": str(path), "HOME": str(house), **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_python_it_says_what_to_install(house: Path, path: Path) -> None:
    """In both languages, with the command."""
    done = hotline(house, path, "up")
    assert done.returncode == 1
    assert "错误：没有找到 Python 3.11" in done.stderr
    assert "Error: no Python 3.11" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_an_old_python_is_not_taken(house: Path, path: Path) -> None:
    """One that says its version is too low counts as none."""
    script(path / "python3", "exit 1")
    assert "Error: no Python 3.11" in hotline(house, path, "up").stderr


def test_a_python_without_venv_names_the_package(house: Path, path: Path) -> None:
    """Debian splits the module off; the name holds the version."""
    script(
        path / "python3",
        'case "$2" in *version_info*print*|*print*version_info*) echo python3.11-venv;;'
        ' *ensurepip*) exit 1;; *) exit 0;; esac',
    )  # fmt: skip
    done = hotline(house, path, "up")
    assert done.returncode == 1
    assert "apt-get install python3.11-venv" in done.stderr


def test_packages_that_cannot_be_fetched_are_explained(house: Path, path: Path) -> None:
    """No network: which lock, what to do, and no half environment that counts as done."""
    nowhere = {
        "HOTLINE_PYTHON": f"{sys.base_prefix}/bin/python3",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
    }
    for _ in range(2):
        done = hotline(house, path, "up", **nowhere)
        assert done.returncode == 1
        assert "requirements.lock" in done.stderr
        assert "PIP_INDEX_URL" in done.stderr
        assert "Error: the Python packages" in done.stderr


def test_a_folder_that_cannot_be_written_is_named(house: Path, path: Path) -> None:
    """A file where the state should be stands for a folder of somebody else."""
    (house / ".hotline").touch()
    done = hotline(house, path, "up")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr


def test_when_all_is_in_place_it_starts_at_once(house: Path, path: Path) -> None:
    """No pip, no other Python: straight to ours, words and folders with spaces kept."""
    venv = house / ".hotline" / "venv"
    script(venv / "bin" / "python", 'printf "%s|" "$PYTHONPATH" "$@"')
    shutil.copy(house / "requirements.lock", venv)
    done = hotline(house, path, "queue", "say it", "*")
    assert done.returncode == 0
    assert done.stdout == f"{house}|-P|-m|gateway|queue|say it|*|"
    assert done.stderr == ""


def test_a_changed_lock_is_installed(house: Path, path: Path) -> None:
    """And the tests' lock counts as not installed until it is."""
    venv = house / ".hotline" / "venv"
    script(venv / "bin" / "python", 'case "$*" in *pip*install*) echo "$@" >&2;; esac')
    shutil.copy(house / "requirements.lock", venv)
    assert os.fspath(house) not in hotline(house, path, "up").stderr
    hotline(house, path, "test")
    log = house / ".hotline" / "log" / "python.log"
    assert f"--require-hashes -r {house}/requirements-dev.lock" in log.read_text()
    assert (venv / "requirements-dev.lock").exists()
    (house / "requirements.lock").write_text("changed\n")
    hotline(house, path, "up")
    assert f"--require-hashes -r {house}/requirements.lock" in log.read_text()
