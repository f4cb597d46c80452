"""Which tags a contact begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.core.line import CallArrived, Origin
from gateway.core.tags import UNTAGGED, Tags

if TYPE_CHECKING:
    from gateway.intake.present import Present


def tags_of_call(floor: Present, arrival: CallArrived) -> Tags:
    """Of a call: those of the number that was dialled, of one that we made those it goes back to.

    A number that is not ours any more has none.
    """
    if arrival.origin is Origin.OUT:
        tried = floor.tries.get(arrival.hotline_id)
        return tried.tags if tried else UNTAGGED
    number = floor.numbers.get(arrival.did)
    return number.tags if number else UNTAGGED


def tags_of_account(floor: Present, account: str) -> Tags:
    """Of a conversation: those of the account that was written to."""
    known = floor.accounts.get(account)
    return known.tags if known else UNTAGGED
