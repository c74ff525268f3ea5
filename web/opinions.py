"""What a reader does with a card: copies its quote, and says, where the operator keeps it, whether it is useful."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from index.errors import UsageError
from qa.citing import Cited
from qa.feedback import VERDICTS, Feedback, Verdict, append_feedback
from qa.render import Html, element, joined
from qa.render.citation import FORMS, cite, quoted
from web.session import Exchange, Session
from web.talks_texts import TalkTexts, talk_texts

FORM_NAMES = {"ja": "日本語", "en": "English", "markdown": "Markdown"}


def opinion_actions(
    session: Session, place: int, statement: str, file: Path | None
) -> dict[str, Callable[[], Session]]:
    """What a click on useful or not useful does; nothing where no file keeps it."""
    if file is None:
        return {}
    return {verdict: partial(_said, session, place, statement, verdict, file) for verdict in VERDICTS}


def _said(session: Session, place: int, statement: str, verdict: Verdict, file: Path) -> Session:
    """With the verdict kept; the same one again takes it back."""
    exchange = session.exchanges[place] if 0 <= place < len(session.exchanges) else None
    if not exchange or not exchange.answer or statement not in {entry.statement.id for entry in exchange.cited}:
        return session
    before = _verdict(session, exchange, statement)
    asked, version = exchange.asked, exchange.answer.version
    now = None if verdict == before else verdict
    said = Feedback(asked.text, asked.history, statement, now, before, version)
    try:
        append_feedback(file, said)
    except UsageError:
        return replace(session, unsaid=statement)
    return replace(session, said=(*session.said, said), unsaid=None)


def _verdict(session: Session, exchange: Exchange, statement: str) -> Verdict | None:
    """What was said last of the statement as an answer to this question."""
    about = (exchange.asked.text, exchange.asked.history, statement)
    last = [one.verdict for one in session.said if (one.question, one.history, one.statement) == about]
    return last[-1] if last else None


def tools_to_html(session: Session, place: int, entry: Cited, asks: bool) -> Html:
    """The row under a card. `asks` whether the reader's verdict is asked for."""
    words = talk_texts(session.language)
    opinion = _opinion(session, place, entry, words) if asks else None
    return element("div", _copies(entry, words), opinion, class_="tools")


def _copies(entry: Cited, words: TalkTexts) -> Html:
    buttons = (
        element(
            "button",
            FORM_NAMES[form],
            type="button",
            data_copy=cite(entry, form, quoted(entry, form)),
            data_copied=words.copied.format(form=FORM_NAMES[form]),
            lang="ja" if form == "ja" else "en",
        )
        for form in FORMS
    )
    # The names of the forms are what is seen; what they are forms of is said by the group.
    return element("span", element("span", words.copy), *buttons, class_="copies", role="group", aria_label=words.copy)


def _opinion(session: Session, place: int, entry: Cited, words: TalkTexts) -> Html:
    verdict = _verdict(session, session.exchanges[place], entry.statement.id)
    labels = {"useful": words.useful, "useless": words.useless}
    buttons = [
        element(
            "button",
            labels[one],
            type="button",
            data_action=one,
            data_place=str(place),
            data_value=entry.statement.id,
            aria_pressed="true" if one == verdict else "false",
        )
        for one in VERDICTS
    ]
    failed = session.unsaid == entry.statement.id
    problem = element("span", words.unsaid, class_="warning", role="alert") if failed else None
    return element("span", element("span", words.opinion), joined(buttons), problem, class_="opinion")
