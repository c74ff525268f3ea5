"""Example questions, made from the index: its own agenda items, speakers and titles, and only what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import cycle

from index.errors import QuestionRejected
from index.minutes import Statement
from index.search import Filters, Index, Snapshot
from qa.answer import Asked, ask

EXAMPLES = 4
"""Questions offered."""
MEETINGS = 3
"""Latest meetings that they are taken from."""
TRIED = 24
"""Candidates asked at the most: each costs as much as a question."""
STATEMENTS = 200
SHAPE = 6
"""Topics and speakers of one meeting that are tried."""
TOPIC_CHARS = 30

# Headings that say how a meeting goes on, not what about.
_GENERAL = (
    "発言",
    "挨拶",
    "あいさつ",
    "質疑",
    "質疑応答",
    "意見交換",
    "議事",
    "その他",
    "開会",
    "閉会",
    "討論",
    "採決",
)
_NUMBER = re.compile(r"^[\s（(【]*[0-9０-９一二三四五六七八九十①-⑳]{1,3}[）)】．.、:：\s]*")
_TAIL = re.compile(r"(?:(?:について|に関して|に係る件|に向けて|の件|等)+(?:（.*）)?|[（(][^（）()]*[）)])$")


@lru_cache(maxsize=4)
def examples(index: Index, version: int) -> tuple[str, ...]:
    """At most EXAMPLES questions that version answers; `version` is the key under which they are kept."""
    del version
    kept: list[str] = []
    asked_of: set[str] = set()
    for tried, (shape, question) in enumerate(_candidates(index.snapshot())):
        if len(kept) == EXAMPLES or tried == TRIED:
            break
        if shape in asked_of:
            continue
        try:
            answered = ask(Asked(question, top=1), index).answered
        except QuestionRejected:
            continue
        if answered:
            kept.append(question)
            asked_of.add(shape)
    return tuple(kept)


def _candidates(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Questions with their shape, latest meeting first; of each shape one is kept."""
    rows = sorted(snapshot.meetings.values(), key=lambda row: row.meeting.date or date.min, reverse=True)
    for row in rows[:MEETINGS]:
        hits = snapshot.listed(Filters(meetings=(row.meeting.id,)), STATEMENTS)
        found = snapshot.statements(hit.row for hit in hits)
        statements = [found[hit.row] for hit in hits]
        topics = _distinct(_topic(statement.agenda) for statement in statements)
        names = _distinct(_name(statement) for statement in statements if statement.kind == "speech")
        for name, topic in zip(names, cycle(topics[:2])):
            yield "topic and speaker", f"{topic}について{name}は何と言いましたか"
        for topic in topics:
            yield "topic", f"{topic}について、どのような発言がありましたか"
        for name in names[::-1]:
            yield "speaker", f"{name}は何と言いましたか"
        if row.meeting.title:
            yield "meeting", f"{row.meeting.title}はいつ開かれましたか"


def _distinct(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))[:SHAPE]


def _name(speech: Statement) -> str | None:
    speaker = speech.speaker
    if speaker is None:
        return None
    return speaker.role or speaker.name


def _topic(heading: str | None) -> str | None:
    """What an agenda item is about, without its number and its について."""
    if not heading:
        return None
    topic = _TAIL.sub("", _TAIL.sub("", _NUMBER.sub("", heading).strip())).strip("　 、。")
    return topic if 2 <= len(topic) <= TOPIC_CHARS and not topic.endswith(_GENERAL) else None
