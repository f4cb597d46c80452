"""Laws of building the console only when its sources changed."""

from pathlib import Path

from gateway.provision import stamp
from gateway.provision.places import Places
from gateway.provision.ui_build import STAMP, _sources, build_ui


def checkout(root: Path) -> Places:
    """Sources, packages and tests of a console."""
    places = Places(root)
    for name in ("src/main.ts", "package-lock.json", "tests/a.test.ts", "node_modules/x/i.js"):
        path = places.ui / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return places


def test_packages_and_tests_are_not_sources(tmp_path: Path) -> None:
    """A changed test does not build the console anew."""
    places = checkout(tmp_path)
    names = {path.relative_to(places.ui).as_posix() for path in _sources(places.ui)}
    assert names == {"src/main.ts", "package-lock.json"}


def test_a_console_built_from_these_sources_is_left_alone(tmp_path: Path) -> None:
    """These sources cannot be built, so a build would fail: none is tried."""
    places = checkout(tmp_path)
    stamp.write(places.static / STAMP, stamp.digest_of_files(places.ui, _sources(places.ui)))
    build_ui(places)
