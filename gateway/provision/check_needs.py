"""What only the tests need: servers, a browser, a font, callers; and how to get them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.provision.debian_tree import DebianTree, write_wrapper
from gateway.provision.errors import NotReady, ProgramFailed
from gateway.provision.places import Places
from gateway.provision.progress import Step
from gateway.provision.run import run
from gateway.provision.tools import private_packages

INSTALL_LIMIT_SECONDS = 1800
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"),
                Path.home() / ".local/share/fonts", Path.home() / ".fonts")  # fmt: skip
CHINESE_FONTS = ("*CJK*", "*wqy*", "*SourceHanSans*", "*DroidSansFallback*")
KANNEL = ("bearerbox", "smsbox")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the tests run: ``find`` gives its place, ``unpack`` makes it of a private copy."""

    name: str
    packages: tuple[str, ...]
    find: Callable[[Mapping[str, str]], Path | None]
    unpack: Callable[[DebianTree, Places], Path | None]
    private: bool = False
    """Installed it would run as a service of this machine: always a copy of our own."""


def provide(places: Places, step: Step) -> dict[str, str]:
    """Get everything; the environment variables that tell the tests where it is.

    Installed by apt-get when we are root, else unpacked privately. NotReady lists all that is
    missing: a check that cannot run is a failure, not a skip.
    """
    missing = [need for need in NEEDS if need.find(os.environ) is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        wanted = [one for need in missing if not need.private for one in need.packages]
        if wanted:
            _apt_install(wanted, step)
    found = {need.name: _find_or_unpack(need, places, step) for need in NEEDS}
    lost = [need for need in NEEDS if found[need.name] is None]
    if lost:
        packages = " ".join(package for need in lost for package in need.packages)
        names = "、".join(need.name for need in lost)
        raise NotReady(
            f"测试还缺少：{names}。请执行 sudo apt-get install {packages}（Chromium 也可用 "
            "HOTLINE_TEST_CHROMIUM 指定路径）。",
            f"The tests still need: {names}. Run sudo apt-get install {packages} (or name a "
            "Chromium with HOTLINE_TEST_CHROMIUM).",
        )
    step.ready = not missing
    return _environment(places, found)


def _find_or_unpack(need: Need, places: Places, step: Step) -> Path | None:
    found = need.find(os.environ)
    if found:
        return found
    try:
        return need.unpack(private_packages(need.name, need.packages, places, step), places)
    except NotReady as refused:
        step.note(str(refused).replace("\n", "\n      "))
        return None


def _environment(places: Places, found: Mapping[str, Path | None]) -> dict[str, str]:
    path = os.environ.get("PATH", "/usr/bin:/bin")
    fonts = found["chinese-font"]
    environment = {
        "PATH": f"{path}:{found['postgresql']}:{places.tools / 'bin'}",
        "HOTLINE_TEST_CHROMIUM": str(found["chromium"]),
        "HOTLINE_TEST_DOVECOT": str(found["dovecot"]),
    }
    if fonts and fonts.suffix == ".conf":
        environment["FONTCONFIG_FILE"] = str(fonts)
    return environment


def _apt_install(packages: list[str], step: Step) -> None:
    step.note(f"apt-get install {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "install", "-y", "--no-install-recommends", *packages)
    try:
        run(["apt-get", "update"], limit_seconds=INSTALL_LIMIT_SECONDS, env=environment)
        run(install, limit_seconds=INSTALL_LIMIT_SECONDS, env=environment)
    except ProgramFailed as failed:
        step.note(failed.tail.replace("\n", "\n      "))  # private copies are tried next


def _find_postgresql(environ: Mapping[str, str]) -> Path | None:
    found = shutil.which("initdb", path=environ.get("PATH"))
    if found:
        return Path(found).resolve().parent
    return _newest(Path("/"))


def _newest(root: Path) -> Path | None:
    found = sorted(
        root.glob("usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    return found[-1].parent.resolve() if found else None


def _unpack_postgresql(tree: DebianTree, places: Places) -> Path | None:
    programs = _newest(tree.root)
    if not programs:
        return None
    folder = places.tools / "postgresql-bin"
    for program in programs.iterdir():
        write_wrapper(folder / program.name, tree.wrapper(program))
    return folder


def _find_chromium(environ: Mapping[str, str]) -> Path | None:
    named = environ.get("HOTLINE_TEST_CHROMIUM")
    if named:
        return Path(named)
    found = (shutil.which(name, path=environ.get("PATH")) for name in CHROMIUM_NAMES)
    return next((Path(path) for path in found if path), None)


def _unpack_chromium(tree: DebianTree, places: Places) -> Path | None:
    """Chromium finds its data beside its own program, so it must not run through a loader."""
    program = tree.root / "usr/lib/chromium/chromium"
    if not program.is_file() or tree.loader:
        return None
    wrapper = places.tools / "bin" / "chromium"
    write_wrapper(wrapper, tree.wrapper(program))
    return wrapper


def _find_font(_environ: Mapping[str, str]) -> Path | None:
    fonts = (
        path
        for folder in FONT_FOLDERS
        for pattern in CHINESE_FONTS
        for path in folder.rglob(f"{pattern}.tt[cf]")
    )
    return next(fonts, None)


def _unpack_font(tree: DebianTree, places: Places) -> Path | None:
    folder = tree.root / "usr/share/fonts"
    if not folder.is_dir():
        return None
    config = places.tools / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{folder}</dir><cachedir>{places.tools / 'font-cache'}</cachedir></fontconfig>\n",
        encoding="utf-8",
    )
    return config


def _find_kamailio(environ: Mapping[str, str]) -> Path | None:
    """Daemons lie in /usr/sbin, which is on nobody's PATH but root's."""
    path = f"{environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    found = shutil.which("kamailio", path=path)
    return Path(found) if found else None


def _unpack_kamailio(tree: DebianTree, _places: Places) -> Path | None:
    return tree.program("kamailio")


def _program(name: str, package: str) -> Need:
    """One program on PATH, else from a private copy through a wrapper in ``tools/bin``."""

    def find(environ: Mapping[str, str]) -> Path | None:
        found = shutil.which(name, path=environ.get("PATH"))
        return Path(found) if found else None

    def unpack(tree: DebianTree, places: Places) -> Path | None:
        program = tree.program(name)
        if not program:
            return None
        wrapper = places.tools / "bin" / name
        write_wrapper(wrapper, tree.wrapper(program))
        return wrapper

    return Need(name, (package,), find, unpack)


def _find_kannel(environ: Mapping[str, str]) -> Path | None:
    found = [shutil.which(name, path=environ.get("PATH")) for name in KANNEL]
    return Path(found[0]) if found[0] and all(found) else None


def _unpack_kannel(tree: DebianTree, places: Places) -> Path | None:
    programs = {name: tree.program(name) for name in KANNEL}
    for name, program in programs.items():
        if not program:
            return None
        write_wrapper(places.tools / "bin" / name, tree.wrapper(program))
    return places.tools / "bin" / KANNEL[0]


def _find_dovecot(environ: Mapping[str, str]) -> Path | None:
    named = environ.get("HOTLINE_TEST_DOVECOT")
    folder = Path(named) if named else Path("/usr/lib/dovecot")
    return folder if (folder / "lmtp").is_file() else None


def _unpack_dovecot(tree: DebianTree, _places: Places) -> Path | None:
    """The folder of its programs, which run no other's loader.

    They look for modules where the packager put them, whatever is configured. In the copy they
    look in their working folder, where whoever starts it puts a link.
    """
    folder = tree.root / "usr/lib/dovecot"
    library = folder / "libdovecot.so.0"
    if tree.loader or not library.is_file():
        return None
    octets, place = library.read_bytes(), b"\0/usr/lib/dovecot/modules\0"
    if place in octets:
        fresh = library.with_name("libdovecot.new")
        fresh.write_bytes(octets.replace(place, b"\0modules".ljust(len(place), b"\0")))
        fresh.chmod(0o644)
        fresh.replace(library)
    return folder


NEEDS = (
    _program("sipp", "sip-tester"),
    _program("redis-server", "redis-server"),
    _program("sox", "sox"),
    Need("kamailio", ("kamailio",), _find_kamailio, _unpack_kamailio),
    _program("tshark", "tshark"),
    Need("postgresql", ("postgresql",), _find_postgresql, _unpack_postgresql),
    Need("chromium", ("chromium",), _find_chromium, _unpack_chromium),
    Need("kannel", ("kannel",), _find_kannel, _unpack_kannel, private=True),
    Need(
        "dovecot", ("dovecot-core", "dovecot-lmtpd"), _find_dovecot, _unpack_dovecot, private=True
    ),
    Need("chinese-font", ("fonts-wqy-zenhei",), _find_font, _unpack_font),
)
