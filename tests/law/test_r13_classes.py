"""Row 13 (S1§12, S2§6, S3§2, S4§2): consult, help, complaint, report, suggestion."""

from config.settings import Settings


def test_r13_the_classes_of_the_regulations_can_be_chosen() -> None:
    """咨询 求助 投诉 举报 建议 are dispositions, in both languages, with codes that stay."""
    known = {one.code: (one.title_zh, one.title_en) for one in Settings().disposition}
    assert known["consult"] == ("咨询", "Consultation")
    assert known["help"] == ("求助", "Help")
    assert known["complaint"] == ("投诉", "Complaint")
    assert known["report"] == ("举报", "Report")
    assert known["suggestion"] == ("建议", "Suggestion")
