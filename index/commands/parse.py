"""python -m index parse: what the parser understands of one file, without an index."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.codec import meeting_to_json
from index.commands import print_json, takes_json
from index.errors import UsageError, one_line
from index.minutes import Meeting, Parsed, shifted

if TYPE_CHECKING:
    from index.reading import Document


def add(commands: Any) -> None:
    """Add the command."""
    parse = commands.add_parser("parse", help="what the parser understands of one file, without an index")
    parse.add_argument("file", type=Path, metavar="FILE")
    parse.add_argument("--text", action="store_true", help="print the document text that spans refer to")
    takes_json(parse)
    parse.set_defaults(run=_parse)


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
    (print_json if options.json else _print_understood)(_understood(parsed))
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
