"""The pane of conversations: what it shows and what its clicks do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from index.search import Index
from qa.render import Html, element
from web.session import QUESTION_SHOWN, Exchange, Session
from web.talks import Head, Line, Talk, kept_from, talk_to_json
from web.talks_texts import TalkTexts, talk_texts
from web.texts import texts

HERE = Path(__file__).parent
KEPT = (HERE / "kept.js").read_text(encoding="utf-8")
"""The function that gives what this browser kept, run before the page is first drawn."""
KEPT_NOW = "(...inputs) => [...inputs.slice(0, -1), window.minutesKept()]"
"""The same for an event whose last input it is."""
SCRIPT = (HERE / "talks.js").read_text(encoding="utf-8")
DOWNLOAD = (HERE / "download.js").read_text(encoding="utf-8")
FORMS = {"md": "Markdown", "docx": "Word"}


def resumed(session: Session, kept: object, index: Index) -> Session:
    """The session with the conversations that the browser kept, the one that was on the page asked anew."""
    heads, talk = kept_from(kept)
    session = replace(session, talks=session.talks.listing(heads))
    return _opened(session, talk, index) if talk else session


def remembered(session: Session) -> Session:
    """The session with what is on its page in its conversation."""
    lines = tuple(
        Line(exchange.asked, exchange.removed)
        for exchange in session.exchanges
        # Of a question that was too long only a beginning is left: there is nothing to ask again.
        if exchange.answer or len(exchange.asked.text) <= QUESTION_SHOWN
    )
    return replace(session, talks=session.talks.keeping(lines))


def talk_actions(session: Session, given: Mapping[object, object], index: Index) -> dict[str, Callable[[], Session]]:
    """What clicks in the pane do. `given` comes from the browser and may be anything."""
    heads, talk = kept_from(given.get("kept"))
    id_, title = str(given.get("value") or ""), str(given.get("to") or "")
    listed = replace(session, talks=session.talks.listing(heads))

    def deleted() -> Session:
        talks = session.talks.deleting(id_)
        return replace(session, talks=talks) if talks.current else replace(session.cleared(), talks=talks)

    return {
        "talk": lambda: _opened(listed, talk, index) if talk else listed,
        "listed": lambda: listed,
        "rename": lambda: replace(session, talks=session.talks.renaming(title)),
        "delete": deleted,
    }


def _opened(session: Session, talk: Talk, index: Index) -> Session:
    """Answers are not kept: everything is asked anew of the index as it is now."""
    exchanges = [Exchange(line.asked, removed=line.removed) for line in talk.lines]
    opened = session.cleared().asking_again(exchanges, index)
    return remembered(replace(opened, talks=opened.talks.with_current(talk)))


def talks_to_html(session: Session) -> Html:
    """The pane, with what the browser has to keep of the conversation on the page."""
    words, talks = talk_texts(session.language), session.talks
    current = talks.current
    return element(
        "nav",
        element(
            "div",
            element("button", words.talks, type="button", class_="drawer", popovertarget="talks-list"),
            element("button", texts(session.language).clear, type="button", data_action="clear"),
            class_="bar",
        ),
        element("p", words.full, class_="full", role="alert", hidden=True),
        _undo(talks.gone, words) if talks.gone else None,
        element(
            "div",
            element("h2", words.talks),
            element("ul", *(_item(head, current, words) for head in talks.heads))
            if talks.heads
            else element("p", words.none),
            element("p", words.kept, class_="kept"),
            id="talks-list",
            popover=True,
        ),
        class_="talks",
        aria_label=words.talks,
        lang=session.language,
        data_current=current.head.id if current else None,
        data_put=talk_to_json(current) if current else None,
        data_not_copied=words.not_copied,
    )


def _undo(gone: Head, words: TalkTexts) -> Html:
    said = element("span", words.deleted.format(title=gone.title), role="status")
    return element(
        "p", said, element("button", words.undo, type="button", data_action="undo", data_value=gone.id), class_="undo"
    )


def _item(head: Head, current: Talk | None, words: TalkTexts) -> Html:
    here = current is not None and current.head.id == head.id
    delete = words.delete.format(title=head.title)
    return element(
        "li",
        element("input", class_="name", value=head.title, data_rename=head.id, aria_label=words.rename)
        if here
        else element("button", head.title, type="button", class_="name", data_action="talk", data_value=head.id),
        element(
            "button",
            "×",
            type="button",
            class_="delete",
            data_action="delete",
            data_value=head.id,
            aria_label=delete,
            title=delete,
        ),
        _exports(words) if here else None,
        aria_current="true" if here else None,
    )


def _exports(words: TalkTexts) -> Html:
    buttons = (
        element(
            "button",
            label,
            type="button",
            data_action="export",
            data_value=form,
            aria_label=words.export_as.format(form=label),
        )
        for form, label in FORMS.items()
    )
    return element("span", element("span", words.export), *buttons, class_="exports")
