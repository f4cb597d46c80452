"""What a machine's own apt is configured with: sources.list(5), both styles, and os-release(5).

PURE: text in, frozen values out.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# A distribution's own suites are its code name alone or with one of these; "-backports" and
# other people's "bookworm-pgdg" are not the distribution.
OWN_SUFFIXES = ("", "-updates", "-security", "/updates")
DISABLED = frozenset({"no", "false", "off", "0", "without", "disable"})
ROLLING = frozenset({"stable", "testing", "unstable", "sid", "oldstable"})


@dataclass(frozen=True, slots=True)
class AptSource:
    """One archive: every uri offers every suite.

    ``signed_by``: paths of keyrings, or one ASCII-armoured key of several lines, or empty.
    """

    uris: tuple[str, ...]
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str = ""

    def deb822(self) -> str:
        """As a stanza of a .sources file."""
        lines = [
            "Types: deb",
            f"URIs: {' '.join(self.uris)}",
            f"Suites: {' '.join(self.suites)}",
            f"Components: {' '.join(self.components)}",
        ]
        if self.signed_by:
            key = [line if line.strip() else "." for line in self.signed_by.split("\n")]
            lines.append("Signed-By: " + "\n ".join(["", *key] if len(key) > 1 else key))
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Distribution:
    """Which Linux this is: ``id`` debian, ubuntu...; ``codename`` bookworm, noble..."""

    id: str
    codename: str
    like: tuple[str, ...] = ()


def parse_os_release(text: str) -> Distribution:
    """os-release(5); what is missing is empty."""
    table = {
        line.split("=", 1)[0].strip(): " ".join(shlex.split(line.split("=", 1)[1]))
        for line in text.splitlines()
        if "=" in line and not line.lstrip().startswith("#")
    }
    return Distribution(
        id=table.get("ID", ""),
        codename=table.get("VERSION_CODENAME", ""),
        like=tuple(table.get("ID_LIKE", "").split()),
    )


def parse_list(text: str) -> tuple[AptSource, ...]:
    """One-line style, ``deb [options] uri suite component...``; other lines are passed over."""
    found = []
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if not match or match[2].startswith("cdrom:"):
            continue
        options = dict(word.split("=", 1) for word in (match[1] or "").split() if "=" in word)
        signed_by = options.get("signed-by", "").replace(",", " ")
        components = tuple(match[4].split())
        found.append(AptSource((match[2],), (match[3],), components, signed_by))
    return tuple(found)


def parse_deb822(text: str) -> tuple[AptSource, ...]:
    """deb822 style (.sources); stanzas that are not deb or not enabled are passed over."""
    found = []
    for fields in _stanzas(text):
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in {
            "no",
            "false",
            "off",
            "0",
            "without",
            "disable",
        }:
            continue
        found.append(
            AptSource(
                tuple(uri for uri in fields.get("uris", "").split() if "cdrom:" not in uri),
                tuple(fields.get("suites", "").split()),
                tuple(fields.get("components", "").split()),
                fields.get("signed-by", ""),
            )
        )
    return tuple(source for source in found if source.uris and source.suites)


def _stanzas(text: str) -> Iterator[dict[str, str]]:
    for block in re.split(r"\n[ \t]*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in {" ", "\t"} and name:
                more = line.strip()
                fields[name] = f"{fields[name]}\n{'' if more == '.' else more}".lstrip("\n")
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if fields:
            yield fields


def own_sources(sources: Iterable[AptSource], codename: str) -> tuple[AptSource, ...]:
    """Only the distribution's own archives, without third parties' and without backports."""
    kept = []
    for source in sources:
        suites = tuple(
            suite
            for suite in source.suites
            if any(
                suite == name + end for name in {codename, *ROLLING} - {""} for end in OWN_SUFFIXES
            )
        )
        if suites and "main" in source.components:
            kept.append(AptSource(source.uris, suites, source.components, source.signed_by))
    return tuple(kept)


def mirrors(sources: Iterable[AptSource]) -> tuple[str, ...]:
    """Addresses where other suites of the same distribution can be asked for, security last."""
    uris = dict.fromkeys(uri.rstrip("/") for source in sources for uri in source.uris)
    return tuple(sorted(uris, key=lambda uri: "security" in uri))
