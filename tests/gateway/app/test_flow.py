"""Which flow callers meet: the one that was chosen, or the main one when that does not fit."""

import pytest

from gateway.app.flow import checked_flow, flow_of
from ivr.errors import FlowNotValid


def test_the_main_flow_fits_every_hotline() -> None:
    """It names no queue of its own."""
    assert flow_of(None, []).id == "main"
    assert flow_of(None, ["civil"], "main").id == "main"


def test_a_flow_that_names_a_queue_that_is_gone_is_not_used() -> None:
    """Callers meet the main flow; whoever asks is told what is wrong."""
    assert flow_of(None, ["civil", "enterprise"], "speech").id == "speech"
    assert flow_of(None, ["civil"], "speech").id == "main"
    with pytest.raises(FlowNotValid) as refused:
        checked_flow(None, ["civil"], "speech")
    assert [one.code for one in refused.value.problems] == ["E007"]
