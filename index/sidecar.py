"""NAME.meta.toml beside a file of minutes: what its text does not say, or says wrongly."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from index.dates import parse_date
from index.errors import SourceError
from index.layouts.clock import times_in
from index.minutes import Attendee, Metadata, Speaker

SIDECAR_SUFFIX = ".meta.toml"
_NOTES = ("source", "license")
"""Keys that may stand in a sidecar for its readers and change nothing."""
_PERSON = ("name", "role", "affiliation")
_SPEAKER = ("label", *_PERSON)


def load_sidecar(path: Path, name: str | None = None) -> Metadata | None:
    """The sidecar of the minutes at `path`: NAME.txt.meta.toml or NAME.meta.toml; None where there is neither.

    `name` is what messages call the minutes (default: the file's name). Raises SourceError for a file that
    is no TOML, an unknown key or a value of the wrong kind.
    """
    for candidate in (path.with_name(path.name + SIDECAR_SUFFIX), path.with_name(path.stem + SIDECAR_SUFFIX)):
        if candidate.is_file():
            return _parsed(candidate, str(PurePosixPath(name or path.name).with_name(candidate.name)))
    return None


def sidecar_text(stated: Metadata) -> str:
    """The sidecar that says just this, as TOML; empty where nothing is stated."""
    values = {key: getattr(stated, key) for key in _VALUES}
    lines = [
        f"{key} = {_toml(value)}" for key, value in values.items() if value is not None and not isinstance(value, tuple)
    ]
    for key, people, known in (("attendees", stated.attendees, _PERSON), ("speakers", stated.speakers, _SPEAKER)):
        for person in people:
            given = ((inner, getattr(person, inner)) for inner in known)
            lines += ["", f"[[{key}]]", *(f"{inner} = {_toml(value)}" for inner, value in given if value)]
    return "".join(f"{line}\n" for line in lines)


def _toml(value: Any) -> str:
    """A value as TOML. What JSON leaves as it is and TOML does not allow, DEL, is escaped."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _parsed(path: Path, name: str) -> Metadata:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{name}: this is not TOML in UTF-8 ({error}); see the sidecar in minutes/") from error
    except OSError as error:
        raise SourceError(f"{name}: cannot be opened ({error.strerror}); check its permissions") from error
    unknown = sorted(set(table) - set(_VALUES) - set(_NOTES))
    if unknown:
        raise SourceError(f"{name}: unknown key {unknown[0]!r}; known are {', '.join((*_VALUES, *_NOTES))}")
    for key in _NOTES:
        _text(name, key, table.get(key, "-"))
    return Metadata(**{key: read(name, key, table[key]) for key, read in _VALUES.items() if key in table})


def _text(name: str, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise SourceError(f"{name}: {key} = {value!r} must be text in quotation marks")
    if not value.strip():
        raise SourceError(f"{name}: {key} is empty; remove the line to leave what the minutes say")
    return value


def _day(name: str, key: str, value: Any) -> date:
    day = parse_date(value) if isinstance(value, str) else value
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    raise SourceError(f"{name}: {key} = {value!r} is not a day; write 2023-02-14")


def _time(name: str, key: str, value: Any) -> str:
    times = times_in(_text(name, key, value))
    if len(times) != 1:
        raise SourceError(f'{name}: {key} = {value!r} is not a time of day; write "13:30"')
    return times[0]


def _ordinal(name: str, key: str, value: Any) -> int:
    if type(value) is not int or value < 1:
        raise SourceError(f"{name}: {key} = {value!r} must be a whole number of 1 or more")
    return value


def _record(name: str, key: str, value: Any) -> str:
    if value not in ("verbatim", "summary"):
        raise SourceError(f"{name}: {key} = {value!r} must be 'verbatim' or 'summary'")
    return str(value)


def _draft(name: str, key: str, value: Any) -> bool:
    if type(value) is not bool:
        raise SourceError(f"{name}: {key} = {value!r} must be true or false")
    return value


def _url(name: str, key: str, value: Any) -> str:
    if not _text(name, key, value).startswith(("https://", "http://")):
        raise SourceError(f"{name}: {key} = {value!r} must begin with https:// or http://")
    return str(value)


def _rows(name: str, key: str, value: Any, known: tuple[str, ...]) -> list[Mapping[str, str]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise SourceError(f"{name}: {key} must be tables; begin each with [[{key}]]")
    for row in value:
        if unknown := sorted(set(row) - set(known)):
            raise SourceError(f"{name}: unknown key {unknown[0]!r} in {key}; known are {', '.join(known)}")
        for inner, words in row.items():
            _text(name, f"{key}.{inner}", words)
    return value


def _attendees(name: str, key: str, value: Any) -> tuple[Attendee, ...]:
    rows = _rows(name, key, value, _PERSON)
    return tuple(Attendee(row.get("name"), row.get("role"), row.get("affiliation")) for row in rows)


def _speakers(name: str, key: str, value: Any) -> tuple[Speaker, ...]:
    rows = _rows(name, key, value, _SPEAKER)
    if any("label" not in row for row in rows):
        raise SourceError(f"{name}: each of {key} needs a label: the words that the minutes print before a speech")
    return tuple(
        Speaker(row["label"], row.get("role"), row.get("name"), "sidecar", row.get("affiliation")) for row in rows
    )


_VALUES: dict[str, Callable[[str, str, Any], Any]] = {
    "title": _text,
    "ordinal": _ordinal,
    "body": _text,
    "date": _day,
    "start_time": _time,
    "end_time": _time,
    "place": _text,
    "record": _record,
    "draft": _draft,
    "url": _url,
    "attendees": _attendees,
    "speakers": _speakers,
}
