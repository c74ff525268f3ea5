"""python -m index changes: what each version added, removed, corrected and attributed anew."""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from index.cells import safe_cell
from index.commands import print_json, takes_index
from index.dates import parse_date
from index.errors import UsageError, one_line

if TYPE_CHECKING:
    from index.history import Change, Shown, Step
    from index.store import Version

COLUMNS = (
    "version",
    "created",
    "change",
    "id",
    "successor",
    "date",
    "meeting",
    "speaker_before",
    "speaker",
    "text_before",
    "text",
    "path",
)
KINDS = ("added", "removed", "corrected", "reattributed")


def add(commands: Any) -> None:
    """Add the command."""
    changes = commands.add_parser("changes", help="what each version changed")
    changes.add_argument(
        "--since", metavar="VERSION|DATE", help="versions after this one, or made on this day or later"
    )
    form = changes.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--csv", action="store_true", help="print one change a line as CSV")
    takes_index(changes)
    changes.set_defaults(run=_changes)


def _changes(options: argparse.Namespace) -> int:
    from index.history import steps
    from index.store import Store

    store = Store(options.index)
    newest = store.latest()
    found = steps(store, version_before(store.versions(), options.since))
    if options.json:
        print_json({"version": newest.id, "versions": [step_to_json(step) for step in found]})
    elif options.csv:
        writer = csv.writer(sys.stdout, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows([safe_cell(cell) for cell in row] for step in found for row in _rows(step))
    else:
        for step in found:
            print("\n".join(map(one_line, _lines(step))))
    return 0


def version_before(versions: Sequence[Version], since: str | None) -> int:
    """The number of the version after which changes are asked for: 0 means all. Raises UsageError."""
    if since is None:
        return 0
    if since.isdecimal() and len(since) < 8:
        return int(since)
    day = parse_date(since)
    if day is None:
        raise UsageError(f"--since {since!r} is neither a version nor a day; write 3, 2026-11-24 or 令和8年11月24日")
    older = [one.id for one in versions if datetime.fromisoformat(one.created).astimezone().date() < day]
    return older[-1] if older else 0


def _lines(step: Step) -> Iterator[str]:
    """A version in words: counts, then files and meetings, then what was corrected or attributed anew."""
    counts = ", ".join(f"{step.count(kind)} {kind}" for kind in KINDS)  # type: ignore[arg-type]
    version = step.version
    holds = f"holds {version.statements} statements, encoder {version.encoder_name}"
    yield f"version {version.id} of {version.created}: {counts}; {holds}"
    yield from (f"  file added    {path}" for path in step.files_added)
    yield from (f"  file removed  {path}" for path in step.files_removed)
    meetings = Counter((change.kind, _where(change)) for change in step.changes)
    yield from (f"  {kind:13} {count:5}  {where}" for (kind, where), count in meetings.items())
    for change in step.changes:
        if change.before and change.after:
            yield f"  {change.before.statement.id} -> {change.after.statement.id}"
            yield f"    - {_speaker(change.before)}: {change.before.statement.text}"
            yield f"    + {_speaker(change.after)}: {change.after.statement.text}"


def _where(change: Change) -> str:
    shown = change.after or change.before
    meeting = shown.meeting.meeting if shown else None
    return f"{meeting.date or '----------'}  {meeting.title}" if meeting else ""


def _speaker(shown: Shown | None) -> str:
    return shown.statement.speaker.label if shown and shown.statement.speaker else ""


def _rows(step: Step) -> Iterator[Sequence[object]]:
    for change in step.changes:
        shown = change.after or change.before
        if shown is None:
            continue
        before, after = change.before, change.after
        yield (
            step.version.id,
            step.version.created,
            change.kind,
            (before or shown).statement.id,
            after.statement.id if before and after else "",
            shown.meeting.meeting.date or "",
            shown.meeting.meeting.title or "",
            _speaker(before),
            _speaker(after),
            before.statement.text if before else "",
            after.statement.text if after else "",
            shown.meeting.paths[0],
        )


def step_to_json(step: Step) -> dict[str, Any]:
    """A version with its changes by kind, each statement as it was shown."""
    kinds: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for change in step.changes:
        kinds[change.kind].append(_change_to_json(change))
    return {
        "version": step.version.id,
        "created": step.version.created,
        "encoder": step.version.encoder_name,
        "statements": step.version.statements,
        "files": {"added": list(step.files_added), "removed": list(step.files_removed)},
        **kinds,
    }


def _change_to_json(change: Change) -> dict[str, Any]:
    from index.wording import differences

    if change.before and change.after:
        texts = change.before.statement.text, change.after.statement.text
        wording = [asdict(stretch) for stretch in differences(*texts)] if change.kind == "corrected" else []
        return {"before": shown_to_json(change.before), "after": shown_to_json(change.after), "difference": wording}
    shown = change.after or change.before
    return shown_to_json(shown) if shown else {}


def shown_to_json(shown: Shown) -> dict[str, Any]:
    """A statement as a version showed it."""
    statement, meeting = shown.statement, shown.meeting.meeting
    return {
        "id": statement.id,
        "kind": statement.kind,
        "text": statement.text,
        "speaker": asdict(statement.speaker) if statement.speaker else None,
        "agenda": statement.agenda,
        "meeting": {
            "id": meeting.id,
            "title": meeting.title,
            "date": meeting.date.isoformat() if meeting.date else None,
        },
        "source": {
            "path": shown.meeting.paths[0],
            "sha256": shown.meeting.sha256,
            "spans": [asdict(span) for span in statement.spans],
        },
    }
