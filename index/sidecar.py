"""NAME.meta.toml beside a file of minutes: what its text does not say, or says wrongly."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from index.dates import parse_date
from index.errors import SourceError
from index.minutes import Record

SIDECAR_SUFFIX = ".meta.toml"


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Metadata that overrides the text's own; None leaves what the text says. `source` and `license` are notes."""

    title: str | None = None
    ordinal: int | None = None
    body: str | None = None
    date: date | None = None
    place: str | None = None
    record: Record | None = None
    draft: bool | None = None
    url: str | None = None
    license: str | None = None
    source: str | None = None


def load_sidecar(path: Path, name: str | None = None) -> Sidecar | None:
    """The sidecar of the minutes at `path`: NAME.txt.meta.toml or NAME.meta.toml; None where there is neither.

    `name` is what messages call the minutes (default: the file's name). Raises SourceError for a file that
    is no TOML, an unknown key or a value of the wrong kind.
    """
    for candidate in (path.with_name(path.name + SIDECAR_SUFFIX), path.with_name(path.stem + SIDECAR_SUFFIX)):
        if candidate.is_file():
            return _parsed(candidate, str(PurePosixPath(name or path.name).with_name(candidate.name)))
    return None


def _parsed(path: Path, name: str) -> Sidecar:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{name}: this is not TOML in UTF-8 ({error}); see the sidecar in minutes/") from error
    except OSError as error:
        raise SourceError(f"{name}: cannot be opened ({error.strerror}); check its permissions") from error
    unknown = sorted(set(table) - set(Sidecar.__dataclass_fields__))
    if unknown:
        known = ", ".join(Sidecar.__dataclass_fields__)
        raise SourceError(f"{name}: unknown key {unknown[0]!r}; known are {known}")
    return Sidecar(**{key: _value(name, key, value) for key, value in table.items()})


def _value(name: str, key: str, value: Any) -> Any:
    """The value in the type of its field."""
    if key == "date":
        day = parse_date(value) if isinstance(value, str) else value
        if isinstance(day, date) and not isinstance(day, datetime):
            return day
        raise SourceError(f"{name}: date = {value!r} is not a day; write 2023-02-14")
    if key == "record" and value not in ("verbatim", "summary"):
        raise SourceError(f"{name}: record = {value!r} must be 'verbatim' or 'summary'")
    kind = {"ordinal": int, "draft": bool}.get(key, str)
    if type(value) is not kind:
        raise SourceError(f"{name}: {key} = {value!r} must be {kind.__name__}")
    if isinstance(value, int) and key == "ordinal" and value < 1:
        raise SourceError(f"{name}: ordinal = {value!r} must be 1 or more")
    if isinstance(value, str) and not value.strip():
        raise SourceError(f"{name}: {key} is empty; remove the line to leave what the minutes say")
    return value
