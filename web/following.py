"""What may be done next: questions under the last answer, drawn after it is shown, and a word where sources open."""

from __future__ import annotations

import threading
from datetime import date

from index.errors import MinutesError
from index.search import Index
from qa.answer import Answer, Asked
from qa.following import following
from qa.render import Html, element
from web.look_texts import LOOK
from web.session import Session

_AT_ONCE = threading.BoundedSemaphore(2)
"""Visitors for whom next questions are worked out at the same time; on a busy page, others get none."""


def last_asked(session: Session) -> str:
    """What the next questions follow from: while this stays, they stay."""
    return f"{session.language} {session.exchanges[-1].asked!r}" if session.exchanges else ""


def following_to_html(session: Session, index: Index) -> Html:
    """Buttons that ask what the index answers next to the last answer; empty where there is nothing."""
    last = session.exchanges[-1] if session.exchanges else None
    if last is None or last.answer is None:
        return element("div")
    if not (questions := _following(last.asked, last.answer, index)):
        return element("div")
    label = LOOK[session.language].following
    asked = (element("button", text, type="button", data_action="example", data_value=text) for text in questions)
    return element(
        "nav",
        element("h2", label),
        element("ul", *(element("li", button) for button in asked)),
        class_="following",
        aria_label=label,
        lang=session.language,
    )


def _following(asked: Asked, answer: Answer, index: Index) -> tuple[str, ...]:
    if not _AT_ONCE.acquire(blocking=False):
        return ()
    try:
        return following(asked, answer, index.snapshot(), date.today())
    except MinutesError:
        return ()
    finally:
        _AT_ONCE.release()


def hint_to_html(session: Session) -> Html:
    """What stands where sources are opened, while none is."""
    return element("p", LOOK[session.language].source_hint, class_="hint")
