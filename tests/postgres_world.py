"""A private PostgreSQL for tests: own cluster, own port, own user, gone at the end.

    with postgres_world() as world:
        url = world.create_database()     postgresql+asyncpg://..., empty
        world.stop("immediate")           as in a power cut, but for the page cache
        world.start()

The programs are those in PATH or the newest under /usr/lib/postgresql; without them the test is
skipped and says so. fsync stays on. PostgreSQL refuses root, so root hands it to the user
``postgres`` or ``nobody``. Mark tests that need it ``pytest.mark.postgresql``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from gateway.telephony.free_port import free_port
from tests.eventually import until
from tests.needs import absent

START_SECONDS = 120
STOP_SECONDS = 60
STOP_SIGNALS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}


class PostgresWorld:
    """One cluster in ``folder``; ``start`` and ``stop`` as often as a test likes."""

    def __init__(self, programs: Path, folder: Path, user: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._programs = programs
        self._port = free_port()
        self._names = count(1)
        self._as_user: list[str] = []
        if os.geteuid() == 0:
            person = pwd.getpwnam(user)
            os.chown(folder, person.pw_uid, person.pw_gid)
            ids = [f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", "--clear-groups"]
            self._as_user = ["setpriv", *ids, "--pdeathsig", "QUIT"]
        self._server: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", str(self.data), "-U", "hotline", "-E", "UTF8", "--no-locale")

    def start(self) -> None:
        """Start and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    *self._as_user,
                    str(self._programs / "postgres"),
                    *("-D", str(self.data), "-p", str(self._port)),
                    *("-k", str(self.folder), "-h", "127.0.0.1", "-c", "fsync=on"),
                ],
                stdout=log,
                stderr=log,
            )
        server = self._server

        def answers() -> bool:
            assert server.poll() is None, self.log()
            return self._answers()

        until(answers, START_SECONDS)

    def stop(self, how: str = "fast") -> None:
        """Stop: ``fast`` in order, ``immediate`` without a checkpoint."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(STOP_SIGNALS[how])
            server.wait(STOP_SECONDS)

    def create_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"t{next(self._names)}"
        self._run("createdb", "-h", str(self.folder), "-p", str(self._port), "-U", "hotline", name)
        return f"postgresql+asyncpg://hotline@127.0.0.1:{self._port}/{name}"

    def log(self) -> str:
        """What the server said."""
        return (self.folder / "log").read_text(errors="replace")

    def _answers(self) -> bool:
        socket_dir = (
            "-h",
            str(self.folder),
            "-p",
            str(self._port),
            "-U",
            "hotline",
            "-d",
            "postgres",
        )
        ready = [str(self._programs / "pg_isready"), "-q", *socket_dir]
        return subprocess.run(ready, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(self._programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, f"{program}: {done.stderr}"


@contextmanager
def postgres_world() -> Iterator[PostgresWorld]:
    """A running cluster, stopped and removed at the end."""
    programs = _programs()
    if programs is None:
        absent("PostgreSQL")
    user = _user()
    with tempfile.TemporaryDirectory(prefix="hotline-pg-") as folder:
        world = PostgresWorld(programs, Path(folder), user)
        world.start()
        try:
            yield world
        finally:
            world.stop()


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: int(path.parts[-3]))
    return newest[-1].parent if newest else None


def _user() -> str:
    """Whom root hands the cluster to."""
    present = {person.pw_name for person in pwd.getpwall()}
    return "postgres" if "postgres" in present else "nobody"
