"""A file of experts (CSV) as values, with every faulty line: why, and how to mend it.

One line is one line of somebody's rota; who has several has several lines with the same id. Columns
are named in the first line, in English or Chinese, in any order:

id 编号 · department 部门编号 · department_title 部门名称 · focus 重点专席 · name 姓名 ·
number 电话 · trunk 中继 · seat 坐席 · skills 技能 · days 值班日 · opens 开始 · closes 结束 ·
first 起始日期 · last 截止日期 · order 顺序

Names and numbers are not repeated in what is said here: it goes to a screen.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.core.expert import MOST_DUTIES, MOST_EXPERTS, MOST_SKILLS, Department, Expert
from gateway.intake.mark_sheet import BadLine
from gateway.intake.roster_cells import Known, Says, read_cells, unreachable

COLUMNS: Mapping[str, str] = {
    "编号": "id",
    "部门编号": "department",
    "部门名称": "department_title",
    "重点专席": "focus",
    "姓名": "name",
    "电话": "number",
    "中继": "trunk",
    "坐席": "seat",
    "技能": "skills",
    "值班日": "days",
    "开始": "opens",
    "结束": "closes",
    "起始日期": "first",
    "截止日期": "last",
    "顺序": "order",
}
NEEDED = ("id", "department", "name")
MOST_BAD = 200
"""Faulty lines that are told; who mends these sees the next."""
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
YES, NO = ("是", "yes", "true", "1"), ("否", "no", "false", "0", "")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Unreadable(ValueError):
    """The bytes are text in neither UTF-8 nor GB18030."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What a file says. With anything ``bad`` nothing of it is to be used."""

    departments: tuple[Department, ...] = ()
    experts: tuple[Expert, ...] = ()
    bad: tuple[BadLine, ...] = ()


class _Wrong(Exception):
    def __init__(self, *said: Says) -> None:
        super().__init__(*said)
        self.said = said


def decoded(raw: bytes) -> str:
    """The text of a file in UTF-8, with or without a mark, or GB18030. Raises Unreadable."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable


def read_roster(text: str, known: Known) -> Roster:
    """Everything in the file, or every faulty line of it (the first 200)."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        heading = next(reader, [])
        columns = _columns(heading)
    except _Wrong as wrong:
        return Roster(bad=(_bad(1, wrong),))
    except csv.Error:
        return Roster(bad=(_bad(1, _Wrong(("引号须成对", "quotes must come in pairs"))),))
    sheet = _Sheet(known)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
            if row is None:
                break
            cells = [cell.strip() for cell in row]
            if any(cells):
                sheet.add(line, _named(columns, cells))
        except csv.Error:
            torn = _Wrong(
                ("引号须成对，其后的行未检查", "quotes must come in pairs; the rest was not read")
            )
            sheet.bad.append(_bad(line, torn))
            break
        except _Wrong as wrong:
            sheet.bad.append(_bad(line, wrong))
        if len(sheet.bad) >= MOST_BAD:
            break
    if sheet.bad:
        return Roster(bad=tuple(sheet.bad))
    return Roster(
        departments=tuple(sheet.departments.values()), experts=tuple(sheet.experts.values())
    )


def _columns(heading: list[str]) -> list[str]:
    """The English names of the columns. Raises _Wrong."""
    names = [COLUMNS.get(cell.strip(), cell.strip().lower()) for cell in heading]
    known = set(COLUMNS.values())
    said: list[Says] = []
    for place, name in enumerate(names, start=1):
        if name not in known:
            said.append((f"第 {place} 列的名称不认识", f"the name of column {place} is not known"))
    missing = [name for name in NEEDED if name not in names]
    if missing:
        chinese = {english: word for word, english in COLUMNS.items()}
        zh = "、".join(chinese[name] for name in missing)
        said.append((f"第一行缺少列：{zh}", f"the first line lacks: {', '.join(missing)}"))
    if len(set(names)) != len(names):
        said.append(("有重复的列", "a column stands there twice"))
    if said:
        raise _Wrong(*said)
    return names


def _named(columns: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        raise _Wrong(
            (
                f"列数多于第一行的 {len(columns)} 列；含逗号的内容请加引号",
                f"more than the {len(columns)} columns of the first line; quote what has a comma",
            )
        )
    values = dict.fromkeys(COLUMNS.values(), "")
    return values | dict(zip(columns, cells, strict=False))


def _bad(line: int, wrong: _Wrong) -> BadLine:
    zh = "；".join(one for one, _ in wrong.said)
    return BadLine(line, zh, "; ".join(one for _, one in wrong.said))


class _Sheet:
    """What was read so far."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self.departments: dict[str, Department] = {}
        self.experts: dict[str, Expert] = {}
        self.bad: list[BadLine] = []

    def add(self, _line: int, cells: Mapping[str, str]) -> None:
        """One line. Raises _Wrong with everything that is wrong with it."""
        said: list[Says] = []
        department = self._department(cells, said)
        expert = self._expert(cells, said)
        duty = read_cells(cells, said)
        before = self.experts.get(expert.id)
        if before is not None:
            expert = self._same(before, expert, said)
        elif len(self.experts) == MOST_EXPERTS:
            said.append((f"最多 {MOST_EXPERTS} 名专家", f"at most {MOST_EXPERTS} experts"))
        if {expert.id, expert.department_id} & self._both(expert):
            said.append(("编号不能既是部门又是专家", "an id is a department's or an expert's"))
        if len(expert.duties) == MOST_DUTIES:
            said.append((f"每人最多 {MOST_DUTIES} 条值班", f"at most {MOST_DUTIES} lines a person"))
        if said:
            raise _Wrong(*said)
        if department is not None:
            self.departments[department.id] = department
        duties = (*expert.duties, duty) if duty else expert.duties
        self.experts[expert.id] = replace(expert, duties=duties)

    def _department(self, cells: Mapping[str, str], said: list[Says]) -> Department | None:
        """The line's department when it is new or changed."""
        id_, title, focus = cells["department"], cells["department_title"], cells["focus"].lower()
        if not NAME.fullmatch(id_):
            said.append(
                ("部门编号须为小写字母、数字、-、_", "department: lower-case letters, digits, -, _")
            )
            return None
        if focus not in (*YES, *NO):
            said.append(("重点专席填“是”或“否”", "focus is yes or no"))
        before = self.departments.get(id_) or self._known.departments.get(id_)
        if len(title) > 80 or _CONTROL.search(title):
            said.append(("部门名称最多 80 字", "department_title: at most 80 characters"))
        elif not title and (before is None or before.removed):
            said.append(("没有这个部门，请填写部门名称", "a new department needs department_title"))
        was_focus = bool(before and before.focus)
        is_focus = focus in YES if focus else was_focus
        title_zh = title or (before.title_zh if before else "")
        made = before or Department(id=id_, title_zh=title_zh)
        return replace(made, title_zh=title_zh, focus=is_focus, removed=False)

    def _expert(self, cells: Mapping[str, str], said: list[Says]) -> Expert:
        number, seat, trunk = cells["number"], cells["seat"], cells["trunk"]
        number = re.sub(r"[\s().-]", "", number)
        if not NAME.fullmatch(cells["id"]):
            said.append(("编号须为小写字母、数字、-、_", "id: lower-case letters, digits, -, _"))
        if not 1 <= len(cells["name"]) <= 40 or _CONTROL.search(cells["name"]):
            said.append(("姓名为 1 至 40 字", "name: 1 to 40 characters"))
        skills = tuple(
            dict.fromkeys(one for one in re.split(r"[\s、;；|，,]+", cells["skills"]) if one)
        )
        if len(skills) > MOST_SKILLS or any(len(one) > 40 for one in skills):
            said.append((f"最多 {MOST_SKILLS} 项技能", f"at most {MOST_SKILLS} skills"))
        expert = Expert(
            id=cells["id"],
            department_id=cells["department"],
            name=cells["name"],
            number=number,
            trunk=(trunk or self._only_trunk()) if number else "",
            seat=seat,
            skills=skills,
        )
        said.extend(unreachable(expert, self._known))
        return expert

    def _both(self, expert: Expert) -> set[str]:
        """Ids that would be a department's and an expert's."""
        departments = {*self.departments, *self._known.departments, expert.department_id}
        return departments & {*self.experts, *self._known.experts, expert.id}

    def _only_trunk(self) -> str:
        return next(iter(self._known.trunks)) if len(self._known.trunks) == 1 else ""

    def _same(self, before: Expert, expert: Expert, said: list[Says]) -> Expert:
        if replace(before, duties=()) != expert:
            said.append(
                (
                    "与前面同编号的行不一致；同一人各行只有值班可以不同",
                    "differs from the line above with this id; only the rota may differ",
                )
            )
        return before
