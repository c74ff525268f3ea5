"""The command line of the index: python -m index build|parse|info|check."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.codec import meeting_to_json
from index.errors import MinutesError, UsageError, one_line
from index.minutes import Meeting, Parsed, shifted

if TYPE_CHECKING:
    from index.editions import Editions
    from index.persons import Person
    from index.reading import Document
    from index.store import MeetingRow, Store

DEFAULT_INDEX = "var/index"


def default_index() -> Path:
    """The index folder where none is named: MINUTES_INDEX, else var/index."""
    return Path(os.environ.get("MINUTES_INDEX") or DEFAULT_INDEX)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 something skipped, 2 wrong use, 3 no usable index)."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except MinutesError as error:
        print(f"index: {one_line(str(error))}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; nothing more can be said to it.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        return 0
    except KeyboardInterrupt:
        print("index: interrupted; the last version is whole, and what was embedded is kept", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description="Build and inspect an index of minutes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="make the index equal to folders of minutes")
    build.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    build.add_argument("--encoder", help="embedded, a folder, or the name of a hub model")
    build.add_argument("--prune", action="store_true", help="allow removing more than half of the statements")
    build.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
    build.set_defaults(run=_build)
    parse = commands.add_parser("parse", help="what the parser understands of one file, without an index")
    parse.add_argument("file", type=Path, metavar="FILE")
    parse.add_argument("--text", action="store_true", help="print the document text that spans refer to")
    parse.set_defaults(run=_parse)
    info = commands.add_parser("info", help="what the index holds")
    info.set_defaults(run=_info)
    check = commands.add_parser("check", help="verify the index against itself")
    check.set_defaults(run=_check)
    for command in (build, info, check):
        command.add_argument("--index", type=Path, default=None, help=f"default: MINUTES_INDEX, else {DEFAULT_INDEX}")
    for command in (build, parse, info, check):
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _build(options: argparse.Namespace) -> int:
    from index.build import build

    report = build(
        options.folders, options.index or default_index(), options.encoder, prune=options.prune, dry_run=options.dry_run
    )
    for file in report.files:
        if file.note:
            print(f"index: {one_line(file.message)}", file=sys.stderr)
    if options.json:
        _print_json(asdict(report))
    else:
        for file in report.files:
            if file.fate != "unchanged":
                print(f"{file.fate:9} {one_line(file.path)} ({file.statements} statements)")
        verb = "would hold" if report.dry_run else "holds"
        print(
            f"version {report.version} {verb} {report.statements} statements: {report.added} added, "
            f"{report.removed} removed, {report.embedded} embedded, {len(report.skipped)} files skipped"
        )
    return 1 if report.skipped else 0


def _parse(options: argparse.Namespace) -> int:
    from index.layouts import parse
    from index.reading import Refused, read_all
    from index.roster import roster_for
    from index.sidecar import load_sidecar

    if not options.file.exists():
        raise UsageError(f"the file {options.file.name!r} does not exist")
    if options.file.is_dir():
        raise UsageError(f"{options.file.name!r} is a folder; name one file, or build an index of the folder")
    found = read_all(options.file, options.file.name)
    refused = [one.reason for one in found if isinstance(one, Refused)]
    documents = [one for one in found if not isinstance(one, Refused)]
    for reason in refused:
        print(f"index: {one_line(reason)}", file=sys.stderr)
    if options.text:
        sys.stdout.write("\f".join(document.text for document in documents))
        return 1 if refused else 0
    stated = load_sidecar(options.file)
    folder = options.file.resolve().parent
    parsed = [(document, parse(document, stated, roster_for(folder, folder))) for document in documents]
    (_print_json if options.json else _print_understood)(_understood(parsed))
    return 1 if refused else 0


def _understood(parsed: Sequence[tuple[Document, Parsed]]) -> dict[str, Any]:
    """What the parser understood of a file; the texts of several files in a ZIP follow each other, a form feed between.

    So every offset holds in what `--text` prints.
    """
    shown: dict[str, Any] = {"meetings": [], "claimed": [], "unclaimed": []}
    before, pages = 0, 0
    for document, one in parsed:
        moved = shifted(one, before, pages)
        shown["meetings"] += [_meeting_shown(meeting) for meeting in moved.meetings]
        shown["claimed"] += [{"start": claim.start, "end": claim.end, "as": claim.as_} for claim in moved.claimed]
        shown["unclaimed"] += [
            {"start": start, "end": end, "text": document.text[start - before : end - before]}
            for start, end in moved.unclaimed
        ]
        before += len(document.text) + 1
        pages += len(document.pages)
    everything = [one for _, one in parsed]
    return shown | {
        "confidence": min((one.confidence for one in everything), default=0.0),
        "warnings": [warning for one in everything for warning in one.warnings],
        "layout": ", ".join(dict.fromkeys(one.layout for one in everything)),
        "evidence": [line for one in everything for line in one.evidence],
    }


def _meeting_shown(meeting: Meeting) -> dict[str, Any]:
    statements = [
        {key: value for key, value in asdict(statement).items() if key != "position"}
        for statement in meeting.statements
    ]
    return {"meeting": {"id": meeting.id, **meeting_to_json(meeting)}, "statements": statements}


def _print_understood(shown: dict[str, Any]) -> None:
    """The same for people: what kind of layout and why, the meetings, who speaks how often, what was left."""
    for one in shown["meetings"]:
        meeting, statements = one["meeting"], one["statements"]
        guessed = f" (from the file's name: {', '.join(meeting['inferred'])})" if meeting["inferred"] else ""
        print(f"{meeting['date'] or 'no date'}  {meeting['title'] or 'no title'}{guessed}")
        print(
            f"  {meeting['record']}{', draft' if meeting['draft'] else ''}; {meeting['place'] or 'no place'}; "
            f"{meeting['start_time'] or '?'} to {meeting['end_time'] or '?'}; {len(meeting['attendees'])} attendees"
        )
        kinds = Counter(statement["kind"] for statement in statements)
        print(f"  {len(statements)} statements: {', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}")
        turns = {statement["turn"]: statement["speaker"] for statement in statements if statement["speaker"]}
        for label, count in Counter(speaker["label"] for speaker in turns.values()).most_common():
            speaker = next(one for one in turns.values() if one["label"] == label)
            named = f" = {speaker['name']} ({speaker['name_from']})" if speaker["name"] else ""
            print(f"  {count:4} turns  {one_line(label)}{named}")
        for bill in meeting["bills"]:
            print(f"  {bill['number']}  {bill['title'] or '-'}  {bill['result'] or '-'}")
    print(f"layout {shown['layout']}, confidence {shown['confidence']}")
    for line in shown["evidence"]:
        print(f"  {one_line(line)}")
    for warning in shown["warnings"]:
        print(f"warning: {one_line(warning)}")
    for left in shown["unclaimed"]:
        print(f"not understood at {left['start']}: {one_line(left['text'][:80])}")


def _info(options: argparse.Namespace) -> int:
    from index.editions import editions
    from index.store import Store

    store = Store(options.index or default_index())
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
        _print_json({**asdict(version), "version": version.id, "meetings": listed, "people": named})
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
    spoke = dict.fromkeys((column.meeting, column.speaker) for column in store.columns(version) if column.speaker)
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


def _check(options: argparse.Namespace) -> int:
    from index.derived import damaged
    from index.store import Store

    store = Store(options.index or default_index())
    version = store.latest()
    problems = store.damage()
    broken = damaged(store, version)
    if options.json:
        _print_json({"version": version.id, "damage": problems, "derived": broken, "ok": not problems and not broken})
    else:
        for problem in problems:
            print(problem)
        for name in broken:
            print(f"derived/{version.id}/{name}: missing or damaged; it is rebuilt when the index is next opened")
        if not problems and not broken:
            print(f"version {version.id}: all rows, versions and derived files are what was written")
    return 3 if problems else 1 if broken else 0


def _print_json(value: Any) -> None:
    # A file name that is no UTF-8 is escaped, as JSON may.
    print(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace").decode())


if __name__ == "__main__":
    sys.exit(main())
