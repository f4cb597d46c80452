"""What sub-centres may be, and what does not fit together in them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from config.allowed import TEXT, Rule, Says, like
from config.settings import Settings

MOST_CENTRES = 200
CENTRE_RULES: dict[str, dict[str, Rule]] = {
    "Centre": {
        "id": like(
            r"[a-z0-9][a-z0-9-]{0,31}",
            "小写字母、数字、-，最多 32 个字符，与号码的 origin 相同，如 12315",
            "lower-case letters, digits and -, at most 32: the origin of its numbers, like 12315",
        ),
        "title_zh": TEXT,
        "title_en": TEXT,
    },
}


def centre_relations(settings: Settings) -> Iterator[tuple[str, Says]]:
    """Each sub-centre once, each with a secret of its own."""
    if len(settings.centre) > MOST_CENTRES:
        yield "centre", (f"最多 {MOST_CENTRES} 项", f"at most {MOST_CENTRES} entries")
    ids: dict[str, int] = {}
    secrets: dict[str, int] = {}
    for index, one in enumerate(settings.centre, 1):
        for name, value, seen in (
            ("id", one.id, ids),
            ("secret_file", str(one.secret_file), secrets),
        ):
            if value in seen:
                yield (
                    f"centre[{index}].{name}",
                    (f"与 centre[{seen[value]}] 重复", f"the same as centre[{seen[value]}]"),
                )
            seen.setdefault(value, index)
