"""What a click or an address asks of the tabs. All of it comes from the browser and may be anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from index.errors import MinutesError
from index.search import Filters, Index
from qa.answer import Asked
from qa.citing import cited
from web.desk import Desk
from web.opened import Opened
from web.session import Session

VALUE_CHARS = 10_000
"""Characters that are read of what was typed into a tab: more than may be asked, so that too much is refused."""
SPEAKERS = 20
"""Speakers that are read of a list."""
SEPARATORS = re.compile(r"[、,，;；\n]")


def viewed(session: Session, data: Mapping[str, object], index: Index) -> Session:
    """What an action of the tabs makes of a session; what is none changes nothing."""
    desk, value, place = session.desk, _text(data, "value"), data.get("place")
    row = place if isinstance(place, int) else -1
    actions: dict[str, Callable[[], Desk]] = {
        "turn": lambda: _turned(session, value, index),
        "look": lambda: desk.looking(_asked(value, _speakers(data)), index, session.language),
        "cover": lambda: desk.covering(value.split("\n"), _speakers(data), index, session.language),
        "cell": lambda: desk.opening(row, value),
        "by": lambda: desk.grouping(value),
        "order": lambda: desk.sorting(value),
        "rows": desk.widening,
        "save": desk.saved,
        "seek": lambda: desk.seeking(value),
        "visit": lambda: desk.visited(value, index),
    }
    action = data.get("action")
    if action == "meeting":
        return _reading(session, value, index)
    chosen = actions.get(action) if isinstance(action, str) else None
    return replace(session, desk=replace(chosen(), turns=desk.turns + 1)) if chosen else session


def begun(session: Session, address: Mapping[str, str], index: Index) -> Session:
    """The session as the address of the page asks for: ?view=timeline&topic=…&by=…"""
    desk = session.desk.turning(address.get("view", ""))
    topic = address.get("topic", "")[:VALUE_CHARS]
    speakers = _speakers({"speakers": address.get("speakers", "")})
    if desk.view == "coverage" and topic:
        desk = desk.covering(topic.split("\n"), speakers, index, session.language)
    elif desk.view == "library":
        desk = desk.seeking(topic)
    elif desk.view != "chat" and topic:
        desk = desk.looking(_asked(topic, speakers), index, session.language)
    return replace(session, desk=desk)


def _turned(session: Session, view: str, index: Index) -> Desk:
    """Go to a tab; one that has nothing to show begins with the last question of the chat."""
    desk = session.desk.turning(view)
    asked = next((one.asked for one in reversed(session.exchanges) if one.answer), None)
    if desk.view in {"compare", "timeline", "matches"} and desk.asked is None and asked:
        return desk.looking(asked, index, session.language)
    return desk


def _reading(session: Session, meeting: str, index: Index) -> Session:
    """Open a meeting of the library in the source panel, from its beginning."""
    try:
        snapshot = index.snapshot()
        row = next((row for row in snapshot.meetings.values() if row.meeting.id == meeting), None)
        hits = snapshot.listed(Filters(meetings=(meeting,)), 1) if row else []
        first = snapshot.whole([hits[0].row]).get(hits[0].row) if hits else None
        entry = cited(first, row, snapshot) if first and row else None
    except MinutesError:
        return session
    return replace(session, opened=Opened(entry)) if entry else session


def _asked(topic: str, speakers: tuple[str, ...]) -> Asked:
    """A topic with the speakers whose statements are asked for; without a topic, all of theirs."""
    text = topic.strip() or (f"{'、'.join(speakers)}の発言" if speakers else "")
    return Asked(text, given=Filters(speakers=speakers))


def _speakers(data: Mapping[str, object]) -> tuple[str, ...]:
    names = (name.strip() for name in SEPARATORS.split(_text(data, "speakers")))
    return tuple(dict.fromkeys(name for name in names if name))[:SPEAKERS]


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return value[:VALUE_CHARS] if isinstance(value, str) else ""
