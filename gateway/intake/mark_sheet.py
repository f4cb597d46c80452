"""A file of marks (CSV: number,kind,note,days) as values, with every bad line.

The first line may name the columns; ``note`` and ``days`` may be left out. Whose number stands in a
bad line is not repeated: what is said here goes to a screen.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from gateway.core.citizen import CallerFlag, FlagKind, written_number
from gateway.core.errors import Invalid
from gateway.intake.marks import new_flag

COLUMNS = ("number", "kind", "note", "days")
LEAST_COLUMNS = 2
MOST_MARKS = 100_000


@dataclass(frozen=True, slots=True)
class BadLine:
    """Why a line of the file is no mark; ``line`` counts from 1."""

    line: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says."""

    flags: tuple[CallerFlag, ...]
    bad: tuple[BadLine, ...]


class _Wrong(Exception):
    """This row is no mark; says why, once or more."""

    def __init__(self, *said: tuple[str, str]) -> None:
        super().__init__(*said)
        self.said = said

    def sentences(self) -> tuple[str, str]:
        """Everything in Chinese, everything in English."""
        return "；".join(zh for zh, _ in self.said), "; ".join(en for _, en in self.said)


def read_sheet(text: str, now: datetime) -> Sheet:
    """Every mark and every bad line of the file, in its order; empty lines are passed over."""
    flags: dict[tuple[str, FlagKind], CallerFlag] = {}
    bad: list[BadLine] = []
    for line, raw in enumerate(io.StringIO(text.removeprefix("\ufeff"), newline=None), start=1):
        cells = _cells(raw)
        heading = line == 1 and tuple(cell.lower() for cell in cells) == COLUMNS[: len(cells)]
        if heading or not raw.strip(" ,\t\n"):
            continue
        try:
            flag = _flag(cells, now)
            _must_fit(flag, flags)
        except _Wrong as wrong:
            bad.append(BadLine(line, *wrong.sentences()))
        else:
            flags[flag.number, flag.kind] = flag
    return Sheet(tuple(flags.values()), tuple(bad))


def _cells(raw: str) -> list[str]:
    """The columns of one line; none when its quotes do not come in pairs."""
    try:
        return [cell.strip() for cell in next(csv.reader([raw], strict=True))]
    except (csv.Error, StopIteration):
        return []


def _must_fit(flag: CallerFlag, flags: Collection[tuple[str, FlagKind]]) -> None:
    """Raise _Wrong for a mark that stands above already, and for one too many."""
    if (flag.number, flag.kind) in flags:
        raise _Wrong(("前面已有同号码同类别的行", "a line above has the same number and kind"))
    if len(flags) == MOST_MARKS:
        raise _Wrong((f"一次最多 {MOST_MARKS} 个", f"at most {MOST_MARKS} at a time"))


def _flag(row: list[str], now: datetime) -> CallerFlag:
    """One row as a mark; raises _Wrong with everything that is wrong with it."""
    if not LEAST_COLUMNS <= len(row) <= len(COLUMNS):
        raise _Wrong(("应有 2 至 4 列，引号须成对", "2 to 4 columns are needed, quotes in pairs"))
    number, kind, note, days = (*row, "", "")[: len(COLUMNS)]
    said: list[tuple[str, str]] = []
    plain = written_number(number)
    if not plain:
        said.append(("号码不对", "this is no telephone number"))
    kinds = [one.value for one in FlagKind]
    if kind not in kinds:
        said.append((f"类别应为 {'、'.join(kinds)}", f"the kind is one of {', '.join(kinds)}"))
        kind = FlagKind.CARE
    if not re.fullmatch("[0-9]{0,4}", days):
        said.append(("天数应为整数", "days are a whole number"))
        days = ""
    try:
        flag = new_flag(plain or "0", FlagKind(kind), note, int(days or 0), now)
    except Invalid as invalid:
        said.extend((one.zh.rstrip("。"), one.en.rstrip(".")) for one in invalid.problems)
    if said:
        raise _Wrong(*said)
    return flag
