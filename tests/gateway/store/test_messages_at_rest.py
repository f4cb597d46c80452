"""What citizens write and say lies on the disk encrypted, each word for its own place."""

import base64
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.core.channel_note import ChannelNote
from gateway.core.errors import StoreUnavailable
from gateway.core.outbound import OutState
from gateway.core.place import Datum, Place
from gateway.core.reach import Try
from gateway.core.standing import Proposal, StandingAppeal
from gateway.core.transcript import SpokenWord
from gateway.ports import Row
from gateway.store import SqlStore
from gateway.store.tables import ALL_TABLES
from tests.centre_rows import a_centre_contact
from tests.complaint_rows import a_staff_complaint
from tests.expert_rows import a_department, a_promise, an_expert
from tests.guest_rows import a_guest, a_reach
from tests.handover_rows import a_handover
from tests.heard_rows import a_corrected_segment
from tests.message_rows import (
    ACCOUNT,
    a_chat,
    a_grant,
    a_link,
    a_message,
    a_receipt,
    a_viewable_file,
    an_event,
    an_identity,
    an_out_entry,
)
from tests.postgres_world import PostgresWorld
from tests.standing_rows import a_misconduct, a_standing
from tests.store_world import NOON, StorePlace, a_disposition

OPENID = "oCANARY-openid-7Qx"
WORDS = (
    OPENID,
    "金丝雀昵称",
    "金丝雀来话",
    "canary-field",
    "金丝雀路 1 号",
    "31.820612",
    "canary-provider-in",
    "canary-reply-to",
    "canary-media-ref",
    "金丝雀.jpg",
    "金丝雀为什么是同一人",
    "canary-provider-out",
    "canary-receipt",
    "canary-raw",
    "金丝雀处理",
    "金丝雀听到",
    "canary-word",
    "金丝雀原话",
    "canary-raw-words",
    "金丝雀更正",
    "金丝雀专家",
    "金丝雀缘由",
    "金丝雀候选",
    "金丝雀姓名",
    "金丝雀答复",
    "金丝雀数据包",
    "金丝雀笔记",
    "金丝雀分中心",
    "金丝雀证据",
    "金丝雀告知",
    "金丝雀处置理由",
    "金丝雀建议理由",
    "金丝雀申诉答复",
    "金丝雀投诉结果",
)
VISIBLE = "visible-word"


def rows(n: int) -> list[Row]:
    """Personal data wherever a conversation has any, in rows of number ``n``; one visible word."""
    person, other, chat, message = f"i{n}", f"j{n}", f"k{n}", f"m{n}"
    place = Place(
        latitude=float(WORDS[5]), longitude=117.2, datum=Datum.GCJ02, address=f"{WORDS[4]}{n}"
    )
    key = f"gh_1:{OPENID}{n}:1700000000"
    return [
        an_identity(person, value=f"{OPENID}{n}", name=f"{WORDS[1]}{n}"),
        an_identity(other, scheme="unionid", value=f"u-{OPENID}{n}"),
        a_link(f"l{n}", person, other, note=f"{WORDS[10]}{n}"),
        a_chat(chat, person, queue=VISIBLE),
        a_message(
            message,
            chat,
            1,
            text=f"{WORDS[2]}{n}",
            fields={"title": WORDS[3]},
            place=place,
            provider_id=WORDS[6],
            reply_to=WORDS[7],
        ),
        a_viewable_file(f"f{n}", message, chat, ref=f"{WORDS[8]}{n}", name=f"{WORDS[9]}{n}"),
        a_grant(f"g{n}", person, trigger=key),
        an_out_entry(message, chat, person, provider_ids=(f"{WORDS[11]}{n}",)),
        a_receipt(f"r{n}", f"{WORDS[12]}{n}", state=OutState.READ),
        an_event(f"e{n}", key, raw=f"<xml>{WORDS[13]} {OPENID}</xml>".encode()),
        a_disposition(chat, note=WORDS[14]),
        a_corrected_segment(
            f"s{n}",
            chat,
            1,
            text=f"{WORDS[15]}{n}",
            words=(SpokenWord(text=f"{WORDS[16]}{n}", begin_seconds=1.0, end_seconds=2.0),),
            original=f"{WORDS[17]}{n}",
            raw=f"{WORDS[18]}{n}",
            corrected=f"{WORDS[19]}{n}",
        ),
        a_guest(f"b{n}", chat, title=f"{WORDS[20]}{n}"),
        a_reach(
            f"w{n}",
            chat,
            title=f"{WORDS[20]}{n}",
            reason=f"{WORDS[21]}{n}",
            tries=(Try(target_id="e1", title=f"{WORDS[22]}{n}", number="13900001234"),),
        ),
        a_department(),
        an_expert(f"x{n}", name=f"{WORDS[23]}{n}", number=f"1370000000{n}"),
        a_promise(f"p{n}", chat, note=f"{WORDS[24]}{n}"),
        a_handover(f"h{n}", chat, body=f"{WORDS[25]}{n}"),
        ChannelNote(account=ACCOUNT, key=f"n{n}", value=f"{WORDS[26]}{n}".encode()),
        a_centre_contact(f"z{n}", summary=f"{WORDS[27]}{n}"),
        a_misconduct(f"q{n}", contact_id=chat, identity_id=person, evidence=f"{WORDS[28]}{n}"),
        a_standing(
            f"t{n}",
            identity_id=person,
            told=f"{WORDS[29]}{n}",
            reason=f"{WORDS[30]}{n}",
            proposal=Proposal(by="op-1", at=NOON, days=3, reason=f"{WORDS[31]}{n}"),
            appeal=StandingAppeal(answer=f"{WORDS[32]}{n}"),
        ),
        a_staff_complaint(f"u{n}", contacts=(chat,), result=f"{WORDS[33]}{n}"),
    ]


def found_in(folder: Path) -> set[bytes]:
    """Which words any file holds, as they are or in another dress."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    content = b"\0".join(path.read_bytes() for path in files)
    needles = [word.encode(name) for word in WORDS for name in ("utf-8", "utf-16-le", "gb18030")]
    needles += [base64.b64encode(b"x" * n + OPENID.encode())[4:-4] for n in range(3)]
    needles += [OPENID.encode().hex().encode(), WORDS[2].encode("unicode_escape")]
    return {needle for needle in [*needles, VISIBLE.encode()] if needle in content}


async def test_nothing_of_a_conversation_lies_in_sqlite_files(sqlite_place: StorePlace) -> None:
    """Names, ids, words, places, file names: in no file in clear, the write-ahead log included."""
    async with sqlite_place.open() as store:
        await store.record(*rows(1))
        assert found_in(sqlite_place.data_dir) == {VISIBLE.encode()}
    assert found_in(sqlite_place.data_dir) == {VISIBLE.encode()}


@pytest.mark.postgresql
async def test_nothing_of_a_conversation_lies_in_postgresql_files(
    postgres: PostgresWorld, tmp_path: Path
) -> None:
    """The same for PostgreSQL's tables, indexes and log."""
    place = StorePlace(postgres.create_database(), tmp_path)
    async with place.open() as store:
        await store.record(*rows(1))
    engine = create_async_engine(place.url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text("CHECKPOINT"))
    await engine.dispose()
    assert found_in(postgres.folder) == {VISIBLE.encode()}


READS: dict[tuple[str, str], Callable[[SqlStore, int], Awaitable[object]]] = {
    ("identity", "value_cipher"): lambda store, n: store.identities([f"i{n}"]),
    ("identity", "name_cipher"): lambda store, n: store.identities([f"i{n}"]),
    ("identity_link", "note_cipher"): lambda store, n: store.link(f"l{n}"),
    ("message", "text_cipher"): lambda store, n: store.messages(f"k{n}"),
    ("message", "details_cipher"): lambda store, n: store.messages(f"k{n}"),
    ("attachment", "ref_cipher"): lambda store, n: store.attachment(f"f{n}"),
    ("attachment", "name_cipher"): lambda store, n: store.attachment(f"f{n}"),
    ("reply_grant", "trigger_cipher"): lambda store, n: store.grants(f"i{n}", NOON),
    ("outbox", "provider_ids_cipher"): lambda store, n: store.out_entries(f"k{n}"),
    ("delivery_receipt", "provider_cipher"): lambda store, n: store.receipts_of(
        ACCOUNT, [f"{WORDS[12]}{n}"]
    ),
    **{
        ("segment", f"{name}_cipher"): lambda store, n: store.segment(f"s{n}")
        for name in ("text", "words", "original", "raw", "corrected")
    },
    ("guest", "title_cipher"): lambda store, n: store.guests_of(f"k{n}"),
    **{
        ("reach", f"{name}_cipher"): lambda store, n: store.reaches_of(f"k{n}")
        for name in ("title", "tries", "reason")
    },
    ("expert", "name_cipher"): lambda store, _n: store.experts(),
    ("expert", "number_cipher"): lambda store, _n: store.experts(),
    ("promise", "note_cipher"): lambda store, n: store.promise(f"p{n}"),
    ("handover", "body_cipher"): lambda store, n: store.handover(f"h{n}"),
    ("channel_note", "value_cipher"): lambda store, n: store.channel_note(ACCOUNT, f"n{n}"),
    ("centre_contact", "summary_cipher"): lambda store, n: store.centre_contact("12315", f"z{n}"),
    ("staff_complaint", "result_cipher"): lambda store, n: store.staff_complaint(f"u{n}"),
    ("misconduct", "evidence_cipher"): lambda store, n: store.misconduct(f"q{n}"),
    **{
        ("standing", f"{name}_cipher"): lambda store, n: store.standings_of(f"i{n}")
        for name in ("told", "reason", "wanted_reason", "appeal_answer")
    },
}
"""Who reads each encrypted column of conversations."""
TOGETHER = {"expert"}
"""Read all at once: one that was moved keeps the others from being read, too."""
OLDER = {"key_check", "caller_flag", "call", "disposition", "callback"}


def test_every_encrypted_column_is_looked_at() -> None:
    """A new column cannot be forgotten here; what came with a delivery is never read again."""
    columns = {
        (table.name, column.name)
        for table in ALL_TABLES.tables.values()
        for column in table.columns
        if column.name.endswith("_cipher") and table.name not in OLDER
    }
    assert columns == {*READS, ("inbound_event", "raw_cipher")}


async def test_a_word_that_was_moved_is_not_read(sqlite_place: StorePlace) -> None:
    """A cipher copied from one row to another is noticed in every column."""
    async with sqlite_place.open() as store:
        await store.record(*rows(1), *rows(2))
        for (name, column), read in READS.items():
            table = ALL_TABLES.tables[name]
            *_, key = table.primary_key
            ids = f"SELECT {key.name} FROM {name} WHERE {key.name} LIKE '%{{}}' ORDER BY 1 LIMIT 1"
            one, two = ids.format(1), ids.format(2)
            before = await read(store, 2)
            async with store._writer.engine.begin() as connection:
                kept = await connection.scalar(
                    sa.text(f"SELECT {column} FROM {name} WHERE {key.name} = ({two})")
                )
                source = f"SELECT {column} FROM {name} WHERE {key.name} = ({one})"
                moved = f"UPDATE {name} SET {column} = ({source}) WHERE {key.name} = ({two})"
                await connection.execute(sa.text(moved))
            with pytest.raises(StoreUnavailable, match=column):
                await read(store, 2)
            if name not in TOGETHER:
                assert await read(store, 1)
            async with store._writer.engine.begin() as connection:
                back = f"UPDATE {name} SET {column} = :kept WHERE {key.name} = ({two})"
                await connection.execute(sa.text(back), {"kept": kept})
            assert await read(store, 2) == before


async def test_what_a_delivery_brought_can_be_opened_with_the_key(
    sqlite_place: StorePlace,
) -> None:
    """Byte for byte, also bytes that are no text."""
    raw = bytes(range(256))
    async with sqlite_place.open() as store:
        await store.record(an_event("e1", "key", raw=raw), an_event("e2", "none", raw=b""))
        async with store.reading.engine.connect() as connection:
            found = await connection.execute(
                sa.text("SELECT raw_cipher FROM inbound_event ORDER BY id")
            )
            sealed = [bytes(row[0]) for row in found]
        opened = store._vault.open_bytes("inbound_event", "raw_cipher", "e1", sealed[0])
        assert opened == raw
        assert sealed[1] == b""


async def test_errors_hold_no_word_of_a_conversation(place: StorePlace) -> None:
    """Whatever a unit breaks, the error that is told and logged quotes none of its values."""
    async with place.open() as store:
        await store.record(*rows(1), a_message("m8", "k1", 2, client_key=OPENID))
        for again in (
            [a_message("m9", "k1", 1, text=WORDS[2])],
            [an_identity("i9", value=f"{OPENID}1")],
            [a_message("m9", "nowhere", 1, text=WORDS[2], fields={"x": WORDS[3]})],
            [an_event("e9", f"gh_1:{OPENID}1:1700000000", raw=WORDS[13].encode())],
            [a_message("m9", "k1", 3, client_key=OPENID)],
        ):
            with pytest.raises(Exception) as refused:  # noqa: PT011 - whichever it is
                await store.record(*again)
            said = f"{refused.value} {refused.value!r} {vars(refused.value)}"
            assert not [word for word in WORDS if word in said]
