"""The voice flow, held to what the telephone system can speak and where it can send callers."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from gateway.app.invitation import Invitation
from gateway.core.queue import FALLBACK
from ivr.errors import FlowNotValid
from ivr.flow import Flow, prompts
from ivr.loader import MAIN, SHIPPED, load, parse

log = structlog.get_logger()


def flow_of(invitation: Invitation | None, queues: Collection[str], name: str = "main") -> Flow:
    """The shipped flow of this name; the main one when it does not fit, which is logged.

    A hotline without a flow would greet nobody; one without its question still has people.
    """
    try:
        return checked_flow(invitation, queues, name)
    except FlowNotValid as wrong:
        log.warning("flow_not_valid", flow=name, problems=[one.code for one in wrong.problems])
        return checked_flow(invitation, queues, "main")


def checked_flow(invitation: Invitation | None, queues: Collection[str], name: str) -> Flow:
    """The shipped flow, held to the prompts and queues that there are; raises FlowNotValid.

    What prompts somebody else's Asterisk has is not known; there the flow's own are believed.
    """
    path = SHIPPED.get(name, MAIN)
    if invitation:
        known = set(invitation.prompts)
    else:
        known = {name for node in parse(path.read_bytes()).nodes.values() for name in prompts(node)}
    flow, _ = load(path, known, {FALLBACK, *queues})
    return flow
