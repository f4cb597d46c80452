"""What is too old is gone from every store and folder, and only that; what happened stays true."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from gateway.core.call import CallState
from gateway.core.callback import CallbackState
from gateway.core.centre import CentreContact, CentreOutcome
from gateway.core.contact import ContactRecord
from gateway.core.facts import FactKind
from gateway.core.message import FileState
from gateway.core.retention import DataClass, Shredded, SummariesShredded
from gateway.core.transcript import JobState, WordsQuery
from gateway.intake.retention import Retention
from gateway.media.folder import MediaFolder
from gateway.store import SqlStore
from tests.centre_rows import a_centre_contact
from tests.eventually import eventually
from tests.heard_rows import a_corrected_segment, a_job, a_segment
from tests.message_rows import (
    a_chat,
    a_closed_chat,
    a_message,
    a_viewable_file,
    an_event,
    an_identity,
)
from tests.store_world import (
    NOON,
    StorePlace,
    a_call,
    a_callback,
    a_fact,
    a_recording,
    an_ended_call,
)
from tests.turned_clock import TurnedClock

DAY = timedelta(days=1)
DAYS = {DataClass.RECORDINGS: 10, DataClass.TRANSCRIPTS: 20, DataClass.MESSAGES: 30}
SOUND = b"RIFF canary of a voice"
PICTURE, VIEW = f"ab/{'1' * 30}", f"ab/{'2' * 30}"
WORDS = WordsQuery(text="金丝雀")


@dataclass
class Office:
    """A store, two folders, and what is applied to them."""

    store: SqlStore
    clock: TurnedClock
    folder: Path

    @property
    def recordings(self) -> Path:
        """Where sounds lie."""
        return self.folder / "recordings"

    @property
    def media(self) -> Path:
        """Where files lie."""
        return self.folder / "media"

    def retention(self, days: dict[DataClass, int] | None = None) -> Retention:
        """As the settings have it."""
        keep = MediaFolder(self.media)
        return Retention(
            self.store,
            self.clock,
            DAYS if days is None else days,
            recordings_dir=self.recordings,
            keep=keep,
        )

    def files(self) -> set[str]:
        """Everything that lies there."""
        return {path.name for path in self.folder.rglob("*") if path.is_file()}

    async def done(self) -> list[tuple[str, dict[str, object]]]:
        """Contact and content of each fact of shredding."""
        facts = await self.store.facts(limit=1000)
        return [(f.contact_id, dict(f.data)) for f in facts if f.kind is FactKind.DATA_SHREDDED]


@asynccontextmanager
async def office(place: StorePlace, folder: Path) -> AsyncIterator[Office]:
    """A call and a conversation that ended at noon, with all that belongs to them."""
    for name in ("c1.wav", "Hc1.wav", "Hc1-citizen.wav", "Hc1-seat.wav", "Hc1-voicemail.wav"):
        file = folder / "recordings" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(SOUND)
    for name in (PICTURE, VIEW):
        file = folder / "media" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(SOUND)
    async with place.open() as store:
        await store.record(
            an_ended_call("c1"),
            a_recording("c1"),
            a_segment("s1", "c1", 1, text="金丝雀在说"),
            a_corrected_segment("s2", "c1", 2, corrected="金丝雀改过"),
            a_job("j1", "c1"),
            an_identity("i1"),
            a_closed_chat("k1", "i1"),
            a_message("m1", "k1", 1, text="金丝雀在写", fields={"title": "金丝雀"}),
            a_viewable_file("f1", "m1", "k1", file=PICTURE, view_file=VIEW),
            an_event("e1", "key", contact_id="k1", raw="金丝雀".encode()),
        )
        yield Office(store, TurnedClock(NOON), folder)


async def found(store: SqlStore) -> set[str]:
    """Where the words stand."""
    return {one.segment_id or one.message_id for one in await store.find_words(WORDS)}


async def test_each_class_goes_when_its_time_is_over(place: StorePlace, tmp_path: Path) -> None:
    """Not before, one after the other; what nobody asked to shred stays whole."""
    async with office(place, tmp_path / "files") as here:
        everything = here.files()
        here.clock.turn((10 * DAY).total_seconds())
        await here.retention().apply()
        assert here.files() == everything
        here.clock.turn((1 * DAY).total_seconds())
        await here.retention().apply()
        assert here.files() == {Path(PICTURE).name, Path(VIEW).name}
        assert await found(here.store) == {"s1", "s2", "m1"}
        here.clock.turn((10 * DAY).total_seconds())
        await here.retention().apply()
        assert await found(here.store) == {"m1"}
        here.clock.turn((10 * DAY).total_seconds())
        await here.retention().apply()
        assert (await found(here.store), here.files()) == (set(), set())


async def test_what_is_shredded_is_empty_and_what_happened_stays(
    place: StorePlace, tmp_path: Path
) -> None:
    """Rows, times and counts remain; no word of them can be read any more."""
    async with office(place, tmp_path / "files") as here:
        here.clock.turn((100 * DAY).total_seconds())
        done = await here.retention().apply()
        assert [(one.contacts, one.files, one.left) for one in done] == [
            (1, 5, 0),
            (1, 0, 0),
            (1, 2, 0),
        ]
        record = await here.store.contact("c1")
        assert isinstance(record, ContactRecord)
        assert record.call == replace(an_ended_call("c1"), recording_file="")
        assert record.recording == replace(a_recording("c1"), file="")
        assert await here.store.segments("c1") == (
            replace(a_segment("s1", "c1", 1), text=""),
            replace(
                a_corrected_segment("s2", "c1", 2),
                text="",
                words=(),
                original="",
                raw="",
                corrected="",
            ),
        )
        assert await here.store.jobs_waiting() == ()
        message = replace(a_message("m1", "k1", 1), text="", fields={})
        assert await here.store.messages("k1") == (message,)
        (file,) = await here.store.attachments("k1")
        assert (file.file, file.view_file, file.name, file.ref) == ("", "", "", "")
        assert (file.state, file.reason) == (FileState.REFUSED, "shredded")
        async with here.store.reading.engine.connect() as connection:
            raw = await connection.scalar(sa.text("SELECT raw_cipher FROM inbound_event"))
            marks = await connection.scalar(sa.text("SELECT count(*) FROM word_place"))
        assert (bytes(raw or b""), marks) == (b"", 0)


async def test_nothing_is_counted_twice(place: StorePlace, tmp_path: Path) -> None:
    """A fact for each contact and one for the run; the next run finds nothing."""
    async with office(place, tmp_path / "files") as here:
        here.clock.turn((100 * DAY).total_seconds())
        await here.retention().apply()
        first = await here.done()
        assert first == [
            ("c1", {"class": "recordings", "count": 5}),
            ("", {"class": "recordings", "count": 1, "files": 5}),
            ("c1", {"class": "transcripts", "count": 0}),
            ("", {"class": "transcripts", "count": 1, "files": 0}),
            ("k1", {"class": "messages", "count": 2}),
            ("", {"class": "messages", "count": 1, "files": 2}),
        ]
        assert [one.contacts for one in await here.retention().apply()] == [0, 0, 0]
        assert await here.done() == first


async def test_a_run_that_died_is_finished_by_the_next(place: StorePlace, tmp_path: Path) -> None:
    """Files are gone before their rows say so: some of them missing is no error, nor counted."""
    async with office(place, tmp_path / "files") as here:
        (here.recordings / "Hc1-citizen.wav").unlink()
        (here.media / PICTURE).unlink()
        here.clock.turn((100 * DAY).total_seconds())
        await here.retention().apply()
        assert here.files() == set()
        assert [data for contact, data in await here.done() if contact] == [
            {"class": "recordings", "count": 4},
            {"class": "transcripts", "count": 0},
            {"class": "messages", "count": 1},
        ]


async def test_a_file_that_cannot_go_keeps_its_contact_to_be_done(
    place: StorePlace, tmp_path: Path
) -> None:
    """Nothing says that it is gone; the others go on, and the next run does it."""
    async with office(place, tmp_path / "files") as here:
        mended = here.recordings / "Hc1.wav"
        mended.unlink()
        mended.symlink_to(tmp_path / "elsewhere")  # not followed
        (tmp_path / "elsewhere").write_bytes(SOUND)
        here.clock.turn((100 * DAY).total_seconds())
        done = await here.retention().apply()
        assert [(one.contacts, one.left) for one in done] == [(0, 1), (1, 0), (1, 0)]
        assert (tmp_path / "elsewhere").read_bytes() == SOUND
        mended.unlink()
        assert [one.contacts for one in await here.retention().apply()] == [1, 0, 0]
        assert here.files() == set()


async def test_open_matters_are_never_touched(place: StorePlace, tmp_path: Path) -> None:
    """What lives, and who is owed a call back, however long ago it began."""
    async with office(place, tmp_path / "files") as here:
        await here.store.record(
            a_callback("b1", "c1"),
            a_chat("k2", "i1"),
            a_message("m2", "k2", 1, text="金丝雀等着"),
            a_call("c2", state=CallState.TALKING),
            a_segment("s9", "c2", 1, text="金丝雀还在说"),
        )
        here.clock.turn((1000 * DAY).total_seconds())
        planned = {one.what: one.contacts for one in await here.retention().plan()}
        assert planned == {
            DataClass.RECORDINGS: 0,
            DataClass.TRANSCRIPTS: 0,
            DataClass.MESSAGES: 1,
        }
        await here.retention().apply()
        assert await found(here.store) == {"s1", "s2", "s9", "m2"}
        assert "Hc1.wav" in here.files()
        await here.store.record(a_callback("b1", "c1", state=CallbackState.DONE))
        await here.retention().apply()
        assert await found(here.store) == {"s9", "m2"}


async def test_the_plan_says_how_much_and_from_when(place: StorePlace, tmp_path: Path) -> None:
    """By class, with the first and the last end; 0 days is for ever, and planning touches none."""
    async with office(place, tmp_path / "files") as here:
        await here.store.record(an_ended_call("c9", minutes=60), a_recording("c9"))
        here.clock.turn((15 * DAY).total_seconds())
        everything = here.files()
        days = DAYS | {DataClass.MESSAGES: 0}
        recordings, transcripts = await here.retention(days).plan()
        ended = NOON + timedelta(seconds=65)
        assert (recordings.contacts, recordings.oldest) == (2, ended)
        assert recordings.newest == ended + timedelta(minutes=60)
        assert recordings.before == NOON + 5 * DAY
        assert (transcripts.contacts, transcripts.oldest) == (0, None)
        assert here.files() == everything


async def test_many_are_done_page_by_page(place: StorePlace, tmp_path: Path) -> None:
    """Each once, in order."""
    async with office(place, tmp_path / "files") as here:
        ids = [f"d{n:03}" for n in range(230)]
        for id_ in ids:
            await here.store.record(an_ended_call(id_), a_recording(id_))
        here.clock.turn((15 * DAY).total_seconds())
        counts: list[int] = []
        await here.retention().apply(lambda _what, count: counts.append(count))
        assert counts == list(range(1, 232))
        facts = [contact for contact, _ in await here.done()]
        assert facts == ["c1", *ids, ""]


async def test_a_message_left_by_a_caller_goes_with_the_recordings(
    place: StorePlace, tmp_path: Path
) -> None:
    """Also of a call that has no recording of its own."""
    async with office(place, tmp_path / "files") as here:
        sound = here.recordings / "Hc5-voicemail.wav"
        sound.write_bytes(SOUND)
        left = a_fact("c5", kind=FactKind.VOICEMAIL_LEFT, data={"seconds": 1.0})
        await here.store.record(an_ended_call("c5", recording_file=""), left)
        here.clock.turn((15 * DAY).total_seconds())
        await here.retention().apply()
        assert not sound.exists()


async def test_what_sub_centres_wrote_goes_and_their_contacts_stay(
    place: StorePlace, tmp_path: Path
) -> None:
    """By their end, or by their begin when none is known; the same told again brings none back.

    What is new of an old contact is kept until the next run, and nothing is counted twice.
    """
    old = a_centre_contact("old", closed_at=NOON, summary="金丝雀")
    never = a_centre_contact("never", outcome=CentreOutcome.OPEN, summary="金丝雀")
    young = a_centre_contact("young", closed_at=NOON + DAY, summary="金丝雀")

    async with office(place, tmp_path / "files") as here:

        async def kept() -> list[CentreContact | None]:
            return [await here.store.centre_contact("12315", n) for n in ("old", "never", "young")]

        await here.store.record(old, never, young)
        late = NOON + 30 * DAY
        counted = await here.store.centres_counted(NOON, late)
        assert (await here.store.expiring(DataClass.CENTRES, NOON + DAY)).contacts == 2
        await here.store.record(SummariesShredded(before=NOON + DAY, most=1))
        assert (await here.store.expiring(DataClass.CENTRES, NOON + DAY)).contacts == 1

        here.clock.turn((30 * DAY).total_seconds() + 1)
        days = {DataClass.CENTRES: 30}
        (done,) = await here.retention(days).apply()
        assert (done.contacts, done.files, done.left) == (1, 0, 0)
        assert await here.done() == [("", {"class": "centres", "count": 1, "files": 0})]
        gone = [replace(old, summary=""), replace(never, summary="")]
        await here.store.record(old, never)
        assert await kept() == [*gone, young]
        assert await here.store.centres_counted(NOON, late) == counted

        news = replace(old, version=1, summary="又有新情况")
        await here.store.record(news)
        assert (await kept())[0] == news
        assert [one.contacts for one in await here.retention(days).apply()] == [1]
        assert [one.contacts for one in await here.retention(days).apply()] == [0]


async def test_every_night_by_the_citys_clock(place: StorePlace, tmp_path: Path) -> None:
    """At half past three in the morning, and again the next night."""
    async with office(place, tmp_path / "files") as here:
        here.clock.turn((11 * DAY).total_seconds())  # noon again
        async with asyncio.TaskGroup() as tasks:
            night = tasks.create_task(here.retention().run(ZoneInfo("Asia/Shanghai")))
            await eventually(lambda: here.clock.sleepers == 1)
            here.clock.turn(timedelta(hours=15, minutes=29).total_seconds())
            assert "Hc1.wav" in here.files()
            here.clock.turn(60)
            await eventually(lambda: "Hc1.wav" not in here.files())
            await eventually(lambda: here.clock.sleepers == 1)
            night.cancel()


async def test_shredding_and_words_of_one_commit_keep_their_order(place: StorePlace) -> None:
    """A correction that shares a commit with the end of its contact's words does not outlive it."""
    heard = a_segment("s1", "c1", 1, text="金丝雀")
    gone = Shredded(contact_id="c1", what=DataClass.TRANSCRIPTS, at=NOON)
    async with place.open() as store:
        await store.record(an_ended_call("c1"), heard, a_job("j1", "c1"))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(store.record(replace(heard, corrected="金丝雀改了")))
            tasks.create_task(store.record(gone))
        assert await found(store) == set()
        segment = await store.segment("s1")
        assert segment is not None
        assert (segment.text, segment.corrected) == ("", "")
        assert JobState.WAITING not in {job.state for job in await store.jobs_waiting()}


@pytest.mark.parametrize("what", [DataClass.TRANSCRIPTS, DataClass.MESSAGES])
async def test_nothing_is_left_in_the_files_of_sqlite(
    sqlite_place: StorePlace, tmp_path: Path, what: DataClass
) -> None:
    """Neither ciphers nor marks of what was shredded: in tables, index, log and free pages."""
    heard = what is DataClass.TRANSCRIPTS
    table, own = ("segment", "segment_id") if heard else ("message", "message_id")
    async with office(sqlite_place, tmp_path / "files") as here:
        async with here.store.reading.engine.connect() as connection:
            cipher = await connection.scalar(sa.text(f"SELECT text_cipher FROM {table} LIMIT 1"))
            marks = await connection.scalar(
                sa.text(f"SELECT marks FROM word_place WHERE {own} != '' LIMIT 1")
            )
        await here.retention({what: 1}).apply()
        assert bytes(cipher or b"") in _content(sqlite_place)
        assert str(marks).encode() in _content(sqlite_place)
        here.clock.turn((100 * DAY).total_seconds())
        await here.retention().apply()
        assert bytes(cipher or b"") not in _content(sqlite_place)
        assert not [mark for mark in str(marks).split() if mark.encode() in _content(sqlite_place)]


def _content(place: StorePlace) -> bytes:
    files = [path for path in place.data_dir.glob("hotline.db*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)
