"""Meetings and days beside those that were asked about before: 前回の会議では, 翌日は, その後, 26日の方は."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from index.search import Filters, Snapshot
from index.store import MeetingRow
from qa.occasions import Understood
from qa.question import Question
from qa.words import words

OCCASION = {"meetings", "since", "until"}
"""Fields that say which meetings are asked about."""


def without_opening(text: str) -> str:
    """A question without a では, じゃあ or で before it."""
    opening = next((word for word in words().openings if text.startswith(word)), "")
    return text.removeprefix(opening).lstrip("、, ")


def names_day(text: str) -> bool:
    """Whether a question begins with a day or month without a year: 26日の方は, And in July."""
    start = without_opening(text)
    return bool(DAY.match(start) or MONTH.match(start))


def beside(question: Question, before: Question, snapshot: Snapshot) -> list[Understood]:
    """前回の会議では, 翌日は, その後: what lies before or after the meeting that was asked about."""
    tables = words()
    rows = _talked_about(before, snapshot)
    days = sorted(row.meeting.date for row in rows if row.meeting.date)
    if not days or len(rows) == len(snapshot.meetings):
        return []
    text = without_opening(question.text)
    if word := next((word for word in tables.later if text.startswith(word)), None):
        return [Understood("since", (days[-1] + timedelta(days=1)).isoformat(), word)]
    for listed, step in ((tables.day_before, -1), (tables.day_after, 1)):
        if word := next((word for word in listed if word in text), None):
            day = (days[0 if step < 0 else -1] + timedelta(days=step)).isoformat()
            return [Understood("since", day, word), Understood("until", day, word)]
    return [] if any(part.field in OCCASION for part in question.understood) else _without_year(question.text, days)


DAY = re.compile(r"^(?P<day>[0-9]{1,2})日(?:の(?:方|分|会議))?(?:は|で|に)")
MONTH = re.compile(
    rf"^(?:in |the )?(?P<name>{'|'.join(month_name[1:])})\b|^(?P<month>[0-9]{{1,2}})月(?:の(?:方|分|会議))?(?:は|で|に)"
)


def _without_year(text: str, days: Sequence[date]) -> list[Understood]:
    """26日の方は, And in July: what a date leaves out is that of the meeting asked about."""
    start = without_opening(text)
    try:
        if match := DAY.match(start):
            first = last = days[-1].replace(day=int(match["day"]))
        elif match := MONTH.match(start):
            month = int(match["month"]) if match["month"] else list(month_name).index(match["name"])
            first, last = date(days[-1].year, month, 1), date(days[-1].year, month, monthrange(days[-1].year, month)[1])
        else:
            return []
    except ValueError:
        return []
    word = match.group()
    return [Understood("since", first.isoformat(), word), Understood("until", last.isoformat(), word)]


def _talked_about(question: Question, snapshot: Snapshot) -> list[MeetingRow]:
    filters = question.filters
    return snapshot.meetings_in(Filters(meetings=filters.meetings, since=filters.since, until=filters.until))


def neighbouring(question: Question, before: Question, snapshot: Snapshot) -> Question:
    """前回の会議では after a question about one meeting: the one before that in its series, not the latest of all."""
    tables = words()
    back = next((word for word in tables.previous if word in question.text), None)
    word = back or next((word for word in tables.next if word in question.text), None)
    rows = _talked_about(before, snapshot) if word else []
    here = rows[0].meeting if len({row.meeting.date for row in rows}) == 1 else None
    if word is None or here is None or here.date is None:
        return question
    dated = [(row.meeting.date, row.meeting) for row in snapshot.meetings.values() if row.meeting.body == here.body]
    beside = sorted((day, one.id) for day, one in dated if day and (day < here.date if back else day > here.date))
    kept = tuple(part for part in question.understood if part.field != "meetings")
    if not beside:
        return replace(question, understood=kept)
    return replace(question, understood=(*kept, Understood("meetings", beside[-1 if back else 0][1], word)))


def same_series(question: Question, before: Question, snapshot: Snapshot) -> Question:
    """第3回では after a question about one body's meeting: that body's, not those of others with the number."""
    bodies = {row.meeting.body for row in _talked_about(before, snapshot)}
    own = [part for part in question.understood if part.field == "meetings"]
    of_body = {
        part.value
        for part in own
        for row in snapshot.meetings_in(Filters(meetings=(part.value,)))
        if row.meeting.body in bodies
    }
    if len(bodies) != 1 or not of_body:
        return question
    kept = tuple(part for part in question.understood if part.field != "meetings" or part.value in of_body)
    return replace(question, understood=kept)
