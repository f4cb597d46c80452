"""The voice flow, held to what the telephone system can speak and where it can send callers."""

from __future__ import annotations

from collections.abc import Collection

from gateway.app.invitation import Invitation
from ivr.flow import Flow, prompts
from ivr.loader import MAIN, load, parse


def flow_of(invitation: Invitation | None, queues: Collection[str]) -> Flow:
    """The shipped flow, held to the prompts and queues that there are.

    What prompts somebody else's Asterisk has is not known; there the flow's own are believed.
    """
    if invitation:
        known = set(invitation.prompts)
    else:
        known = {name for node in parse(MAIN.read_bytes()).nodes.values() for name in prompts(node)}
    flow, _ = load(MAIN, known, queues)
    return flow
