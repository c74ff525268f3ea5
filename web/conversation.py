"""The head of the page and the conversation, as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from index.search import Filters, Index, Snapshot
from qa.citing import Cited
from qa.render import Html, answer_to_html, element, joined
from qa.render.labels import day_text
from qa.speakers import filter_value
from web.examples import examples
from web.links import link_of
from web.look_texts import LOOK
from web.session import Exchange, Session
from web.texts import Texts


def head_to_html(session: Session, snapshot: Snapshot | None, words: Texts) -> Html:
    """Title, facts of the index, and the choices of language and calendar."""
    calendar = LOOK[session.language].calendar
    return element(
        "div",
        element(
            "div",
            element("h1", words.title),
            element("p", words.subtitle, class_="subtitle"),
            class_="titles",
        ),
        element("p", _facts(snapshot, words) if snapshot else None, class_="facts"),
        element(
            "div",
            _choice("language", "en" if words.language == "ja" else "ja", words.other_language),
            _choice("calendar", "era" if words.calendar == "western" else "western", calendar[words.calendar]),
            class_="actions",
        ),
        class_="head",
        lang=words.language,
    )


def _choice(action: str, to: str, label: str) -> Html:
    """A button that changes how the page is shown, now and in later visits."""
    language = to if action == "language" else None
    return element("button", label, type="button", data_action=action, data_value=to, data_keep=True, lang=language)


def _facts(snapshot: Snapshot, words: Texts) -> Html:
    scope = snapshot.scope(Filters())
    if not snapshot.meetings:
        return element("span", words.facts_none)
    facts = words.facts.format(
        meetings=len(snapshot.meetings), statements=scope.statements, version=snapshot.version.id
    )
    last = element("span", words.last.format(day=day_text(scope.last, words))) if scope.last else None
    return joined((element("span", facts), last))


Tools = Callable[[int, Cited], Html]
"""Makes what stands under a card: of which exchange, of which statement."""


def conversation_to_html(session: Session, index: Index, snapshot: Snapshot | None, words: Texts, tools: Tools) -> Html:
    """Everything asked and answered so far, or how to begin."""
    shown = [_exchange(exchange, place, words, tools) for place, exchange in enumerate(session.exchanges)]
    return element(
        "div",
        *(shown or [_welcome(index, snapshot, words)]),
        *(_choices(snapshot) if snapshot and shown else ()),
        class_="conversation",
        lang=words.language,
        role="log",
        aria_label=words.conversation,
        data_count=str(len(session.exchanges)),
        data_link=link_of(session),
    )


CHOICES = 200
"""Speakers and meetings that are offered where a filter is typed over."""


def _choices(snapshot: Snapshot) -> Iterator[Html]:
    """What may be typed into a filter's box."""
    speakers = dict.fromkeys(filter_value(speaker) for speaker in snapshot.speakers)
    titles = dict.fromkeys(row.meeting.title for row in snapshot.meetings.values() if row.meeting.title)
    for name, values in (("speakers", speakers), ("meetings", titles)):
        yield element("datalist", *(element("option", value=value) for value in list(values)[:CHOICES]), id=name)


def _welcome(index: Index, snapshot: Snapshot | None, words: Texts) -> Html:
    questions = examples(index, snapshot.version.id) if snapshot else ()
    return element(
        "section",
        element("h2", words.welcome),
        element("p", words.promise),
        element("h3", words.examples) if questions else None,
        element(
            "ul",
            *(
                element("li", element("button", question, type="button", data_action="example", data_value=question))
                for question in questions
            ),
            class_="examples",
            lang="ja",
        ),
        class_="welcome",
    )


def _exchange(exchange: Exchange, place: int, words: Texts, tools: Tools) -> Html:
    return element(
        "section",
        element("h2", exchange.asked.text, class_="question"),
        _answer(exchange, place, words, tools),
        element("p", exchange.error, class_="error", role="alert") if exchange.error else None,
        class_="exchange",
    )


def _answer(exchange: Exchange, place: int, words: Texts, tools: Tools) -> Html | None:
    if exchange.answer is None:
        return None
    beneath = partial(tools, place)
    return answer_to_html(exchange.answer, words, place, exchange.removed, exchange.given, exchange.order, beneath)
