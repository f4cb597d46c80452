"""Where a text is found, as rows: see ``rows``. Pure but for the keyed hashes of the vault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gateway.core.finding import folded
from gateway.store.change import Change, How
from gateway.store.tables_search import PLACES_OF_A_MILLISECOND, word_debt, word_place

if TYPE_CHECKING:
    from gateway.store.vault import Vault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def first_place(at: datetime) -> int:
    """The first place of the millisecond in which something was said; later is greater."""
    return ((at - _EPOCH) // _MILLISECOND) * PLACES_OF_A_MILLISECOND


def placed(
    vault: Vault,
    shown: str,
    *,
    contact_id: str,
    at: datetime,
    message_id: str = "",
    segment_id: str = "",
    owed: bool = False,
) -> Change:
    """Make a text findable as it is shown now; one without two letters is found no more.

    ``owed``: it was read before and may have changed since: what stands there by now stays.
    """
    which = {"of_message": message_id, "of_segment": segment_id}
    marks = vault.marks(folded(shown)) if shown else ""
    if not marks:
        return Change(word_place, which, How.REMOVE)
    first = first_place(at)
    values = which | {
        "of_contact": contact_id,
        "first": first,
        "last": first + PLACES_OF_A_MILLISECOND - 1,
        "in_order": marks,
    }
    return Change(word_place, values, How.KEEP if owed else How.WRITE)


def removed(contact_id: str) -> Change:
    """Nothing of a contact is found any more."""
    return Change(word_place, {"of_contact": contact_id}, How.REMOVE_ALL)


def owed(contact_id: str) -> Change:
    """The texts of a contact are to be put into the search."""
    return Change(word_debt, {"contact_id": contact_id}, How.KEEP)


def paid(contact_id: str) -> Change:
    """They are in it."""
    return Change(word_debt, {"of_contact": contact_id}, How.REMOVE)
