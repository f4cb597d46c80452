"""The greeting is that of the number that was dialled."""

from ivr.loader import MAIN, load
from ivr.machine import Collect, begin
from ivr.plan import Plan


def test_the_shipped_flow_greets_as_the_plan_says() -> None:
    """Where the flow says ``greeting``, the number's own prompt is spoken; the keys stay."""
    flow, _ = load(MAIN, {"greeting"}, {"civil"})
    for prompt in ("greeting", "greeting_enterprise"):
        plan = Plan(
            default_queue="civil", keys={}, valid_queues=frozenset({"civil"}), greeting=prompt
        )
        _, effect = begin(flow, plan)
        assert isinstance(effect, Collect)
        assert effect.prompt == prompt
