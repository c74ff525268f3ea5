"""What of an index was reported on a file of questions: a small file beside it, QUESTIONS.txt.seen.json."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from index.errors import MinutesError, UsageError
from index.store import Version

FORMAT = "minutes-alerts/1"


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest version that was reported. By number alone an index that was made anew would pass for the old one."""

    version: int
    created: str
    content: str


@dataclass(frozen=True, slots=True)
class Start:
    """The version after which is reported, 0 for everything; `note` where this is not what was asked for, and why."""

    after: int
    note: str | None = None


def since_last_run(questions: Path, directory: Path, versions: Sequence[Version]) -> Start:
    """Where the last report on these questions ended; everything where there was none. Raises UsageError."""
    stored = _stored(questions).get(_key(directory))
    if stored is None:
        return Start(0)
    if any(_seen(version) == stored for version in versions):
        return Start(stored.version)
    if versions[0].id > stored.version:
        why = f"vacuum has dropped version {stored.version}, where the last report ended"
    else:
        why = "the index was made anew or restored since the last report"
    last = datetime.fromisoformat(stored.created)
    older = [version.id for version in versions if datetime.fromisoformat(version.created) <= last]
    if older:
        return Start(older[-1], f"{why}; this reports what came after version {older[-1]}, the newest of that time")
    return Start(0, f"{why}; this reports everything that matches")


def since_version(after: int, versions: Sequence[Version]) -> Start:
    """From the version that somebody names; everything where vacuum has dropped it."""
    if 0 < after < versions[0].id:
        return Start(0, f"vacuum has dropped version {after}; this reports everything that matches")
    return Start(after)


def save_seen(questions: Path, directory: Path, version: Version) -> None:
    """Remember that everything up to this version was reported. Raises MinutesError where that cannot be written."""
    indexes = _stored(questions) | {_key(directory): _seen(version)}
    value = {"format": FORMAT, "indexes": {key: asdict(seen) for key, seen in indexes.items()}}
    file = _file(questions)
    written = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with written.open("x", encoding="utf-8") as stream:
            json.dump(value, stream, ensure_ascii=True, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        written.replace(file)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise MinutesError(
            f"{file.name!r} cannot be written ({error.strerror}); the next run reports the same once more"
        ) from error


def _stored(questions: Path) -> dict[str, Seen]:
    """By the key of each index what was reported of it."""
    file = _file(questions)
    try:
        value = json.loads(file.read_bytes())
        if value["format"] != FORMAT:
            raise UsageError(f"{file.name!r} has the format {value['format']!r}, this program writes {FORMAT!r}")
        return {key: _read(seen) for key, seen in value["indexes"].items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{file.name!r} cannot be read ({error.strerror}); fix its rights") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{file.name!r} is damaged; remove it to be told everything that matches again") from error


def _read(value: Mapping[str, object]) -> Seen:
    seen = Seen(int(str(value["version"])), str(value["created"]), str(value["content"]))
    datetime.fromisoformat(seen.created)
    return seen


def _file(questions: Path) -> Path:
    return questions.with_name(f"{questions.name}.seen.json")


def _key(directory: Path) -> str:
    return str(directory.resolve())


def _seen(version: Version) -> Seen:
    return Seen(version.id, version.created, version.content)
