"""The source panel: a cited passage marked in its meeting, with what was said before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from index.minutes import Statement
from index.proof import proven
from index.search import Filters, Snapshot
from qa.citing import Cited
from qa.render import Html, element, joined
from qa.render.html import badges, marked, meeting_to_html, place_to_html, speaker_to_html
from web.leaf import has_pages, leaf_to_html, toolbar_to_html
from web.links import statement_link
from web.opened import Opened
from web.original import PATH
from web.texts import Texts
from web.traces import trace_to_html
from web.viewer_texts import viewer_texts
from web.voices import voice_of, voices

CHARACTERS_AROUND = 160
"""Characters of the document shown before and after the passage as printed."""


def source_to_html(opened: Opened, snapshot: Snapshot, words: Texts) -> Html:
    """The panel for an open source."""
    cited = opened.cited
    body = [*trace_to_html(opened, words), *(_shown(opened, cited, snapshot, words) if cited else ())]
    return element(
        "aside",
        element(
            "header",
            element("h2", words.source, tabindex="-1"),
            element(
                "div",
                *_ways(opened, cited, snapshot, words),
                element(
                    "button",
                    "×",
                    type="button",
                    class_="close",
                    data_action="close",
                    aria_label=words.close,
                    title=words.close,
                ),
                class_="ways",
            ),
        ),
        element("div", *body, class_="body", tabindex="0"),
        class_="source",
        lang=words.language,
        aria_label=words.source,
        data_open=opened.id,
        data_view="text" if opened.as_text else f"page:{opened.page}",
    )


def _ways(opened: Opened, cited: Cited | None, snapshot: Snapshot, words: Texts) -> Iterator[Html]:
    """What one can take along: the permanent link, the original file."""
    if cited is None:
        return
    own = viewer_texts(words.language)
    link = statement_link(opened.id)
    yield element(
        "button", own.copy_link, type="button", data_copy_link=link, data_copied=own.copied, aria_live="polite"
    )
    if cited.file == "current" and snapshot.statement(cited.statement.id):
        yield element("a", own.download, href=f"{PATH}/{cited.statement.id}", class_="original", download=True)


def _shown(opened: Opened, cited: Cited, snapshot: Snapshot, words: Texts) -> Iterator[Html]:
    yield _about(cited, words)
    leaf: Html | str | None = None
    if has_pages(cited, snapshot):
        leaf = None if opened.as_text else leaf_to_html(opened, cited, snapshot, words)
        yield leaf if isinstance(leaf, Html) else toolbar_to_html(opened, words)
    if isinstance(leaf, Html):
        return
    if leaf:
        yield element("p", leaf, class_="warning", role="note")
    yield from _context(opened, cited, snapshot, words)
    printed = _as_printed(cited, snapshot, words)
    if printed:
        yield printed


def _about(cited: Cited, words: Texts) -> Html:
    return element(
        "div",
        element("p", meeting_to_html(cited.meeting, words), class_="title"),
        element("p", badges(cited.meeting, words), element("span", cited.meeting.meeting.place, class_="where")),
        element("p", place_to_html(cited, words), class_="place"),
        class_="about",
    )


def _context(opened: Opened, cited: Cited, snapshot: Snapshot, words: Texts) -> Iterator[Html]:
    """The statements around the passage, the passage among them."""
    if cited.statement.kind == "head":
        hits = snapshot.listed(Filters(meetings=(cited.meeting.meeting.id,)), opened.after + 1)
        found = snapshot.statements(hit.row for hit in hits)
        around = [cited.statement, *(found[hit.row] for hit in hits)]
    else:
        # One more on each side tells whether there is more to show.
        around = [
            statement for _, statement in snapshot.neighbours(cited.statement.id, opened.before + 1, opened.after + 1)
        ]
    if all(statement.id != cited.statement.id for statement in around):
        if opened.found is None:
            yield element("p", words.not_in_index, class_="warning", role="note")
        around = [cited.statement]
    place = next(place for place, statement in enumerate(around) if statement.id == cited.statement.id)
    first, last = max(0, place - opened.before), place + opened.after + 1
    if first:
        yield _more("earlier", words.earlier)
    text = snapshot.document(cited.meeting.document).text if cited.meeting.row in snapshot.meetings else None
    known = voices(cited.meeting.row, snapshot)
    yield element("div", *_turns(around[first:last], cited, text, known, words), class_="context")
    if len(around) > last:
        yield _more("later", words.later)


def _more(action: str, label: str) -> Html:
    return element("button", label, type="button", class_="more", data_action=action)


def _turns(
    statements: Sequence[Statement], cited: Cited, document: str | None, known: Mapping[str, str], words: Texts
) -> Iterator[Html]:
    agenda: str | None = None
    for _, of_turn in groupby(statements, lambda statement: statement.turn):
        turn = list(of_turn)
        if turn[0].agenda and turn[0].agenda != agenda:
            agenda = turn[0].agenda
            yield element("h3", agenda)
        shown = [_statement(statement, cited, document, words) for statement in turn]
        style = " ".join(filter(None, ("turn", turn[0].kind, voice_of(turn[0], known))))
        yield element("section", element("h4", speaker_to_html(turn[0], words)), *shown, class_=style)


def _statement(statement: Statement, cited: Cited, document: str | None, words: Texts) -> Html:
    if document is not None and not proven(statement, document):
        return element("p", words.not_proven, class_="warning")
    if statement.id != cited.statement.id:
        return marked(statement.text, ())
    quotes = cited.quotes or (statement.text,)
    return element(
        "div",
        element("p", words.the_passage, class_="passage"),
        marked(statement.text, quotes, cited.reported, words.reported_meaning),
        class_="target",
    )


def _as_printed(cited: Cited, snapshot: Snapshot, words: Texts) -> Html | None:
    """The characters of the document that the citation stands on, folded."""
    if cited.meeting.row not in snapshot.meetings:
        return None
    text = snapshot.document(cited.meeting.document).text
    spans = cited.statement.spans
    pieces: list[Html | str] = []
    done = max(0, spans[0].start - CHARACTERS_AROUND)
    for span in spans:
        pieces += [text[done : span.start], element("mark", text[span.start : span.end])]
        done = span.end
    pieces.append(text[done : done + CHARACTERS_AROUND])
    where = words.characters.format(start=spans[0].start + 1, end=spans[-1].end)
    return element(
        "details",
        element("summary", words.as_printed),
        element("p", element("span", where), element("code", f"SHA-256 {cited.meeting.sha256[:16]}…"), class_="place"),
        element("pre", joined(pieces), lang="ja"),
        class_="printed",
    )
