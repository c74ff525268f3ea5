"""The table of coverage: who said something on which of several topics, as far as it is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from qa.render import Html, element, joined
from qa.render.html import badges, meeting_to_html, speaker_to_html
from qa.views import Coverage, Match
from web.desk import Cell, Desk
from web.pieces import matched, open_button, scope_to_html
from web.texts import Texts
from web.views_texts import ViewsTexts


def coverage_to_html(desk: Desk, words: Texts, own: ViewsTexts) -> Html:
    """The form, what was searched, and the table with the statement of the open cell beneath its row."""
    table = desk.table
    return joined(
        (
            _form(desk, own),
            element("p", desk.error, class_="error", role="alert") if desk.error else None,
            _searched(table, words, own) if table else None,
            _table(table, desk, words, own) if table and table.names else None,
            element("p", own.none_found_meaning, class_="meaning") if table and table.names else None,
        )
    )


def _form(desk: Desk, own: ViewsTexts) -> Html:
    speakers = "、".join(desk.table.topics[0].filters.speakers) if desk.table else ""
    return element(
        "form",
        element(
            "label",
            element("span", own.topics),
            element(
                "textarea",
                "\n".join(desk.topics),
                name="value",
                id="view-topics",
                rows="4",
                placeholder=own.topics_example,
            ),
        ),
        element(
            "label",
            element("span", own.speakers),
            element("input", name="speakers", id="view-speakers", value=speakers, placeholder=own.speakers_hint),
        ),
        element("button", own.look, type="submit", class_="primary"),
        data_form="cover",
        role="search",
    )


def _searched(table: Coverage, words: Texts, own: ViewsTexts) -> Html:
    """What was searched for each topic, once where it was the same."""
    scopes: dict[str, list[str]] = {}
    for topic in table.topics:
        scopes.setdefault(scope_to_html(topic, words, own).text, []).append(topic.question.text)
    lines = [
        joined((element("p", " / ".join(topics), class_="topic") if len(scopes) > 1 else None, Html(scope)))
        for scope, topics in scopes.items()
    ]
    nothing = None if table.names else element("p", element("strong", own.no_match))
    return element("div", nothing, *lines, class_="summary", role="status")


def _table(table: Coverage, desk: Desk, words: Texts, own: ViewsTexts) -> Html:
    heads = [element("th", topic.question.text, scope="col") for topic in table.topics]
    return element(
        "div",
        element(
            "table",
            element("caption", own.table),
            element("thead", element("tr", element("th", own.columns["speaker"], scope="col"), *heads)),
            element("tbody", *_rows(table, desk, words, own)),
        ),
        class_="scroller",
        tabindex="0",
        role="region",
        aria_label=own.table,
    )


def _rows(table: Coverage, desk: Desk, words: Texts, own: ViewsTexts) -> Iterator[Html]:
    for row, (name, cells) in enumerate(zip(table.names, table.cells, strict=True)):
        shown = []
        for column, match in enumerate(cells):
            label = own.open_cell.format(name=name, topic=table.topics[column].question.text)
            shown.append(_cell(match, Cell(row, column), desk, label, own))
        yield element("tr", element("th", name, scope="row"), *shown)
        if desk.cell and desk.cell.row == row and desk.in_cell:
            yield element(
                "tr", element("td", _opened(desk.in_cell, words), colspan=str(len(cells) + 1)), class_="opened"
            )


def _cell(match: Match | None, cell: Cell, desk: Desk, label: str, own: ViewsTexts) -> Html:
    if match is None:
        return element("td", own.none_found, class_="none")
    quote = next(iter(match.cited.quotes), match.cited.statement.text)
    return element(
        "td",
        element(
            "button",
            element("span", quote),
            type="button",
            data_action="cell",
            data_place=str(cell.row),
            data_value=str(cell.column),
            aria_expanded="true" if cell == desk.cell else "false",
            aria_label=f"{label}：{quote}",
        ),
    )


def _opened(match: Match, words: Texts) -> Html:
    return element(
        "article",
        element("header", speaker_to_html(match.cited.statement, words), badges(match.cited.meeting, words)),
        matched(match),
        element("footer", element("p", meeting_to_html(match.cited.meeting, words)), open_button(match, words)),
        class_="voice",
    )
