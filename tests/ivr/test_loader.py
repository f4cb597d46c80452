"""Flow files: ours is good, and what is wrong with another is said before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import FlowNotValid
from ivr.flow import Listen, Menu, Queue
from ivr.loader import MAIN, MAX_FILE_BYTES, SPEECH, load, parse
from tests.ivr.flows import PROMPTS, QUEUES

HEAD = "schema: hotline.flow/v1\nid: t\ntitle: {zh: 测, en: T}\nstart: a\n"


def test_our_own_flow_is_human_first() -> None:
    """No problem, no warning; a key may come half a second after the greeting at most."""
    flow, warnings = load(MAIN, PROMPTS, QUEUES)
    assert warnings == ()
    start = flow.nodes[flow.start]
    assert isinstance(start, Menu)
    assert start.wait_ms <= 500
    assert (start.shortcuts, start.options) == (True, {"0": start.otherwise})
    assert flow.nodes[start.otherwise] == Queue(queue="default")
    assert flow.title_zh


def test_the_flow_that_listens_is_human_first_too() -> None:
    """No problem; whoever says nothing, presses 0, or cannot be heard, gets the number's queue."""
    flow, warnings = load(SPEECH, PROMPTS, QUEUES)
    assert warnings == ()
    greeting = flow.nodes[flow.start]
    assert isinstance(greeting, Menu)
    ask = flow.nodes[greeting.otherwise]
    assert isinstance(ask, Listen)
    assert flow.nodes[ask.person] == Queue(queue="default")
    assert greeting.options == {"0": ask.person}


def test_a_flow_with_problems_is_not_loaded(tmp_path: Path) -> None:
    """All of them at once."""
    file = tmp_path / "f.yaml"
    file.write_text(
        HEAD + "nodes: {a: {type: menu, prompt: none, otherwise: gone}}", encoding="utf-8"
    )
    with pytest.raises(FlowNotValid) as refused:
        load(file, PROMPTS, QUEUES)
    assert {each.code for each in refused.value.problems} == {"E002", "E006"}
    assert "E006 a" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a: [",
        "schema: other/v1",
        "schema: hotline.flow/v1",
        HEAD,
        HEAD + "nodes: [a]",
        HEAD + "nodes: {a: 1}",
        HEAD + "nodes: {a: {type: rocket}}",
        HEAD + "nodes: {a: {type: queue}}",
        HEAD + "nodes: {a: {type: queue, queue: [x]}}",
        HEAD + "nodes: {a: {type: queue, queue: x, extra: 1}}",
        HEAD + "nodes: {a: {type: menu, prompt: x, tries: true}}",
        HEAD + "nodes: {a: {type: listen, prompt: x}}",
        HEAD + "nodes: {a: {type: listen, prompt: x, words: [b]}}",
        HEAD + "nodes: {a: {type: listen, prompt: x, words: {b: 企业}}}",
        HEAD + "nodes: {a: {type: listen, prompt: x, words: {b: [110]}}}",
        HEAD + "nodes: {a: {type: queue, queue: x}}\nmore: 1",
        HEAD + "nodes: {a: {type: queue, queue: x}, a: {type: hangup}}",
        HEAD + "nodes: {a: {type: menu, prompt: x, options: {'1': b, '1': c}}}",
        HEAD + "nodes: {a: &x {type: hangup}, b: *x}",
        HEAD + "nodes: {a: !!python/object/apply:os.system [id]}",
        "a: " + "[" * 5_000,
        "x" * (MAX_FILE_BYTES + 1),
    ],
)
def test_a_file_that_is_no_flow_is_refused(text: str) -> None:
    """Form, types, unknown and doubled names, aliases, tags, depth and size."""
    with pytest.raises(FlowNotValid):
        parse(text.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    """Not an exception of the YAML library."""
    with pytest.raises(FlowNotValid):
        parse(b"\xff\xfe\x00\x80")
