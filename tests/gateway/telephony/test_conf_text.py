"""Configuration as sections, and the steps from one file to another."""

import re
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from gateway.telephony.ami_codec import MAX_HEADERS, AmiMessage, encode
from gateway.telephony.conf_text import Section, actions, read_back, sections, steps

WORDS = st.sampled_from(["civil", "tax", "one", "two"])
LINES = st.lists(st.tuples(WORDS, WORDS), max_size=40).map(tuple)
SECTIONS = st.lists(st.builds(Section, WORDS, LINES), max_size=4, unique_by=lambda one: one.name)


def done(files: dict[str, list[Section]], headers: Mapping[str, str]) -> None:
    """What Asterisk does with one UpdateConfig."""
    work = list(files[headers["SrcFilename"]])
    number = 0
    while (action := headers.get(f"Action-{number:06d}")) is not None:
        cat = headers[f"Cat-{number:06d}"]
        here = [one for one in work if one.name == cat]
        if action == "NewCat":
            work.append(Section(cat, ()))
        elif action == "DelCat":
            assert here
            work = [one for one in work if one.name != cat]
        else:
            line = (headers[f"Var-{number:06d}"], headers[f"Value-{number:06d}"])
            assert here
            work = [
                Section(one.name, (*one.lines, line)) if one.name == cat else one for one in work
            ]
        number += 1
    assert number
    files[headers["DstFilename"]] = work


@given(SECTIONS, SECTIONS)
def test_the_steps_lead_there_and_the_file_changes_once(
    have: list[Section], wanted: list[Section]
) -> None:
    """Only the last action writes the real file; each fits into one; nothing equal is touched."""
    todo = steps(wanted, have)
    files = {"real": list(have), "staging": []}
    sent = actions("real", "staging", todo)
    for count, headers in enumerate(sent, 1):
        assert files["real"] == list(have), "changed before the last action"
        assert len(headers) + 2 <= MAX_HEADERS
        encode("UpdateConfig", "hotline-admin-999999", headers)
        done(files, headers)
        assert (headers["DstFilename"] == "real") == (count == len(sent))
    assert {one.name: one.lines for one in files["real"]} == {one.name: one.lines for one in wanted}
    same = {one.name for one in have} & {one.name for one in wanted if one in have}
    assert not same & {step.cat for step in todo}
    assert steps(wanted, files["real"]) == ()


def test_text_is_read_as_asterisk_reads_it() -> None:
    """Comments and templates are left out, both arrows are one, names may come again."""
    text = """
    ; a comment
    [tpl](!)
    type = auth
    [a](tpl)
    x = 1
    [a]
    exten => 1,1,Set(Y=2)
     same => n,Goto(a,s,1)
    """
    assert sections(text) == (
        Section("a", (("x", "1"),), "tpl"),
        Section("a", (("exten", "1,1,Set(Y=2)"), ("same", "n,Goto(a,s,1)"))),
    )


def test_sections_of_one_name_are_made_together_each_told_apart_by_its_type() -> None:
    """Append writes into every section of a name: the type of its template says which."""
    wanted = (Section("p", (("auth", "p"),), "t-endpoint"), Section("p", (), "t-aor"))
    made = steps(wanted, [Section("old", ())] * 2, names_only=True)
    assert [(one.action, one.cat, one.options) for one in made] == [
        ("DelCat", "old", ""),
        ("NewCat", "p", 'inherit="t-endpoint"'),
        ("Append", "p", 'catfilter="type=endpoint"'),
        ("NewCat", "p", 'inherit="t-aor",allowdups'),
    ]
    assert steps(wanted, [Section("p", ())] * 2, names_only=True) == ()


def test_an_answer_is_read_back() -> None:
    """GetConfig numbers categories and lines; a value may hold an equals sign."""
    answer = AmiMessage(
        {
            "Response": "Success",
            "Category-000000": "civil",
            "Line-000000-000000": "strategy=ringall",
            "Line-000000-000001": "same=n,Set(A=1)",
            "Category-000001": "empty",
        },
        {},
    )
    assert read_back(answer) == (
        Section("civil", (("strategy", "ringall"), ("same", "n,Set(A=1)"))),
        Section("empty", ()),
    )


def test_no_action_numbers_its_steps_with_a_gap() -> None:
    """Asterisk stops at the first number that is missing, and says Success."""
    todo = steps([Section("big", (("x", "1"),) * 100)], [])
    for headers in actions("real", "staging", todo):
        numbers = [int(k[-6:]) for k in headers if re.match(r"Action-", k)]
        assert numbers == list(range(len(numbers)))
