"""Laws of the dependency locks."""

import re
import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def lock(name: str) -> str:
    """A lock's text."""
    return (CHECKOUT / name).read_text(encoding="utf-8")


def pins(text: str) -> set[str]:
    """Every ``name==version`` with its marker."""
    return {line.rstrip(" \\") for line in text.splitlines() if re.match(r"[a-z0-9]", line)}


def names(text: str) -> set[str]:
    """The pinned packages."""
    return {re.split(r"[=\[; ]", pin)[0] for pin in pins(text)}


def project_names(requirements: list[str]) -> set[str]:
    """What pyproject.toml asks for, normalised (PEP 503)."""
    return {re.split(r"[\[>=<~; ]", one)[0].lower().replace("_", "-") for one in requirements}


def test_a_lock_works_with_every_index() -> None:
    """No address, no option, no path: only names, versions and hashes."""
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-telegram.lock"):
        for line in lock(name).splitlines():
            assert re.fullmatch(
                r"#.*|[a-z0-9].*==\S+( ; .*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
            ), line
            assert "://" not in line


def test_the_tests_run_on_what_is_delivered() -> None:
    """Every pin of the product is a pin of the tests."""
    assert pins(lock("requirements.lock")) <= pins(lock("requirements-dev.lock"))


def test_the_locks_know_what_the_project_asks_for() -> None:
    """A dependency added to pyproject.toml without ``./hotline lock`` is found here."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    product = project_names([*project["dependencies"], *extras["ui"]])
    assert product <= names(lock("requirements.lock"))
    assert project_names(extras["dev"]) <= names(lock("requirements-dev.lock"))


def test_a_channel_adds_packages_and_changes_none() -> None:
    """Installing Telegram's library leaves everything else as it is, and is what was tested."""
    product, telegram = pins(lock("requirements.lock")), pins(lock("requirements-telegram.lock"))
    assert product < telegram <= pins(lock("requirements-dev.lock"))
    assert "python-telegram-bot" in names(lock("requirements-telegram.lock"))
