"""The page: Gradio's pieces, and what happens on which action. What is shown follows from the Session alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr  # slow: import this module only where the page is about to be served

from index.errors import MinutesError
from index.search import Index
from web.api import endpoint
from web.conversation import conversation_to_html, head_to_html
from web.examples import examples
from web.export import exported
from web.opinions import opinion_actions, tools_to_html
from web.session import Session
from web.source import source_to_html
from web.talking import DOWNLOAD, KEPT, KEPT_NOW, SCRIPT, remembered, resumed, talk_actions, talks_to_html
from web.texts import preferred, texts

HERE = Path(__file__).parent
WAITING = 64
"""Questions that may wait; a further one is told that the page is busy."""
AT_ONCE = 4
"""Questions answered at the same time."""
ACTION_CHARS = 2_000
"""Characters of an action's value that are read."""


def page(index: Index, feedback: Path | None = None) -> gr.Blocks:
    """The web chat over an index, ready to launch; `feedback` keeps what readers find useful."""
    examples(index, index.snapshot().version.id)  # made once, so that neither the first visitor nor question waits
    listener = (HERE / "page.js").read_text(encoding="utf-8")
    japanese = texts("ja")
    blocks = gr.Blocks(title=f"{japanese.title} · Ask the minutes", analytics_enabled=False, fill_width=True)
    with blocks:
        session = gr.State(None)
        kept = gr.Textbox(visible=False)
        talks = gr.HTML(js_on_load=SCRIPT, apply_default_css=False, elem_id="talks")
        download = gr.HTML(js_on_load=DOWNLOAD, apply_default_css=False, elem_id="download")
        head = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="head")
        conversation = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="conversation")
        with gr.Row(elem_id="composer"):
            question = gr.Textbox(
                show_label=False, lines=1, max_lines=6, container=False, autofocus=True, elem_id="question", scale=1
            )
            send = gr.Button(japanese.send, variant="primary", elem_id="send", scale=0, min_width=88)
        source = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="source")

        shown = [session, head, conversation, source, question, send, talks]
        drawn = partial(_drawn, index=index, feedback=feedback)

        def begun(browser: str, request: gr.Request) -> Session:
            return resumed(Session(preferred(request.headers.get("accept-language"))), browser, index)

        def start(browser: str, request: gr.Request) -> list[Any]:
            return drawn(begun(browser, request))

        # There is no session where the server was started anew, or kept too many others, since the page was loaded.
        def answer(text: str, now: Session | None, browser: str, request: gr.Request) -> list[Any]:
            return drawn((now or begun(browser, request)).asking(text or "", index), value="")

        def act(now: Session | None, browser: str, request: gr.Request, event: gr.EventData) -> list[Any]:
            return drawn(_acted(now or begun(browser, request), event._data, index, feedback))

        def export(now: Session | None, browser: str, request: gr.Request, event: gr.EventData) -> Any:
            return exported(now or begun(browser, request), event._data, index) or gr.skip()

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        blocks.load(start, [kept], shown, queue=False, js=KEPT, **private)
        gr.on(
            [question.submit, send.click],
            answer,
            [question, session, kept],
            shown,
            js=KEPT_NOW,
            concurrency_id="ask",
            **private,
        )
        for part in (head, conversation, source, talks):
            part.select(act, [session, kept], shown, js=KEPT_NOW, concurrency_id="ask", **private)
        talks.select(export, [session, kept], [download], js=KEPT_NOW, concurrency_id="ask", **private)
        gr.events.api(endpoint(index), api_name="ask", concurrency_id="ask", concurrency_limit=AT_ONCE)
    blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return blocks


def _drawn(session: Session, index: Index, feedback: Path | None = None, **box: Any) -> list[Any]:
    """What the page shows of a session, piece by piece; `box` may set the question box, else its text stays."""
    session = remembered(session)
    words = texts(session.language)
    try:
        snapshot = index.snapshot()
    except MinutesError:
        # Asking says what is wrong; the page itself still stands.
        snapshot = None
    head = head_to_html(snapshot, words)
    tools = partial(tools_to_html, session, asks=feedback is not None)
    conversation = conversation_to_html(session, index, snapshot, words, tools)
    source = source_to_html(session.opened, snapshot, words) if session.opened and snapshot else None
    question = gr.update(placeholder=words.placeholder, label=words.question, **box)
    opened = source.text if source else ""
    send, talks = gr.update(value=words.send), talks_to_html(session)
    return [session, head.text, conversation.text, opened, question, send, talks.text]


def _acted(session: Session, data: object, index: Index, feedback: Path | None) -> Session:
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
        **talk_actions(session, given, index),
        **opinion_actions(session, place, value, feedback),
    }
    action = actions.get(str(given.get("action")))
    return action() if action else session
