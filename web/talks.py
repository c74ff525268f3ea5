"""Conversations as the browser keeps them: what was asked and which filters were put or taken away, no answers.

The browser keeps them because nobody else should; what it gives back may be anything, and is checked here.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index.search import Filters
from qa.answer import Asked

TITLE_CHARS = 80
"""Characters of a conversation's name that are kept."""
HEADS = 200
"""Conversations that are listed, newest first."""
KEPT_CHARS = 400_000
"""Characters that are read of what the browser kept."""
LIST = 100
"""Filters, removed words or earlier questions that are read of one question."""
_HALVES = re.compile("[\ud800-\udfff]")
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Head:
    """A conversation in the list: `changed` in milliseconds since 1970, `title` as given or the first question."""

    id: str
    title: str
    changed: int


@dataclass(frozen=True, slots=True)
class Line:
    """A question of a conversation; `removed` are the words whose filters were taken away, in that order."""

    asked: Asked
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, oldest question first."""

    head: Head
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Talks:
    """The conversations of a browser: those listed, newest first, the one on the page, and one just deleted."""

    heads: tuple[Head, ...] = ()
    current: Talk | None = None
    gone: Head | None = None

    def keeping(self, lines: tuple[Line, ...]) -> Talks:
        """With these questions in the conversation on the page, which begins with its first question."""
        if not lines:
            return replace(self, current=None)
        if self.current and self.current.lines == lines:
            return self
        head = self.current.head if self.current else Head(uuid.uuid4().hex, lines[0].asked.text[:TITLE_CHARS], 0)
        return self.with_current(Talk(replace(head, changed=_now()), lines))

    def with_current(self, talk: Talk) -> Talks:
        """With this conversation on the page and in the list."""
        return replace(self, current=talk, heads=_newest((talk.head, *self._without(talk.head.id))), gone=None)

    def renaming(self, title: str) -> Talks:
        """With another name for the conversation on the page; an empty one changes nothing."""
        title = " ".join(title.split())[:TITLE_CHARS]
        if not self.current or not title:
            return self
        return self.with_current(replace(self.current, head=replace(self.current.head, title=title, changed=_now())))

    def deleting(self, id_: str) -> Talks:
        """Without the conversation of this id, which can be put back."""
        gone = next((head for head in self.heads if head.id == id_), None)
        if gone is None:
            return self
        current = None if self.current and self.current.head.id == id_ else self.current
        return Talks(self._without(id_), current, gone)

    def listing(self, heads: Iterable[Head]) -> Talks:
        """With the list as it stands in the browser now, where another window may have changed it."""
        own = (self.current.head,) if self.current else ()
        ids = {head.id for head in own}
        return replace(self, heads=_newest((*own, *(head for head in heads if head.id not in ids))))

    def _without(self, id_: str) -> tuple[Head, ...]:
        return tuple(head for head in self.heads if head.id != id_)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _newest(heads: Iterable[Head]) -> tuple[Head, ...]:
    return tuple(sorted(heads, key=lambda head: head.changed, reverse=True)[:HEADS])


def talk_to_json(talk: Talk) -> str:
    """What the browser keeps of a conversation."""
    head = talk.head
    lines = [_line_to_json(line) for line in talk.lines]
    kept = {"id": head.id, "title": head.title, "changed": head.changed, "lines": lines}
    return json.dumps(kept, ensure_ascii=False)


def _line_to_json(line: Line) -> dict[str, Any]:
    asked = line.asked
    days = {"since": asked.given.since, "until": asked.given.until}
    kept: dict[str, Any] = {
        "text": asked.text,
        "history": asked.history,
        "removed": line.removed,
        "named": sorted(asked.named),
        "speakers": asked.given.speakers,
        "meetings": asked.given.meetings,
        **{name: day.isoformat() for name, day in days.items() if day},
    }
    return {name: value for name, value in kept.items() if value}


def talk_from(kept: object) -> Talk | None:
    """The conversation that a browser gives back, as an object; None where it is none."""
    head = _head(kept)
    if head is None or not isinstance(kept, dict) or not isinstance(kept.get("lines"), list):
        return None
    lines = tuple(_line(line) for line in kept["lines"][:LIST] if isinstance(line, dict) and _text(line.get("text")))
    return Talk(head, lines) if lines else None


def kept_from(text: object) -> tuple[tuple[Head, ...], Talk | None]:
    """The list and the conversation of one window, as window.minutesKept of web/kept.js gives them."""
    try:
        kept = json.loads(text) if isinstance(text, str) and len(text) <= KEPT_CHARS else {}
    except (ValueError, RecursionError):
        kept = {}
    if not isinstance(kept, dict):
        return (), None
    listed = kept.get("heads")
    heads = {head.id: head for item in (listed if isinstance(listed, list) else ())[:HEADS] if (head := _head(item))}
    return _newest(heads.values()), talk_from(kept.get("talk"))


def _head(kept: object) -> Head | None:
    if not isinstance(kept, dict):
        return None
    id_, title, changed = kept.get("id"), _text(kept.get("title")).strip(), kept.get("changed")
    if not isinstance(id_, str) or not _ID.fullmatch(id_) or not title or not isinstance(changed, int):
        return None
    return Head(id_, title[:TITLE_CHARS], max(0, min(changed, _now())))


def _line(kept: dict[str, Any]) -> Line:
    given = Filters(
        speakers=_texts(kept.get("speakers")),
        meetings=_texts(kept.get("meetings")),
        since=_day(kept.get("since")),
        until=_day(kept.get("until")),
    )
    removed, named = _texts(kept.get("removed")), frozenset(_texts(kept.get("named")))
    return Line(
        Asked(_text(kept.get("text")), _texts(kept.get("history")), given, frozenset(removed), named),
        removed,
    )


def _text(value: object) -> str:
    """The text, without halves of characters, which no page can show."""
    return _HALVES.sub("", value) if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(text for item in value[:LIST] if (text := _text(item))))


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        return None
