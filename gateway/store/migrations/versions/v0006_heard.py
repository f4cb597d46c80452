"""What was heard: transcripts, what is still to be heard, alarms, whose words stay private; search.

What citizens wrote until now is put into the search in the background (``word_debts``): each
contact with messages is noted here. To open all of it now would keep the hotline closed for long.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _bytes(*names: str) -> list[sa.Column[bytes]]:
    return [sa.Column(f"{name}_cipher", sa.LargeBinary, nullable=False) for name in names]


def _double(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double, nullable=False) for name in names]


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_contact(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=f"fk_{table}_contact_id")


def _few(name: str, table: str, columns: list[str], where: str) -> None:
    some = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=some, postgresql_where=some)


def upgrade() -> None:
    """Make the tables."""
    _heard()
    _wishes()
    _search()
    _retention()


def _heard() -> None:
    op.create_table(
        "segment",
        *_text("id", "contact_id"),
        _number("seq"),
        *_text("party", "source"),
        *_double("begin_seconds", "end_seconds"),
        _time("at"),
        *_bytes("text", "words", "original", "raw"),
        *_text("operator_id", "message_id", "model"),
        *_bytes("corrected"),
        *_text("corrected_by"),
        _time("corrected_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
        sa.UniqueConstraint("contact_id", "seq", name="uq_segment_contact_id_seq"),
        _of_contact("segment"),
    )
    op.create_table(
        "hearing_job",
        *_text("id", "contact_id", "party", "source", "file"),
        _time("since"),
        *_double("begin_seconds", "end_seconds", "offset_seconds"),
        *_text("operator_id", "message_id", "state"),
        _number("tries"),
        *_text("reason"),
        sa.PrimaryKeyConstraint("id", name="pk_hearing_job"),
        _of_contact("hearing_job"),
    )
    op.create_index("ix_hearing_job_contact_id", "hearing_job", ["contact_id"])
    _few("ix_hearing_job_waiting", "hearing_job", ["since", "id"], "state = 'waiting'")


def _wishes() -> None:
    op.create_table(
        "alarm",
        *_text("id", "contact_id", "word", "party"),
        _time("at"),
        *_text("operator_id", "seat", "state", "seen_by"),
        _time("seen_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_alarm"),
        _of_contact("alarm"),
    )
    _few("ix_alarm_open", "alarm", ["at", "id"], "state = 'open'")
    op.create_table(
        "privacy",
        *_text("contact_id"),
        sa.Column("confidential", sa.Boolean, nullable=False),
        *_text("by"),
        _time("at"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_privacy"),
        _of_contact("privacy"),
    )


def _search() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    op.create_table(
        "word_place",
        sa.Column("place", sa.Integer if sqlite else sa.BigInteger, autoincrement=False),
        *_text("message_id", "segment_id", "contact_id"),
        sa.Column("marks", sa.Text if sqlite else postgresql.TSVECTOR, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_word_place"),
        sa.UniqueConstraint("message_id", "segment_id", name="uq_word_place_message_id_segment_id"),
    )
    op.create_index("ix_word_place_contact_id", "word_place", ["contact_id"])
    if sqlite:
        op.execute(FTS5)
    else:
        op.create_index("ix_word_place_marks", "word_place", ["marks"], postgresql_using="gin")
    op.create_table(
        "word_debt",
        *_text("contact_id"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_word_debt"),
        _of_contact("word_debt"),
    )
    op.execute("INSERT INTO word_debt (contact_id) SELECT DISTINCT contact_id FROM message")


def _retention() -> None:
    op.create_table(
        "shredded",
        *_text("contact_id", "what"),
        _time("at"),
        sa.PrimaryKeyConstraint("contact_id", "what", name="pk_shredded"),
        _of_contact("shredded"),
    )
    _few("ix_inbound_event_contact_id", "inbound_event", ["contact_id"], "contact_id != ''")


FTS5 = (
    "CREATE VIRTUAL TABLE word_search USING fts5 ("
    "marks, content='word_place', content_rowid='place', columnsize=0, tokenize='ascii')"
)
"""SQLite's search by whole phrases; it keeps no text, only where each mark stands."""
