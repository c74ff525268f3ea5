"""Records of the Diet: what its search system (国会会議録検索システム) answers in JSON or XML, and dumps of it.

Meetings come with their speeches (meetingRecord), speeches with the fields of their meeting (speechRecord), and
dumps as {"house", "name", "issue", "date", "speeches": [{"speaker", "speech"}]}.
"""

from __future__ import annotations

import xml.parsers.expat as expat
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from index.errors import SourceError
from index.minutes import Metadata
from index.reading.document import Content
from index.reading.limits import MAX_DEPTH, MAX_ELEMENTS
from index.reading.records import Recorded, Said, recorded

Fields = Mapping[str, Any]

_HEAD = "会議録情報"
_KEYS = frozenset(("meetingRecord", "speechRecord", "speeches"))


def is_diet(value: object) -> bool:
    """Whether a value read from JSON is an answer of the Diet's search, a record of it, or a list of records."""
    if isinstance(value, list):
        return bool(value) and is_diet(value[0])
    if not isinstance(value, dict):
        return False
    return bool(_KEYS & set(value)) or ("speech" in value and "speaker" in value)


def read_diet(values: Iterable[Fields], name: str) -> Content:
    """The document of answers or records, one part for each meeting.

    Raises SourceError for lists of meetings without speeches.
    """
    meetings: list[Recorded] = []
    loose: dict[tuple[str, ...], list[Fields]] = {}
    for value in values:
        for record in _records(value):
            if "speechRecord" in record or "speeches" in record:
                meetings.append(_meeting(record, record.get("speechRecord", record.get("speeches")) or ()))
            else:
                key = tuple(str(record.get(field, "")) for field in ("issueID", "nameOfHouse", "nameOfMeeting", "date"))
                loose.setdefault(key, []).append(record)
    for speeches in loose.values():
        ordered = sorted(speeches, key=lambda speech: _number(speech.get("speechOrder")))
        meetings.append(_meeting(ordered[0], ordered))
    if not any(one.text.strip() for meeting in meetings for one in meeting.said):
        raise SourceError(
            f"{name}: this lists meetings of the Diet without what was said; fetch them from 'meeting', "
            "not from 'meeting_list'"
        )
    return recorded(meetings, name)


def _records(value: Fields) -> Iterable[Fields]:
    """The records of an answer; a record is one itself."""
    if "nameOfHouse" not in value and "house" not in value:
        for key in ("meetingRecord", "speechRecord"):
            if isinstance(value.get(key), list):
                return [record for record in value[key] if isinstance(record, dict)]
    return [value]


def _meeting(record: Fields, speeches: Sequence[Fields]) -> Recorded:
    body = _text(record, "nameOfHouse", "house") + _text(record, "nameOfMeeting", "name")
    stated = Metadata(
        title=(body + _text(record, "issue")) or None,
        body=body or None,
        date=_day(_text(record, "date")),
        record="verbatim",
        url=_text(record, "meetingURL", "url") or None,
    )
    return Recorded(stated, tuple(_said(speech) for speech in speeches if isinstance(speech, dict)))


def _said(speech: Fields) -> Said:
    text = _text(speech, "speech")
    speaker = _text(speech, "speaker")
    if speaker == _HEAD:
        return Said(text, kind="head")
    if not speaker:
        return Said(text, kind="narration")
    role = _text(speech, "speakerPosition") or _text(speech, "speakerRole")
    label = f"{speaker}（{role}）" if role else speaker
    return Said(text, label, "speech", speaker, role or None, _text(speech, "speakerGroup") or None)


def _text(record: Fields, *keys: str) -> str:
    found = next((record[key] for key in keys if isinstance(record.get(key), str)), "")
    return str(found)


def _number(value: object) -> int:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else 0


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        return None


class _NotAllowed(Exception):
    """Something that a record has no need of and an attack has."""


def read_xml(content: bytes, name: str, beat: Callable[[], None]) -> Content:
    """The document of an XML answer of the Diet's search.

    Raises SourceError for XML that is damaged or of another kind, and for any document type or entity.
    """
    reader = _Reader(beat)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words.append
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise SourceError(
            f"{name}: the XML is damaged ({expat.ErrorString(error.code)}); save or fetch it again"
        ) from error
    except _NotAllowed as error:
        raise SourceError(f"{name}: the XML {error}; minutes have no need of it: save them as text") from error
    if not reader.meetings and not reader.speeches:
        raise SourceError(f"{name}: this XML is no record of the Diet; save the minutes as text, HTML or CSV")
    return read_diet([*reader.meetings, *reader.speeches], name)


class _Reader:
    """Keeps the fields of meetingRecord and speechRecord elements; everything else is passed by."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self.beat = beat
        self.words: list[str] = []
        self.meetings: list[dict[str, Any]] = []
        self.speeches: list[dict[str, Any]] = []
        self.open: list[dict[str, Any]] = []
        self.depth = 0
        self.elements = 0

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise _NotAllowed(f"nests deeper than {MAX_DEPTH} elements (MAX_DEPTH)")
        if self.elements > MAX_ELEMENTS:
            raise _NotAllowed(f"holds more than {MAX_ELEMENTS} elements (MAX_ELEMENTS)")
        if tag == "meetingRecord":
            self.open.append({"speechRecord": []})
        elif tag == "speechRecord":
            self.open.append({})
        self.words.clear()

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag == "meetingRecord" and self.open:
            self.meetings.append(self.open.pop())
            self.beat()
        elif tag == "speechRecord" and self.open:
            speech = self.open.pop()
            (self.open[-1]["speechRecord"] if self.open else self.speeches).append(speech)
        elif self.open and self.words:
            self.open[-1][tag] = "".join(self.words)
        self.words.clear()

    def refuse(self, *_: object) -> None:
        raise _NotAllowed("declares a document type or entities")
