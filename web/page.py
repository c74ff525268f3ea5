"""The page: Gradio's pieces, and what happens on which action. What is shown follows from the Session alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr  # slow: import this module only where the page is about to be served

from index.adding import Desk
from index.errors import MinutesError
from index.search import Index, Snapshot
from qa.render import Html
from qa.render.labels import Calendar
from web.api import AT_ONCE, Interfaces
from web.calls import Blocks
from web.conversation import conversation_to_html, head_to_html
from web.examples import examples
from web.export import exported
from web.following import following_to_html, hint_to_html, last_asked
from web.leaf import prepare_pages
from web.links import linked
from web.opinions import opinion_actions, tools_to_html
from web.session import Session
from web.source import source_to_html
from web.talking import DOWNLOAD, KEPT, KEPT_NOW, SCRIPT, remembered, resumed, talk_actions, talks_to_html
from web.texts import preferred, texts
from web.upload import connect, pieces
from web.viewing import begun, viewed
from web.views import views_to_html

HERE = Path(__file__).parent
SHEETS = ("style.css", "viewer.css", "views.css", "talks.css", "upload.css")
"""The style sheets of the page."""
WAITING = 64
"""Questions that may wait; a further one is told that the page is busy."""
ACTION_CHARS = 2_000
"""Characters of an action's value that are read."""


def page(index: Index, feedback: Path | None = None, desk: Desk | None = None) -> gr.Blocks:
    """The web chat over an index, ready to launch.

    `feedback` keeps what readers find useful; with a desk, visitors may add minutes.
    """
    examples(index, index.snapshot().version.id)  # made once, so that neither the first visitor nor question waits
    prepare_pages(index.snapshot())
    listener = "\n".join((HERE / script).read_text(encoding="utf-8") for script in ("page.js", "viewer.js"))
    japanese = texts("ja")
    blocks = Blocks(title=f"{japanese.title} · Ask the minutes", analytics_enabled=False, fill_width=True)
    with blocks:
        session = gr.State(None)
        last = gr.State("")
        kept = gr.Textbox(visible=False)
        talks = gr.HTML(js_on_load=SCRIPT, apply_default_css=False, elem_id="talks")
        download = gr.HTML(js_on_load=DOWNLOAD, apply_default_css=False, elem_id="download")
        head = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="head")
        adding = pieces(desk) if desk else None
        tabs = listener + (HERE / "views.js").read_text(encoding="utf-8")
        views = gr.HTML(js_on_load=tabs, apply_default_css=False, elem_id="views")
        conversation = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="conversation")
        following = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="following")
        with gr.Row(elem_id="composer"):
            question = gr.Textbox(
                show_label=False, lines=1, max_lines=6, container=False, autofocus=True, elem_id="question", scale=1
            )
            send = gr.Button(japanese.send, variant="primary", elem_id="send", scale=0, min_width=88)
        source = gr.HTML(js_on_load=listener, apply_default_css=False, elem_id="source")

        shown = [session, head, views, conversation, source, question, send, talks]
        if adding and desk:
            connect(blocks, adding, desk, index, partial(_drawn, index=index, feedback=feedback), shown)
        does = _Actions(index, feedback)
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        blocks.load(does.start, [kept], shown, queue=False, js=KEPT, **private)
        asking: dict[str, Any] = {"js": KEPT_NOW, "concurrency_id": "ask", **private}
        changed: dict[str, Any] = {"outputs": [*shown, following, last], **asking}
        gr.on([question.submit, send.click], does.answer, [question, session, kept], **changed)
        for part in (head, views, conversation, following, source, talks):
            part.select(does.act, [session, kept], **changed)
        # Once the answer stands there, and outside the queue, where it would take places from those who ask.
        last.change(does.suggest, [session], [following], queue=False, **private)
        talks.select(does.export, [session, kept], [download], **asking)
        for call in Interfaces(index).all:
            gr.events.api(call, api_name=call.__name__, concurrency_id="ask", concurrency_limit=AT_ONCE)
    blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return blocks


class _Actions:
    """What the page does for a visitor: each action gives what is drawn anew, in the order of the pieces."""

    def __init__(self, index: Index, feedback: Path | None) -> None:
        self._index = index
        self._feedback = feedback
        self._drawn = partial(_drawn, index=index, feedback=feedback)

    def _fresh(self, browser: str, request: gr.Request) -> Session:
        """There is no session where the server was started anew, or kept too many others, since the page was loaded."""
        return resumed(_begun(request), browser, self._index)

    def start(self, browser: str, request: gr.Request) -> list[Any]:
        """The page is loaded."""
        asked = begun(self._fresh(browser, request), dict(request.query_params), self._index)
        return self._drawn(linked(asked, str(request.query_params), self._index))

    def answer(self, text: str, now: Session | None, browser: str, request: gr.Request) -> list[Any]:
        """A question is sent."""
        before = now or self._fresh(browser, request)
        asked = before.asking(text or "", self._index)
        return [*self._drawn(asked, before=now, value=""), *_following(before, asked)]

    def act(self, now: Session | None, browser: str, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Something on the page is clicked."""
        before = now or self._fresh(browser, request)
        acted = _acted(before, event._data, self._index, self._feedback)
        return [*self._drawn(acted, before=now), *_following(before, acted)]

    def export(self, now: Session | None, browser: str, request: gr.Request, event: gr.EventData) -> Any:
        """A conversation is to be saved."""
        return exported(now or self._fresh(browser, request), event._data, self._index) or gr.skip()

    def suggest(self, now: Session) -> str:
        """What may be asked next, once the answer stands there."""
        return following_to_html(now, self._index).text


def _begun(request: gr.Request) -> Session:
    """A visitor's first Session: the language and calendar chosen last time, kept in cookies by page.js."""
    chosen = request.cookies
    language = chosen.get("language")
    calendar: Calendar = "era" if chosen.get("calendar") == "era" else "western"
    if language == "ja" or language == "en":
        return Session(language, calendar=calendar)
    return Session(preferred(request.headers.get("accept-language")), calendar=calendar)


def _drawn(
    session: Session, index: Index, feedback: Path | None = None, before: Session | None = None, **box: Any
) -> list[Any]:
    """What the page shows of a session, piece by piece; `box` may set the question box, else its text stays.

    A source that stood open in the session `before` is not sent again: a page image is half a megabyte.
    """
    session = remembered(session)
    words = session.words
    try:
        snapshot = index.snapshot()
    except MinutesError:
        # Asking says what is wrong; the page itself still stands.
        snapshot = None
    head = head_to_html(session, snapshot, words)
    views = views_to_html(session.desk, snapshot, words)
    tools = partial(tools_to_html, session, asks=feedback is not None)
    conversation = conversation_to_html(session, index, snapshot, words, tools)
    drawn = before is not None and before.opened is session.opened and before.words == words
    panel = gr.skip() if drawn else _source(session, snapshot).text
    question = gr.update(placeholder=words.placeholder, label=words.question, **box)
    send, talks = gr.update(value=words.send), talks_to_html(session)
    return [session, head.text, views.text, conversation.text, panel, question, send, talks.text]


def _following(before: Session, now: Session) -> list[Any]:
    """What may be asked next leaves with the question that it followed; and the question that is the last one now."""
    return [gr.skip() if last_asked(before) == last_asked(now) else "", last_asked(now)]


def _source(session: Session, snapshot: Snapshot | None) -> Html:
    """The open source, or where it will stand."""
    if session.opened and snapshot:
        return source_to_html(session.opened, snapshot, session.words)
    return hint_to_html(session)


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
        "view": lambda: session.viewing(value),
        "close": session.closing,
        "clear": session.cleared,
        "language": session.translated,
        "calendar": session.dated,
        "sort": lambda: session.sorting(place, value),
        **talk_actions(session, given, index),
        **opinion_actions(session, place, value, feedback),
    }
    action = actions.get(str(given.get("action")))
    return action() if action else viewed(session, given, index)
