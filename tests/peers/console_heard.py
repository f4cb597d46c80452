"""What is heard at the example's desk: transcripts, alarms, the search; as the gateway answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.peers.console_citizen import contact
from tests.peers.console_example import ME, SEAT, Json, ago, titles

CALL = "call-1"
ENDED = "call-0"
WORD_SECONDS = 0.5


def call_view(state: str = "talking", **more: Any) -> Json:
    """The call at seat 8001, a minute old."""
    return {
        "contact_id": CALL,
        "line_id": "line-1",
        "state": state,
        **titles("civil"),
        "number_masked": "139****0077",
        "origin": "trunk",
        "did": "12345",
        "failed_open": False,
        "arrived_at": ago(66),
        "offered_at": ago(62),
        "ring_deadline": ago(42),
        "answered_at": None if state == "offered" else ago(58),
        "held_at": None,
        "ended_at": None,
        "wait_seconds": 8.0,
        "pop_shown": True,
        "flags": [],
        "earlier": [
            contact("e-1", "phone", 2, disposition={"code": "consult", "note": "咨询井盖归属"}),
            contact("e-2", "app", 9, disposition=None, excerpt="路灯不亮，第三次了"),
        ],
        "disposition": None,
        "outcome": "",
        "callback_id": "",
    } | more


def segment(seq: int, party: str, begin: float, *words: str, **more: Any) -> Json:
    """What one party said, each word half a second long."""
    text = "".join(words)
    return {
        "id": f"s-{seq}",
        "seq": seq,
        "party": party,
        "source": "live",
        "begin_seconds": begin,
        "end_seconds": begin + WORD_SECONDS * len(words),
        "at": ago(max(0.0, 66 - begin)),
        "text": text,
        "words": [
            {
                "text": word,
                "begin_seconds": begin + WORD_SECONDS * at,
                "end_seconds": begin + WORD_SECONDS * (at + 1),
            }
            for at, word in enumerate(words)
        ],
        "corrected": "",
        "corrected_by_name": None,
        "corrected_at": None,
        "message_id": "",
        "operator_name": None if party == "citizen" else "李静",
        "model": "hotline-demo-8k",
        "masked": "*" in text,
    } | more


def road_lamp() -> list[Json]:
    """A call about a street lamp: both voices, a hidden number, one sentence put right."""
    put_right = {
        "corrected": "人民大道200号门口，路灯不亮",
        "corrected_by_name": "李静",
        "corrected_at": ago(20),
    }
    return [
        segment(1, "seat", 9.0, "您好", "这里", "是", "12345", "热线"),
        segment(2, "citizen", 12.5, "你好", "我们", "小区", "门口", "路灯", "不亮"),
        segment(3, "seat", 17.0, "请问", "具体", "在", "什么", "地方"),
        segment(
            4, "citizen", 20.5, "人民", "大道", "200", "号", "门口", "路灯", "不亮", **put_right
        ),
        segment(5, "citizen", 26.0, "我的", "电话", "是", "139****0077"),
        segment(6, "seat", 30.0, "好的", "马上", "为您", "登记"),
    ]


@dataclass
class HeardDesk:
    """What was heard, and how hearing is; a test changes it and pushes."""

    segments: dict[str, list[Json]] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    confidential: set[str] = field(default_factory=set)
    words: Json | None = None
    alarms: list[Json] = field(default_factory=list)
    hearing: Json = field(
        default_factory=lambda: {
            "state": "up",
            "engine": "vosk",
            "model": {"name": "vosk-model-small-cn-0.22", "demo": False},
            "slots": 4,
            "live": 1,
            "streams": 2,
        }
    )
    originals: dict[str, str] = field(default_factory=dict)
    found: list[Json] = field(default_factory=list)
    """What a search finds, newest first; a test's to set."""

    def parts(self) -> Json:
        """Its parts of the pushed state."""
        return {"words": self.words, "alarms": self.alarms, "hearing": self.hearing}

    def follow(self, contact_id: str, *segments: Json) -> None:
        """This call is at my seat and heard live."""
        self.segments[contact_id] = list(segments)
        self.words = {
            "contact_id": contact_id,
            "last_seq": len(segments),
            "live": {"citizen": True, "seat": True},
            "why": "",
            "confidential": contact_id in self.confidential,
        }

    def hear(self, contact_id: str, party: str, *words: str, **more: Any) -> None:
        """One more sentence, after all others."""
        talk = self.segments.setdefault(contact_id, [])
        begin = max((one["end_seconds"] for one in talk), default=0.0) + 1
        talk.append(segment(len(talk) + 1, party, begin, *words, **more))
        if self.words and self.words["contact_id"] == contact_id:
            self.words["last_seq"] = len(talk)

    def alarm(self, alarm_id: str, contact_id: str, word: str, **more: Any) -> None:
        """An emergency word of the citizen."""
        one = {"id": alarm_id, "contact_id": contact_id, "word": word, "party": "citizen"}
        one |= {"at": ago(2), "seat": SEAT, "operator_name": "李静"}
        self.alarms.append(one | more)

    def transcript(self, contact_id: str, query: Mapping[str, str]) -> Json:
        """GET contacts/{id}/transcript."""
        talk = self.segments.get(contact_id, [])
        return {
            "items": [one for one in talk if one["seq"] > int(query.get("after", 0))],
            "last_seq": len(talk),
            "waiting": self.waiting.get(contact_id, 0),
            "confidential": contact_id in self.confidential,
        }

    def do(self, path: list[str], body: Json) -> Json | None:
        """A command about what was heard; None: it is none."""
        match path:
            case ["contacts", contact_id, "transcript", segment_id, "correction"]:
                one = self._segment(contact_id, segment_id)
                one |= {"corrected": body["text"], "corrected_by_name": "李静"}
                return one | {"corrected_at": ago(0)}
            case ["contacts", contact_id, "transcript", segment_id, "original"]:
                text = self.originals[segment_id]
                raw = " ".join(
                    word["text"] for word in self._segment(contact_id, segment_id)["words"]
                )
                return {"text": text, "raw": raw}
            case ["contacts", contact_id, "confidential"]:
                change = (
                    self.confidential.add if body["confidential"] else self.confidential.discard
                )
                change(contact_id)
            case ["alarms", alarm_id, "seen"]:
                self.alarms = [one for one in self.alarms if one["id"] != alarm_id]
            case ["words", "search"]:
                first = int(body.get("before", 0))
                last = first + body["limit"]
                rest = str(last) if len(self.found) > last else None
                return {"items": self.found[first:last], "next_before": rest}
            case ["watch", _]:
                pass
            case _:
                return None
        return {}

    def _segment(self, contact_id: str, segment_id: str) -> Json:
        return next(one for one in self.segments[contact_id] if one["id"] == segment_id)


def found(contact_id: str, text: str, mark: tuple[int, int], **more: Any) -> Json:
    """One place that a search finds: a sentence of a call, unless ``more`` says a message."""
    return {
        "contact_id": contact_id,
        "segment_id": "",
        "message_id": "",
        "party": "citizen",
        "channel": "phone",
        "at": ago(7200),
        "begin_seconds": 0.0,
        "operator_name": "李静",
        "text": text,
        "marks": [list(mark)],
    } | more


def watched_seats() -> list[Json]:
    """Seat 8002 talks, mine does not."""
    one: Json = {"number": "8002", "title": "2 号台", "state": "talking", "phone": "desk"}
    one |= {"since": ago(66), "reason": "", "contact_id": CALL, "next_break": ""}
    one |= {"wrap_up_until": None, "operator_id": "op-wang"}
    mine = one | {"number": SEAT, "state": "ready", "contact_id": "", "operator_id": ME}
    return [
        one | {"operator_name": "王磊", "call_state": "talking"},
        mine | {"operator_name": "李静", "call_state": ""},
    ]
