"""Laws of files of experts: read in either language and encoding, every fault told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.expert import Duty, Expert
from gateway.core.rota_text import read_duty, said
from gateway.intake.roster_cells import Known
from gateway.intake.roster_sheet import Unreadable, decoded, read_roster
from tests.expert_rows import a_department
from tests.gateway.core.test_expert import DUTIES

KNOWN = Known(trunks=["out"], seats=["8001"], departments={"shebao": a_department()})
CHINESE = """编号,部门编号,部门名称,重点专席,姓名,电话,坐席,技能,值班日,开始,结束,顺序
zhao,shebao,,,赵一,137-0000-0001,,养老、医保,工作日,9:00,17:30,1
zhao,shebao,,,赵一,137-0000-0001,,养老、医保,6、7,22:00,06:00,2
qian,gongan,公安局,是,钱二,,8001,,每天,00:00,24:00,
"""
ENGLISH = """number,name,id,department,trunk
13700000001,Zhao,zhao,shebao,out
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_from_a_spreadsheet_is_read(encoding: str) -> None:
    """Chinese headings, in the encodings that spreadsheets write."""
    roster = read_roster(decoded(CHINESE.encode(encoding)), KNOWN)
    assert roster.bad == ()
    assert [one.title_zh for one in roster.departments] == ["人社局", "公安局"]
    assert [one.focus for one in roster.departments] == [False, True]
    zhao, qian = roster.experts
    assert zhao == Expert(
        id="zhao",
        department_id="shebao",
        name="赵一",
        number="13700000001",
        trunk="out",
        skills=("养老", "医保"),
        duties=(
            Duty(),
            Duty(days=(6, 7), opens="22:00", closes="06:00", order=2),
        ),
    )
    assert (qian.seat, qian.number) == ("8001", "")
    assert qian.duties == (Duty(days=(1, 2, 3, 4, 5, 6, 7), opens="00:00", closes="24:00"),)


def test_english_headings_in_any_order() -> None:
    """The rest may be left out; without a rota somebody is on no duty."""
    roster = read_roster(ENGLISH, KNOWN)
    assert roster.bad == ()
    assert roster.experts[0].name == "Zhao"
    assert roster.experts[0].duties == ()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Z 1,shebao,,,赵,13700000001,,,,,,", "编号"),
        ("z,nobody,,,赵,13700000001,,,,,,", "部门名称"),
        ("z,shebao,,maybe,赵,13700000001,,,,,,", "重点专席"),
        ("z,shebao,,,,13700000001,,,,,,", "姓名"),
        ("z,shebao,,,赵,,,,,,,", "电话和坐席"),
        ("z,shebao,,,赵,13700000001,8001,,,,,", "电话和坐席"),
        ("z,shebao,,,赵,,8009,,,,,", "坐席"),
        ("z,shebao,,,赵,12ab,,,,,,", "电话应为"),
        ("z,shebao,,,赵,13700000001,,,8-9,,,", "值班日"),
        ("z,shebao,,,赵,13700000001,,,1-5,25:00,,", "时间"),
        ("z,shebao,,,赵,13700000001,,,1-5,09:00,09:00,", "时间"),
        ("z,shebao,,,赵,13700000001,,,1-5,,,0", "顺序"),
        ("zhao,shebao,,,别人,13700000009,,,,,,", "不一致"),
        ("shebao,shebao,,,赵,13700000001,,,,,,", "既是部门又是专家"),
        ("z,shebao,,,赵,13700000001,,,,,,,,x", "列数"),
        ('z,shebao,,,"赵,13700000001,,,,,,', "引号"),
    ],
)
def test_a_faulty_line_is_told_and_nothing_is_used(line: str, fault: str) -> None:
    """With its number, why, in both languages; and no name or number of anybody in it."""
    roster = read_roster(CHINESE + line + "\n", KNOWN)
    assert (roster.experts, roster.departments) == ((), ())
    assert [bad.line for bad in roster.bad] == [5]
    bad = roster.bad[0]
    assert fault in bad.zh
    assert bad.en.isascii()
    assert "1370000" not in bad.zh + bad.en


def test_a_file_that_is_no_list_of_experts_is_told() -> None:
    """Columns that are missing or unknown, and bytes that are no text."""
    bad = read_roster("姓名,电话,星座\n赵,137,白羊\n", KNOWN).bad[0]
    assert bad.line == 1
    assert "编号" in bad.zh
    assert "column 3" in bad.en
    assert read_roster("", KNOWN).bad
    with pytest.raises(Unreadable):
        decoded(b"\xff\xff\x00")


@given(DUTIES)
def test_a_line_of_the_rota_is_read_as_it_is_said(duty: Duty) -> None:
    """Days in order; nothing is lost on the way to a screen and back."""
    assert read_duty(said(duty)) == Duty(
        days=tuple(sorted(duty.days)),
        opens=duty.opens,
        closes=duty.closes,
        first=duty.first,
        last=duty.last,
        order=duty.order,
    )


@given(st.text(max_size=200))
def test_any_text_is_either_a_roster_or_faults(text: str) -> None:
    """Nothing is raised, whatever is in the file."""
    roster = read_roster(text, KNOWN)
    assert bool(roster.bad) or roster.experts == ()
