"""python -m index alerts: options and output. It lies here because a saved question has to be understood."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.commands import takes_index
from index.commands.changes import version_before
from index.errors import MinutesError, one_line

if TYPE_CHECKING:
    # Imported where it runs: the other commands of the index need nothing of what it takes to answer.
    from qa.alerts import Report


def add(commands: Any) -> None:
    """Add the command."""
    alerts = commands.add_parser("alerts", help="what is new on saved questions since the last run")
    alerts.add_argument("questions", type=Path, metavar="QUESTIONS.txt", help="one question a line; # begins a comment")
    alerts.add_argument(
        "--since",
        metavar="VERSION|DATE",
        help="what came after this version, or on this day or later; the last run is neither asked nor remembered",
    )
    form = alerts.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--atom", action="store_true", help="print an Atom feed")
    takes_index(alerts)
    alerts.set_defaults(run=_alerts)


def _alerts(options: argparse.Namespace) -> int:
    from index.search import Index
    from qa.alerts import read_questions, report
    from qa.seen import save_seen, since_last_run, since_version

    questions = read_questions(options.questions)
    snapshot = Index.open(options.index).snapshot()
    versions = snapshot.versions()
    if options.since is None:
        start = since_last_run(options.questions, options.index, versions)
    else:
        start = since_version(version_before(versions, options.since), versions)
    _say(start.note)
    found = report(questions, snapshot, start.after, date.today())
    _print(_shown(found, options))
    refused = [(number, alert.error) for number, alert in enumerate(found.alerts, 1) if alert.error]
    for number, error in refused:
        # By its place: cron mails and journals keep messages, and a question is nobody else's business.
        _say(f"question {number} (blank lines, comments and repeats aside) was refused: {error}")
    if options.since is None:
        save_seen(options.questions, options.index, snapshot.version)
    return 1 if refused else 0


def _shown(found: Report, options: argparse.Namespace) -> str:
    from qa.render.alerts import report_to_json, report_to_text
    from qa.render.atom import report_to_atom

    if options.json:
        return json.dumps(report_to_json(found), ensure_ascii=False, indent=1)
    if options.atom:
        return report_to_atom(found, str(options.questions.resolve()))
    return report_to_text(found)


def _say(message: str | None) -> None:
    if message:
        print(f"index: {one_line(message)}", file=sys.stderr)


def _print(shown: str) -> None:
    """Print, and return only when everything has left this process: what was not told must not count as told."""
    try:
        # A file name that is no UTF-8 is escaped.
        print(shown.encode("utf-8", "backslashreplace").decode(), flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 what is left in the old one cannot be written either
        raise MinutesError(
            f"the report could not be written ({error.strerror}); the next run gives it again"
        ) from error
