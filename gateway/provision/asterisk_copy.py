"""Finds an Asterisk >= 20: the machine's own, else a private copy of Debian's package."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from gateway.provision import stamp
from gateway.provision.apt_sources import AptSource
from gateway.provision.debian_tree import DebianTree
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.places import Places
from gateway.provision.private_debs import Machine, PrivateApt, debian_keyring, this_machine
from gateway.provision.progress import Step
from gateway.provision.run import run
from gateway.telephony.asterisk_program import AsteriskProgram

OLDEST = 20  # the first with everything the dialplan uses
MODULE_FOLDERS = ("/usr/lib/*/asterisk/modules", "/usr/lib/asterisk/modules",
                  "/usr/lib64/asterisk/modules", "/usr/local/lib/asterisk/modules",
                  "/opt/asterisk/lib/asterisk/modules")  # fmt: skip
DATA_FOLDERS = ("/usr/share/asterisk", "/var/lib/asterisk", "/usr/local/var/lib/asterisk")
# The Debian releases that were made without Asterisk; asking their archive would cost seconds.
WITHOUT_ASTERISK = frozenset({"bookworm", "trixie"})
OTHER_SUITES = ("forky", "sid")
# 268 MB become 119 MB: documents, Perl, and modules the hotline never loads with their libraries.
NOT_NEEDED = (
    "usr/share/perl", "usr/share/perl5", "usr/share/doc", "usr/share/man", "usr/share/locale",
    "usr/share/misc", "usr/share/info", "usr/bin", "usr/lib/gnupg", "usr/lib/gnupg2",
    "usr/lib/*/perl", "usr/lib/*/perl-base", "usr/lib/*/perl5", "usr/lib/*/libperl*",
    "usr/lib/*/asterisk/modules/res_calendar*", "usr/lib/*/asterisk/modules/codec_codec2*",
    "usr/lib/*/asterisk/modules/res_snmp*", "usr/lib/*/libcodec2*", "usr/lib/*/libnetsnmp*",
)  # fmt: skip
CALENDAR_LIBRARIES = "usr/lib/*/libicu*"  # but libxml2 of some releases needs them too
LAYOUT = "1"  # change it when a copy made earlier must be made again


def find_program(places: Places, step: Step | None = None) -> AsteriskProgram:
    """The Asterisk to use; a private copy is made when there is none (about half a minute).

    NotReady says what to do when it cannot be had.
    """
    present = present_program(places)
    if present:
        if step:
            step.ready = True
        return present
    _copy(places.asterisk, this_machine(), step)
    return _of_tree(DebianTree(places.asterisk / "root"))


def present_program(places: Places) -> AsteriskProgram | None:
    """The Asterisk that is here; None when there is none, or a copy that must be made again."""
    installed = _installed()
    if installed or not stamp.is_current(places.asterisk / "stamp", LAYOUT):
        return installed
    try:
        return _of_tree(DebianTree(places.asterisk / "root"))
    except ProgramFailed:
        return None  # damaged, or made on another kind of machine


def major(version: str) -> int:
    """``22.10.1+dfsg`` is 22; 0 when there is no number."""
    match = re.match(r"(?:certified/)?(\d+)\.", version)
    return int(match[1]) if match else 0


def _version(argv: tuple[str, ...]) -> str:
    return run([*argv, "-V"], limit_seconds=30).strip().removeprefix("Asterisk ")


def _installed() -> AsteriskProgram | None:
    path = shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin")
    if not path:
        return None
    try:
        version = _version((path,))
    except ProgramFailed:
        return None
    modules = next((found for place in MODULE_FOLDERS
                    for found in sorted(Path("/").glob(place.lstrip("/")))
                    if (found / "app_queue.so").exists()), None)  # fmt: skip
    data = next((Path(place) for place in DATA_FOLDERS
                 if (Path(place) / "documentation").is_dir()), None)  # fmt: skip
    if major(version) < OLDEST or not modules or not data:
        return None
    return AsteriskProgram(
        argv=(path,), env={}, modules_dir=modules, data_dir=data, version=version
    )


def _of_tree(tree: DebianTree) -> AsteriskProgram:
    program, loader = tree.program("asterisk"), tree.loader
    if not program or not loader:
        raise ProgramFailed("asterisk", 127, f"not complete: {tree.root}")
    libraries = loader.parent
    # --argv0 gives the process its name; without it every listing shows the loader's.
    argv = (str(loader), "--argv0", "asterisk", "--library-path", tree.library_path, str(program))
    return AsteriskProgram(
        argv=argv,
        env={
            "OPENSSL_CONF": "/dev/null",
            "OPENSSL_MODULES": str(libraries / "ossl-modules"),
            "GCONV_PATH": str(libraries / "gconv"),
        },
        modules_dir=libraries / "asterisk" / "modules",
        data_dir=tree.root / "usr/share/asterisk",
        version=_version(argv),
    )


def _copy(place: Path, machine: Machine, step: Step | None) -> None:
    """Make it beside ``place`` and put it there when it runs: no network, the old one stays."""
    fresh = place.with_name(f"{place.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    scratch = fresh / "apt"
    apt, where = _choose(machine, scratch)
    if step:
        step.note(f"下载私有副本 / fetching a private copy: Asterisk {where}")
    try:
        apt.unpack(["asterisk"], fresh / "root")
    except ProgramFailed as failed:
        raise _unfetched(failed.tail) from failed
    _trim(DebianTree(fresh / "root"))
    shutil.rmtree(scratch)
    _of_tree(DebianTree(fresh / "root"))
    stamp.write(fresh / "stamp", LAYOUT)
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)


def _choose(machine: Machine, scratch: Path) -> tuple[PrivateApt, str]:
    """The first archive with an Asterisk that is new enough, its lists fetched."""
    tries: list[tuple[str, tuple[AptSource, ...]]] = []
    if machine.own and machine.distribution.codename not in WITHOUT_ASTERISK:
        tries.append((machine.distribution.codename, machine.own))
    if machine.debian_mirrors:
        keyring = debian_keyring(machine, scratch)
        tries += [
            (suite, (AptSource((mirror,), (suite,), ("main",), keyring),))
            for suite in OTHER_SUITES
            for mirror in machine.debian_mirrors
        ]
    said = []
    for suite, sources in tries:
        apt = PrivateApt(scratch / suite, sources)
        try:
            apt.update()
        except ProgramFailed as failed:
            said.append(failed.tail)
            continue
        version = apt.candidate("asterisk")
        if major(version) >= OLDEST:
            return apt, f"{version} ({suite})"
        said.append(f"{suite}: asterisk {version or '-'}")
    raise _unfetched("\n".join(said))


def _unfetched(said: str) -> NotReady:
    return NotReady(
        f"没有找到 Asterisk {OLDEST} 或更高版本，也无法下载私有副本。请任选一种：检查网络后重试；"
        "设 HOTLINE_DEBIAN_MIRROR 为可用的 Debian 镜像地址；"
        f"或自行安装 Asterisk {OLDEST}+（apt-get install asterisk）。",
        f"No Asterisk {OLDEST} or newer was found, and a private copy could not be fetched. Either "
        "check the network and try again, or set HOTLINE_DEBIAN_MIRROR to a Debian mirror that "
        f"can be reached, or install Asterisk {OLDEST}+ yourself (apt-get install asterisk)."
        f"\n{said}",
    )


def _trim(tree: DebianTree) -> None:
    for pattern in NOT_NEEDED:
        for path in tree.root.glob(pattern):
            _remove(path)
    loader, program = tree.loader, tree.program("asterisk")
    if not loader or not program:
        return
    listing = [str(loader), "--library-path", tree.library_path, "--list", str(program)]
    if "libicu" not in run(listing, limit_seconds=30):
        for path in tree.root.glob(CALENDAR_LIBRARIES):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
