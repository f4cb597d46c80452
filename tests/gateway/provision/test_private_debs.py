"""Laws of the private apt."""

from pathlib import Path

import pytest

from gateway.provision.apt_sources import AptSource
from gateway.provision.errors import ProgramFailed
from gateway.provision.private_debs import CARRIED, PrivateApt, this_machine


def machine_at(root: Path, release: str, sources: str) -> Path:
    """An /etc of another machine."""
    folder = root / "etc" / "apt" / "sources.list.d"
    folder.mkdir(parents=True)
    (root / "etc" / "os-release").write_text(release)
    (folder / "own.sources").write_text(sources)
    return root


DEBIAN = "ID=debian\nVERSION_CODENAME=trixie\n"
SOURCES = "Types: deb\nURIs: http://m.example/debian\nSuites: trixie\nComponents: main\n"


def test_the_machines_own_mirror_is_used(tmp_path: Path) -> None:
    """No address is written into the project: it is the one the machine's apt has."""
    machine = this_machine({}, machine_at(tmp_path, DEBIAN, SOURCES))
    assert machine.debian_mirrors == ("http://m.example/debian",)
    assert machine.own[0].suites == ("trixie",)


def test_a_named_mirror_wins(tmp_path: Path) -> None:
    """HOTLINE_DEBIAN_MIRROR replaces every Debian address."""
    environ = {"HOTLINE_DEBIAN_MIRROR": "http://inner.example/debian/"}
    machine = this_machine(environ, machine_at(tmp_path, DEBIAN, SOURCES))
    assert machine.debian_mirrors == ("http://inner.example/debian",)
    assert machine.own[0].uris == ("http://inner.example/debian",)


def test_another_distribution_has_no_debian_mirror(tmp_path: Path) -> None:
    """Ubuntu's archive holds no Debian suites; its own packages come from its own archive."""
    ubuntu = SOURCES.replace("trixie", "noble").replace("debian", "ubuntu")
    release = "ID=ubuntu\nVERSION_CODENAME=noble\nID_LIKE=debian\n"
    machine = this_machine({}, machine_at(tmp_path, release, ubuntu))
    assert machine.debian_mirrors == ()
    assert machine.own[0].uris == ("http://m.example/ubuntu",)


def test_a_machine_without_apt_has_nothing(tmp_path: Path) -> None:
    """No /etc/apt, no os-release: empty, not an error."""
    machine = this_machine({}, tmp_path)
    assert machine.own == ()
    assert machine.debian_mirrors == ()


def test_an_archive_that_cannot_be_reached_is_an_error(tmp_path: Path) -> None:
    """A suite that is not there must fail at once; apt itself would only warn."""
    nowhere = AptSource((f"file:{tmp_path}/nothing",), ("sid",), ("main",))
    with pytest.raises(ProgramFailed):
        PrivateApt(tmp_path / "apt", [nowhere]).update()


def test_only_the_way_to_the_archive_is_taken_over() -> None:
    """Proxies and certificates of the machine's apt, but no hook and no default of ours."""
    assert CARRIED.match('Acquire::http::Proxy "http://proxy.example:3128";')
    assert CARRIED.match('Acquire::https::CAInfo "/etc/ssl/ca.pem";')
    assert not CARRIED.match('Acquire::Languages:: "none";')
    assert not CARRIED.match('Acquire::http "";')
    assert not CARRIED.match('DPkg::Post-Invoke:: "rm -f x";')
