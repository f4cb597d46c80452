"""The citizen's form: what is in it, and what is wrong with it, told beside the field. PURE.

Name and a valid contact are needed only by who wants an answer (Regulation S2, articles 7 and 17):
whoever wants none may stay unnamed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.core.citizen import written_number
from gateway.core.contact import receipt_of
from gateway.web.shape import CONTROL

LEAST_MATTER, MOST_MATTER = 2, 2000
MOST_PLACE, MOST_NAME, MOST_PHONE, MOST_STAFF = 200, 40, 30, 40
LEAST_PHONE_DIGITS = 7


class Wrong(NamedTuple):
    """What is wrong with a field and how to mend it."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormValues:
    """What was filled in, as it was; all of it is personal data."""

    matter: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    want_feedback: bool = True
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    confidential: bool = False
    staff: bool = False
    """It complains about the hotline's own staff; the two below name them, if anything does."""
    staff_number: str = ""
    staff_receipt: str = ""

    def kept(self) -> Mapping[str, str]:
        """What goes with the matter into its record, in the order of the page."""
        said = {
            "place": self.place,
            "want_feedback": "yes" if self.want_feedback else "no",
            "name": self.name,
            "phone": self.phone,
            "confidential": "yes" if self.confidential else "",
            "staff": "yes" if self.staff else "",
            "staff_number": self.staff_number if self.staff else "",
            "staff_receipt": self.staff_receipt if self.staff else "",
        }
        return {key: value for key, value in said.items() if value}


def values_of(one: Callable[[str], str]) -> FormValues:
    """The fields as they came, cleaned of what nobody can see; ``one`` gives a field by name."""
    return FormValues(
        matter=_clean(one("matter"), lines=True),
        place=_clean(one("place")),
        want_feedback=one("want_feedback") != "no",
        name=_clean(one("name")),
        phone=_clean(one("phone")),
        confidential=one("confidential") == "yes",
        staff=one("staff") == "yes",
        staff_number=_clean(one("staff_number")),
        staff_receipt=_clean(one("staff_receipt")),
    )


def problems_of(values: FormValues) -> dict[str, Wrong]:
    """By field; empty: it can be taken."""
    wrong: dict[str, Wrong] = {}
    if len(values.matter) < LEAST_MATTER:
        wrong["matter"] = Wrong("请写明是什么事情。", "Please say what it is about.")
    for name, most in (
        ("matter", MOST_MATTER),
        ("place", MOST_PLACE),
        ("name", MOST_NAME),
        ("phone", MOST_PHONE),
        ("staff_number", MOST_STAFF),
        ("staff_receipt", MOST_STAFF),
    ):
        length = len(getattr(values, name))
        if length > most:
            wrong[name] = Wrong(
                f"太长了：最多 {most} 个字，现在是 {length} 个。",
                f"Too long: at most {most} characters, now there are {length}.",
            )
    if values.phone and "phone" not in wrong and not valid_phone(values.phone):
        wrong["phone"] = Wrong(
            "电话号码看起来不对，例如 138 0000 0000 或 010-12345678。",
            "This does not look like a telephone number, such as 138 0000 0000 or 010-12345678.",
        )
    receipt = values.staff_receipt if values.staff else ""
    if receipt and "staff_receipt" not in wrong and not receipt_of(receipt):
        wrong["staff_receipt"] = Wrong(
            "回执号看起来不对，例如 R0193-A1B2-C3D4-E5F6；不知道可以不填。",
            "This does not look like a receipt, such as R0193-A1B2-C3D4-E5F6; it may be left out.",
        )
    if values.want_feedback:
        if not values.name:
            wrong.setdefault("name", NEEDS_NAME)
        if not values.phone:
            wrong.setdefault("phone", NEEDS_PHONE)
    return wrong


NEEDS_NAME = Wrong(
    "需要答复时请填写姓名；不想留姓名，请在上面选“不需要答复”。",
    "For an answer please give your name; or choose “no answer needed” above.",
)
NEEDS_PHONE = Wrong(
    "需要答复时请填写联系电话；不想留电话，请在上面选“不需要答复”。",
    "For an answer please give a telephone number; or choose “no answer needed” above.",
)


def valid_phone(text: str) -> bool:
    """Whether a person could be called there."""
    number = written_number(text)
    return len(number.lstrip("+")) >= LEAST_PHONE_DIGITS


def _clean(text: str, *, lines: bool = False) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    return CONTROL.sub("", text).strip()
