"""What became of the statement that a permanent link names: corrected, removed, forgotten, or never there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from qa.render import Html, element, speaker_name
from qa.render.labels import day_text
from qa.render.tracing import day_of
from qa.tracing import Earlier, Resolved
from web.opened import Opened
from web.texts import Texts
from web.viewer_texts import ViewerTexts, viewer_texts


def trace_to_html(opened: Opened, words: Texts) -> Iterator[Html]:
    """Sentences that the reader has to know before the statement, and its earlier forms."""
    own = viewer_texts(words.language)
    found = opened.found
    if found is None:
        if opened.cited is None:
            yield _said(own.damaged if opened.damaged else own.unknown)
        return
    yield from map(_said, _sentences(found, words, own))
    if found.history is None:
        yield _said(own.no_history)
    # That of a removed statement stands below, whole.
    former = (found.history or ())[: -1 if found.state == "removed" and found.shown else None]
    if former:
        yield element(
            "details",
            element("summary", own.before),
            *(_earlier(one, words, own) for one in former),
            class_="former",
            open=found.state == "corrected",
        )


def _said(sentence: str) -> Html:
    return element("p", sentence, class_="warning", role="note")


def _sentences(found: Resolved, words: Texts, own: ViewerTexts) -> Iterator[str]:
    if found.state == "corrected":
        yield own.corrected
    elif found.state == "removed" and found.history:
        yield own.removed.format(day=day_text(day_of(found.history[-1].until), words))
    elif found.state == "forgotten" and found.forgotten:
        yield own.forgotten.format(day=day_text(date.fromisoformat(found.forgotten), words))
        yield own.succeeded if found.shown else own.no_successor
    if found.shown is None and found.state != "forgotten":
        yield own.unproven


def _earlier(one: Earlier, words: Texts, own: ViewerTexts) -> Html:
    speaker = speaker_name(one.speaker) if one.speaker else words.no_speaker
    until = own.until.format(day=day_text(day_of(one.until), words), speaker=speaker)
    return element(
        "section",
        element("h3", until),
        element("blockquote", *_wording(one, own), class_="statement") if one.text else _said(own.unproven),
    )


def _wording(one: Earlier, own: ViewerTexts) -> Iterator[Html | str]:
    """The earlier words, with what left them and what came into them."""
    if not one.difference:
        yield one.text or ""
    for stretch in one.difference:
        if stretch.kind == "same":
            yield stretch.text
        else:
            added = stretch.kind == "added"
            meaning = own.added_text if added else own.removed_text
            yield element("ins" if added else "del", stretch.text, title=meaning)
