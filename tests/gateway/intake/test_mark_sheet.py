"""A file of marks: all of it or every reason why not."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.citizen import CallerFlag, FlagKind
from gateway.intake.mark_sheet import read_sheet

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_a_file_as_a_spreadsheet_writes_it() -> None:
    """With a byte order mark, a heading, CRLF, quotes and empty lines; numbers are normalised."""
    text = (
        "\ufeffnumber,kind,note,days\r\n"
        "+86 138-0000-1234,elder,,\r\n"
        '13800001235,care,"慢些说, 大声些",30\r\n'
        ",,,\r\n\r\n"
        "13800001235,direct\r\n"
    )
    sheet = read_sheet(text, NOON)
    assert sheet.bad == ()
    assert sheet.flags == (
        CallerFlag(number="13800001234", kind=FlagKind.ELDER),
        CallerFlag(
            number="13800001235",
            kind=FlagKind.CARE,
            note="慢些说, 大声些",
            until=NOON + timedelta(days=30),
        ),
        CallerFlag(number="13800001235", kind=FlagKind.DIRECT),
    )


@pytest.mark.parametrize(
    "bad",
    [
        "张三,elder",
        "138O0001234,elder",
        "anonymous,elder",
        "12,elder",
        "123456789012345678901,elder",
        "13800001234",
        "13800001234,elder,,,",
        "13800001234,old",
        "13800001234,ELDER",
        "13800001234,care,,3651",
        "13800001234,care,,-1",
        "13800001234,care,,a week",
        "13800001234,care,,１０",  # noqa: RUF100, RUF001 - full-width digits
        f"13800001234,care,{'长' * 201}",
        "13800001234,care,\u202e",
        '13800001234,care,"never closed',
        "13800001111,elder",
    ],
)
def test_a_bad_line_is_named_by_its_number_and_spoils_no_other(bad: str) -> None:
    """In Chinese and in English, and the number that stands in it is not said back."""
    text = f"13800001111,elder\n{bad}\n13800002222,care\n"
    sheet = read_sheet(text, NOON)
    assert [flag.number for flag in sheet.flags] == ["13800001111", "13800002222"]
    assert [one.line for one in sheet.bad] == [2]
    for said in (sheet.bad[0].zh, sheet.bad[0].en):
        assert said
        assert "1380000" not in said


def test_everything_wrong_with_a_line_is_told_at_once() -> None:
    """Four columns, four reasons."""
    (bad,) = read_sheet(f"x,y,{'长' * 201},z\n", NOON).bad
    assert bad.zh.count("；") == 3
    assert bad.en.count("; ") == 3
