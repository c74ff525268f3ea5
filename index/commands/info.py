"""python -m index info: what the index holds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.commands import print_json, takes_index, takes_json
from index.errors import one_line

if TYPE_CHECKING:
    from index.editions import Editions
    from index.persons import Person
    from index.store import MeetingRow, Store


def add(commands: Any) -> None:
    """Add the command."""
    info = commands.add_parser("info", help="what the index holds")
    takes_index(info)
    takes_json(info)
    info.set_defaults(run=_info)


def _info(options: argparse.Namespace) -> int:
    from index.editions import editions
    from index.store import Store

    store = Store(options.index)
    version = store.latest()
    meetings = store.meetings(version.id)
    linked = editions(meetings, store.texts_of)
    ids = {row.row: row.meeting.id for row in meetings}
    people = _people(store, version.id, meetings)
    if options.json:
        listed = [
            {
                "id": row.meeting.id,
                "title": row.meeting.title,
                "date": row.meeting.date and row.meeting.date.isoformat(),
                "record": row.meeting.record,
                "draft": row.meeting.draft,
                "paths": [source.path for source in row.sources],
                "sha256": row.sha256,
                "superseded_by": ids.get(linked.superseded.get(row.row, -1)),
                "other_records": [ids[other] for other in linked.beside.get(row.row, ())],
            }
            for row in meetings
        ]
        named = [
            {"key": one.key, "name": one.name, "labels": [asdict(label) for label in one.labels]} for one in people
        ]
        shown = {**asdict(version), "encoder": version.encoder_name, "version": version.id}
        print_json({**shown, "meetings": listed, "people": named})
        return 0
    print(f"version {version.id} of {version.created}: {len(meetings)} meetings, {version.statements} statements")
    print(f"encoder {version.fingerprint}\ntokeniser {version.tokeniser}")
    for row in meetings:
        paths = ", ".join(one_line(source.path) for source in row.sources)
        print(f"{row.meeting.date or '----------'}  {row.meeting.title}  ({paths}){_edition(row, meetings, linked)}")
    return 0


def _people(store: Store, version: int, meetings: Sequence[MeetingRow]) -> tuple[Person, ...]:
    """Everybody who speaks in a version; across meetings joined only where a name, an office or a post proves it."""
    from index.codec import speaker_from_json
    from index.persons import Appearance, announced, persons

    by_row = {row.row: row.meeting for row in meetings}
    columns = store.columns(version)
    spoke = dict.fromkeys(zip(columns.meetings, columns.speakers, strict=True))
    appearances = (
        Appearance(by_row[row].id, by_row[row].body, by_row[row].date, speaker)
        for row, stored in spoke
        if (speaker := speaker_from_json(stored))
    )
    changes = {
        row.meeting.id: [change for text in store.texts_of(row.row) for change in announced(text)] for row in meetings
    }
    return persons(appearances, changes)


def _edition(row: MeetingRow, meetings: Sequence[MeetingRow], linked: Editions) -> str:
    """What `info` says beside a meeting that has other records."""
    paths = {other.row: one_line(other.sources[0].path) for other in meetings}
    if row.row in linked.superseded:
        return f"  older edition: {paths[linked.superseded[row.row]]} stands for it"
    others = [paths[other] for other in linked.beside.get(row.row, ())]
    return f"  same meeting: {', '.join(others)}" if others else ""
