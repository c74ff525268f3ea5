"""Tables of speeches, for everyone with a database of their own: CSV, TSV, JSON Lines, or a JSON list of objects.

One row is one speech. Columns, in English or Japanese, in any order:

    required   meeting 会議名   date 日付・開催日   speaker 発言者   text 発言・本文
    optional   role 役職   affiliation 所属・会派   body 会議体   ordinal 回次   place 場所
               start_time 開始   end_time 終了   record (verbatim or summary) 種別   url   agenda 議題
               kind (speech, narration or head) 区分

Rows with the same meeting and date are one meeting, in the order of the file. An empty speaker makes a row narration.
With a role, `speaker` is taken for a person's name; without, for what the minutes print (外務大臣, ○山田委員).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal

from index.dates import parse_date
from index.errors import SourceError
from index.minutes import Metadata
from index.reading.document import Content
from index.reading.limits import MAX_CHARACTERS
from index.reading.records import Recorded, Said, recorded

Row = Mapping[str, str]

REQUIRED = ("meeting", "date", "speaker", "text")
"""The columns that every table must have."""

OPTIONAL = (
    "role",
    "affiliation",
    "body",
    "ordinal",
    "place",
    "start_time",
    "end_time",
    "record",
    "url",
    "agenda",
    "kind",
)
"""The columns that a table may have; others are passed by."""

_NAMES = {
    "会議": "meeting",
    "会議名": "meeting",
    "日付": "date",
    "開催日": "date",
    "年月日": "date",
    "発言者": "speaker",
    "発言者名": "speaker",
    "話者": "speaker",
    "発言": "text",
    "発言内容": "text",
    "本文": "text",
    "役職": "role",
    "肩書": "role",
    "所属": "affiliation",
    "会派": "affiliation",
    "会議体": "body",
    "回": "ordinal",
    "回次": "ordinal",
    "場所": "place",
    "開始": "start_time",
    "終了": "end_time",
    "種別": "record",
    "議題": "agenda",
    "区分": "kind",
}
_TIME = re.compile(r"([01]?\d|2[0-4])[:時]([0-5]\d)分?")
_KINDS: dict[str, Literal["speech", "narration", "head"]] = {
    "": "speech",
    "speech": "speech",
    "procedure": "speech",
    "narration": "narration",
    "head": "head",
}
_RECORDS: dict[str, Literal["verbatim", "summary"] | None] = {
    "": None,
    "verbatim": "verbatim",
    "summary": "summary",
    "議事録": "verbatim",
    "会議録": "verbatim",
    "議事要旨": "summary",
}


def is_table(text: str) -> bool:
    """Whether the first line of a text names all required columns."""
    first = text[:2000].lstrip().split("\n", 1)[0]
    return any(set(REQUIRED) <= set(map(_column, first.split(sign))) for sign in ",\t;")


def read_csv(text: str, name: str) -> Content:
    """The document of a table with a header row, parted by commas, tabs or semicolons; raises SourceError."""
    first = text.lstrip().split("\n", 1)[0]
    sign = max(",\t;", key=first.count)
    csv.field_size_limit(MAX_CHARACTERS)
    try:
        rows = list(csv.DictReader(io.StringIO(text.lstrip(), newline=""), delimiter=sign, strict=True))
    except csv.Error as error:
        raise SourceError(f"{name}: the table is damaged ({error}); save it again as CSV in UTF-8") from error
    return read_rows(rows, name)


def read_rows(rows: Iterable[Mapping[str | None, object]], name: str) -> Content:
    """The document of rows by column. Raises SourceError for a missing column or a value that is none."""
    meetings: dict[tuple[str, date], tuple[Metadata, list[Said]]] = {}
    for number, row in enumerate(_named(rows, name), 2):
        day = parse_date(row["date"])
        if day is None:
            raise SourceError(f"{name}: row {number}: the date {row['date'][:30]!r} is no day; write 2023-02-14")
        key = (row["meeting"], day)
        if key not in meetings:
            meetings[key] = (_stated(row, day, name, number), [])
        meetings[key][1].append(_said(row, name, number))
    return recorded((Recorded(stated, tuple(said)) for stated, said in meetings.values()), name)


def _named(rows: Iterable[Mapping[str | None, object]], name: str) -> Iterator[Row]:
    """Rows by our own names of columns, with every name present."""
    for place, row in enumerate(rows):
        given = {_column(str(column)): _value(value) for column, value in row.items() if column is not None}
        missing = [column for column in REQUIRED if column not in given]
        if missing:
            found = ", ".join(str(column)[:20] for column in list(row)[:8])
            where = "" if place == 0 else f"row {place + 2}: "
            raise SourceError(
                f"{name}: {where}no column {missing[0]!r} among {found!r}; needed are meeting, date, speaker and text "
                "(会議名, 日付, 発言者, 発言)"
            )
        if any(given.values()):
            yield {column: given.get(column, "") for column in (*REQUIRED, *OPTIONAL)}


def _column(header: str) -> str:
    named = unicodedata.normalize("NFKC", header).strip().strip('"').strip().lower()
    return _NAMES.get(named, named)


def _value(value: object) -> str:
    if isinstance(value, list):  # more cells than the header has columns
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _stated(row: Row, day: date, name: str, number: int) -> Metadata:
    ordinal = unicodedata.normalize("NFKC", row["ordinal"]).strip()
    if ordinal and not (ordinal.isdecimal() and 0 < int(ordinal) < 100_000):
        raise SourceError(f"{name}: row {number}: the ordinal {ordinal[:20]!r} is no number from 1 on; write 4")
    record = row["record"].strip()
    if record not in _RECORDS:
        raise SourceError(f"{name}: row {number}: the record {record[:20]!r} must be 'verbatim' or 'summary'")
    return Metadata(
        title=row["meeting"].strip() or None,
        ordinal=int(ordinal) if ordinal else None,
        body=row["body"].strip() or None,
        date=day,
        start_time=_clock(row, "start_time", name, number),
        end_time=_clock(row, "end_time", name, number),
        place=row["place"].strip() or None,
        record=_RECORDS[record],
        url=row["url"].strip() or None,
    )


def _clock(row: Row, column: str, name: str, number: int) -> str | None:
    written = unicodedata.normalize("NFKC", row[column]).strip()
    found = _TIME.fullmatch(written)
    if written and found is None:
        raise SourceError(f"{name}: row {number}: the {column} {written[:20]!r} is no time; write 13:30")
    return f"{int(found[1]):02d}:{found[2]}" if found else None


def _said(row: Row, name: str, number: int) -> Said:
    kind = row["kind"].strip().lower()
    if kind not in _KINDS:
        raise SourceError(f"{name}: row {number}: the kind {kind[:20]!r} must be 'speech', 'narration' or 'head'")
    speaker = row["speaker"].strip()
    role = row["role"].strip()
    if not speaker and _KINDS[kind] == "speech":
        return Said(row["text"], kind="narration", agenda=row["agenda"].strip() or None)
    return Said(
        row["text"],
        label=f"{speaker}（{role}）" if role and role not in speaker else speaker or None,
        kind=_KINDS[kind],
        name=speaker if role else None,
        role=role or None,
        affiliation=row["affiliation"].strip() or None,
        agenda=row["agenda"].strip() or None,
    )
