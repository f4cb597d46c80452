"""Unpacks Debian packages into a folder of our own, as any user, changing nothing outside it.

apt is given a private configuration (state, cache, sources) and only downloads; ``dpkg -x``
unpacks.
The archives are those of the machine's own apt, or the one named by HOTLINE_DEBIAN_MIRROR.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.provision.apt_sources import (
    AptSource,
    Distribution,
    mirrors,
    own_sources,
    parse_deb822,
    parse_list,
    parse_os_release,
)
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.run import run

UPDATE_LIMIT_SECONDS = 300
DOWNLOAD_LIMIT_SECONDS = 1200
UNPACK_LIMIT_SECONDS = 120
# How the machine reaches its archives (proxies, certificates) is taken over; nothing else is.
CARRIED = re.compile(r'^Acquire::(https?|ftp|Retries|ForceIPv\d|Check-Date|Queue-Mode)\b.* ".+";$')
DEBIAN_KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)


@dataclass(frozen=True, slots=True)
class Machine:
    """The distribution this machine runs and the archives its apt uses."""

    distribution: Distribution
    sources: tuple[AptSource, ...]
    debian_mirror: str = ""

    @property
    def own(self) -> tuple[AptSource, ...]:
        """The distribution's own archives, at the mirror that was asked for if any."""
        own = own_sources(self.sources, self.distribution.codename)
        if self.debian_mirror and self.distribution.id == "debian":
            suites = (self.distribution.codename, f"{self.distribution.codename}-updates")
            keyring = next((str(path) for path in DEBIAN_KEYRINGS if path.exists()), "")
            return (AptSource((self.debian_mirror,), suites, ("main",), keyring),)
        return own

    @property
    def debian_mirrors(self) -> tuple[str, ...]:
        """Where other Debian suites may be had; empty on another distribution."""
        if self.debian_mirror:
            return (self.debian_mirror,)
        return mirrors(self.own) if self.distribution.id == "debian" else ()


def this_machine(environ: Mapping[str, str] = os.environ, root: Path = Path("/")) -> Machine:
    """Read /etc of this machine; everything is empty where there is no apt."""
    etc = root / "etc"
    release = etc / "os-release"
    text = release.read_text(encoding="utf-8") if release.exists() else ""
    folder = etc / "apt" / "sources.list.d"
    lists = [etc / "apt" / "sources.list", *sorted(folder.glob("*.list"))]
    found = [
        *(source for path in lists if path.is_file() for source in parse_list(_read(path))),
        *(
            source
            for path in sorted(folder.glob("*.sources"))
            for source in parse_deb822(_read(path))
        ),
    ]
    return Machine(
        parse_os_release(text), tuple(found), environ.get("HOTLINE_DEBIAN_MIRROR", "").rstrip("/")
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


class PrivateApt:
    """An apt of our own in ``folder``, for ``sources``; ``status`` is what counts as installed.

    With an empty ``status`` apt resolves the whole closure, the C library included, so that what
    is unpacked depends on nothing of this machine.
    """

    def __init__(
        self, folder: Path, sources: Sequence[AptSource], status: Path | None = None
    ) -> None:
        self.folder = folder.resolve()
        self._sources = tuple(sources)
        self._status = status

    def update(self) -> None:
        """Fetch the lists; ProgramFailed when an archive, its suite or its signature is missing."""
        for missing in ("apt-get", "dpkg"):
            if shutil.which(missing) is None:
                raise NotReady(
                    f"本机没有 {missing}（不是 Debian 或 Ubuntu）。",
                    f"This machine has no {missing} (it is neither Debian nor Ubuntu).",
                )
        self._configure()
        # Error-Mode: a suite that cannot be fetched is a failure, not a warning.
        self._apt("apt-get", "-qq", "update", "-o", "APT::Update::Error-Mode=any",
                  limit_seconds=UPDATE_LIMIT_SECONDS)  # fmt: skip

    def candidate(self, package: str) -> str:
        """The version that would be installed, without epoch; empty when there is none."""
        said = self._apt("apt-cache", "policy", package, limit_seconds=60)
        match = re.search(r"^ +Candidate: (?:\d+:)?(\S+)", said, re.MULTILINE)
        return match[1] if match and match[1] != "(none)" else ""

    def unpack(self, packages: Sequence[str], into: Path) -> int:
        """Download the packages with all they need and unpack them; how many there were."""
        self._apt("apt-get", "-qq", "-y", "--download-only", "install", *packages,
                  limit_seconds=DOWNLOAD_LIMIT_SECONDS)  # fmt: skip
        archives = sorted((self.folder / "cache" / "archives").glob("*.deb"))
        into.mkdir(parents=True, exist_ok=True)
        for archive in archives:
            run(["dpkg", "-x", archive, into], limit_seconds=UNPACK_LIMIT_SECONDS)
            archive.unlink()
        return len(archives)

    def _configure(self) -> None:
        for part in (
            "lists/partial", "cache/archives/partial", "log",
            "etc/apt.conf.d", "etc/preferences.d", "etc/trusted.gpg.d", "etc/sources.list.d",
        ):  # fmt: skip
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        status = self.folder / "status"
        status.write_bytes(self._status.read_bytes() if self._status else b"")
        stanzas = "\n".join(source.deb822() for source in self._sources)
        (self.folder / "etc/sources.list.d/hotline.sources").write_text(stanzas, encoding="utf-8")
        (self.folder / "etc/sources.list").write_text("", encoding="utf-8")
        (self.folder / "apt.conf").write_text(
            "\n".join([*_fixed(self.folder), *_carried()]) + "\n", encoding="utf-8"
        )

    def _apt(self, *words: str, limit_seconds: float) -> str:
        environ = {**os.environ, "APT_CONFIG": str(self.folder / "apt.conf"), "LC_ALL": "C.UTF-8"}
        return run(words, limit_seconds=limit_seconds, env=environ)


def _fixed(folder: Path) -> list[str]:
    architecture = run(["dpkg", "--print-architecture"], limit_seconds=30).strip()
    netrc = Path("/etc/apt/auth.conf")
    readable = os.access(netrc, os.R_OK)
    return [
        f'Dir::Etc "{folder}/etc";',
        f'Dir::Etc::sourcelist "{folder}/etc/sources.list";',
        f'Dir::Etc::sourceparts "{folder}/etc/sources.list.d";',
        'Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";',
        f'Dir::Etc::parts "{folder}/etc/apt.conf.d";',
        f'Dir::Etc::preferencesparts "{folder}/etc/preferences.d";',
        *([f'Dir::Etc::netrc "{netrc}";'] if readable else []),
        f'Dir::State "{folder}";',
        f'Dir::State::lists "{folder}/lists";',
        f'Dir::State::status "{folder}/status";',
        f'Dir::Cache "{folder}/cache";',
        f'Dir::Log "{folder}/log";',
        f'APT::Architecture "{architecture}";',
        f'APT::Architectures {{ "{architecture}"; }};',
        'APT::Install-Recommends "false";',
        # Without root nobody can become "_apt", and as root "_apt" cannot read a private folder.
        'APT::Sandbox::User "";',
        'Acquire::Languages "none";',
        # A testing suite's Release file expires after a week, and many mirrors and snapshots lag
        # behind; the signature and every hash are still checked.
        'Acquire::Check-Valid-Until "false";',
        'Debug::NoLocking "true";',
    ]


def _carried() -> list[str]:
    dump = run(["apt-config", "dump", "Acquire"], limit_seconds=30)
    return [line for line in dump.splitlines() if CARRIED.match(line)]


def debian_keyring(machine: Machine, scratch: Path) -> str:
    """The newest Debian keyring this machine can get: installed, else the package of its archive.

    NotReady when there is neither.
    """
    for path in DEBIAN_KEYRINGS:
        if path.exists():
            return str(path)
    try:
        apt = PrivateApt(scratch / "keyring-apt", machine.own)
        apt.update()
        apt.unpack(["debian-archive-keyring"], scratch / "keyring")
    except ProgramFailed as failed:
        raise NotReady(
            "没有 Debian 软件源的公钥，也无法下载，请安装 debian-archive-keyring。",
            "The keys of the Debian archive are missing and could not be fetched: install "
            f"debian-archive-keyring. {failed.tail}",
        ) from failed
    return str(next((scratch / "keyring").rglob("debian-archive-keyring.[gp]*p*g")))
