"""What the store refuses.

What it cannot do for the moment is core's StoreUnavailable.
"""

from __future__ import annotations

from gateway.core.errors import HotlineError


class RowRefused(HotlineError):
    """A row breaks a rule of the store; sending it again will not help.

    ``rule`` names the constraint or the kind of error. It never holds a value of the row.
    """

    code = "row-refused"

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class DoesNotOpen(HotlineError):
    """A ciphertext does not open: another key wrote it, it was moved, or it is damaged."""

    code = "cipher-does-not-open"

    def __init__(self, table: str, column: str) -> None:
        super().__init__(table, column)
        self.table, self.column = table, column
