"""The page: Gradio's pieces, and what happens on which action. What is shown follows from the Session alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr  # slow: import this module only where the page is about to be served

from index.adding import Desk
from index.errors import MinutesError
from index.search import Index
from web.api import endpoint
from web.conversation import conversation_to_html, head_to_html
from web.examples import examples
from web.session import Session
from web.source import source_to_html
from web.texts import preferred, texts
from web.upload import connect, pieces

HERE = Path(__file__).parent
WAITING = 64
"""Questions that may wait; a further one is told that the page is busy."""
AT_ONCE = 4
"""Questions answered at the same time."""
ACTION_CHARS = 2_000
"""Characters of an action's value that are read."""


def page(index: Index, desk: Desk | None = None) -> gr.Blocks:
    """The web chat over an index, ready to launch; with a desk, visitors may add minutes."""
    examples(index, index.snapshot().version.id)  # made once, so that neither the first visitor nor question waits
    listener = (HERE / "page.js").read_text(encoding="utf-8")
    japanese = texts("ja")
    blocks = gr.Blocks(title=f"{japanese.title} · Ask the minutes", analytics_enabled=False, fill_width=True)
    with blocks:
        session = gr.State(Session())
        head = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="head")
        adding = pieces(desk) if desk else None
        conversation = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="conversation")
        with gr.Row(elem_id="composer"):
            question = gr.Textbox(
                show_label=False, lines=1, max_lines=6, container=False, autofocus=True, elem_id="question", scale=1
            )
            send = gr.Button(japanese.send, variant="primary", elem_id="send", scale=0, min_width=88)
        source = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="source")

        shown = [session, head, conversation, source, question, send]

        if adding and desk:
            connect(blocks, adding, desk, index, lambda now: _drawn(now, index), shown)

        def start(request: gr.Request) -> list[Any]:
            return _drawn(Session(preferred(request.headers.get("accept-language"))), index)

        def answer(text: str, now: Session) -> list[Any]:
            return _drawn(now.asking(text or "", index), index, value="")

        def act(now: Session, event: gr.EventData) -> list[Any]:
            return _drawn(_acted(now, event._data, index), index)

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        blocks.load(start, None, shown, queue=False, **private)
        gr.on([question.submit, send.click], answer, [question, session], shown, concurrency_id="ask", **private)
        for part in (head, conversation, source):
            part.select(act, [session], shown, concurrency_id="ask", **private)
        gr.events.api(endpoint(index), api_name="ask", concurrency_id="ask", concurrency_limit=AT_ONCE)
    blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return blocks


def _drawn(session: Session, index: Index, **box: Any) -> list[Any]:
    """What the page shows of a session, piece by piece; `box` may set the question box, else its text stays."""
    words = texts(session.language)
    try:
        snapshot = index.snapshot()
    except MinutesError:
        # Asking says what is wrong; the page itself still stands.
        snapshot = None
    head = head_to_html(session, snapshot, words)
    conversation = conversation_to_html(session, index, snapshot, words)
    source = source_to_html(session.opened, snapshot, words) if session.opened and snapshot else None
    question = gr.update(placeholder=words.placeholder, label=words.question, **box)
    return [session, head.text, conversation.text, source.text if source else "", question, gr.update(value=words.send)]


def _acted(session: Session, data: object, index: Index) -> Session:
    """What a click in the page asks for. `data` comes from the browser and may be anything."""
    given = data if isinstance(data, dict) else {}
    value = str(given.get("value") or "")[:ACTION_CHARS]
    place = given.get("place")
    place = place if isinstance(place, int) else -1
    actions: dict[str, Callable[[], Session]] = {
        "example": lambda: session.asking(value, index),
        "drop": lambda: session.dropping(place, value, index),
        "change": lambda: session.changing(place, value, str(given.get("to") or "")[:ACTION_CHARS], index),
        "name": lambda: session.naming(place, value, index),
        "restore": lambda: session.restoring(place, value, index),
        "open": lambda: session.opening(place, value),
        "earlier": lambda: session.widening(before=True),
        "later": lambda: session.widening(after=True),
        "close": session.closing,
        "clear": session.cleared,
        "language": session.translated,
    }
    action = actions.get(str(given.get("action")))
    return action() if action else session
