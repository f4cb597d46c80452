"""A plan as a file that people write, and single values as words."""

import pytest
from hypothesis import given

from gateway.cli.plan_file import read, values, write
from gateway.core.errors import Invalid
from gateway.core.plan import Plan
from gateway.core.plan_json import from_json, to_json
from tests.gateway.core.plans import PLANS

HAND_WRITTEN = """
revision: 7
queues:
- {name: civil, title_zh: 综合, title_en: General}
- name: tax
  title_zh: 税务
  title_en: Tax
  key: 3
  hours:
  - {days: [1, 2, 3, 4, 5], from: 09:00, to: 17:30}
  closed_queue: civil
numbers: [{did: 12345, queue: civil}, {did: 012366, queue: tax}]
seats: [{number: 8001}]
operators: [{login: li, name: 李, skills: {civil: 0}}]
"""


@given(PLANS)
def test_what_is_shown_can_be_sent_back(plan: Plan) -> None:
    """As YAML and as JSON, with the revision it was made from."""
    for as_json in (False, True):
        revision, found = read(write(7, to_json(plan), as_json=as_json), "plan.yaml")
        assert (revision, from_json(found)) == (7, plan)


def test_people_write_numbers_and_times_without_quotes() -> None:
    """12345 is a text where a text is meant, 012366 keeps its zero, 17:30 is no number."""
    revision, found = read(HAND_WRITTEN, "-")
    plan = from_json(found)
    assert revision == 7
    assert [one.did for one in plan.numbers] == ["12345", "012366"]
    assert (plan.queues[1].key, plan.queues[1].hours[0].closes) == ("3", "17:30")
    assert plan.seats[0].number == "8001"


def test_toml_is_read_too() -> None:
    """By the file's name."""
    _, found = read('[[seats]]\nnumber = "8001"\n', "plan.toml")
    assert found == {"seats": [{"number": "8001"}]}


@pytest.mark.parametrize("text", ["[1, 2", "just words", "a: &x [1]\nb: *x", "- 1"])
def test_what_is_no_plan_is_told(text: str) -> None:
    """With the file's name; an alias (a bomb) is refused."""
    with pytest.raises(Invalid) as refused:
        read(text, "plan.yaml")
    assert refused.value.problems[0].pointer == "plan.yaml"


def test_single_values_as_words_and_every_misfit_at_once() -> None:
    """Hours, skills, yes and no, whole numbers."""
    assert values("queue", ["hours=1-5 09:00-17:30, 67 10:00-12:00", "rank=3"]) == {
        "hours": [
            {"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:30"},
            {"days": [6, 7], "from": "10:00", "to": "12:00"},
        ],
        "rank": 3,
    }
    assert values("queue", ["hours=24h"]) == {"hours": []}
    assert values("operator", ["skills=civil=0 tax=1", "active=no"]) == {
        "skills": {"civil": 0, "tax": 1},
        "active": False,
    }
    with pytest.raises(Invalid) as refused:
        values("queue", ["hours=soon", "rank=x", "colour=red", "key"])
    assert [one.pointer for one in refused.value.problems] == ["hours", "rank", "colour=red", "key"]
