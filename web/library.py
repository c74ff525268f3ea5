"""The library: the meetings of the index by series and day, and the index itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from index.search import Snapshot
from index.store import MeetingRow, Version
from qa.library import News, Series, library
from qa.render import Html, element, joined
from qa.render.html import badges, link, meeting_to_html
from qa.render.labels import day_text
from web.desk import Desk
from web.texts import Texts
from web.views_texts import ViewsTexts


def library_to_html(desk: Desk, snapshot: Snapshot, words: Texts, own: ViewsTexts) -> Html:
    """The search, what is new, the meetings, and with which model the index was made."""
    series = library(desk.sought, snapshot, date.today())
    count = sum(len(one.meetings) for one in series)
    left = desk.rows
    shown = []
    for one in series:
        if left > 0:
            shown.append(_series(one, left, desk.news, snapshot, words, own))
        left -= len(one.meetings)
    return joined(
        (
            _form(desk, own),
            _news(desk.news, words, own) if desk.news else None,
            element("p", own.meetings.format(count=count) if count else own.no_meeting, role="status"),
            *shown,
            element(
                "button", own.more.format(count=-left), type="button", class_="more", data_action="rows", data_value=""
            )
            if left < 0
            else None,
            _index(snapshot.version, words, own),
        )
    )


def _form(desk: Desk, own: ViewsTexts) -> Html:
    return element(
        "form",
        element(
            "label",
            element("span", own.sought),
            element("input", name="value", id="view-sought", value=desk.sought, placeholder=own.sought_example),
        ),
        element("button", own.seek, type="submit", class_="primary"),
        data_form="seek",
        role="search",
    )


def _news(news: News, words: Texts, own: ViewsTexts) -> Html:
    removed = own.news_removed.format(count=news.files_removed) if news.files_removed else ""
    told = own.news.format(count=len(news.meetings), day=_made(news.since, words))
    return element("p", f"{told} {removed}".strip(), class_="news")


def _series(one: Series, left: int, news: News | None, snapshot: Snapshot, words: Texts, own: ViewsTexts) -> Html:
    return element(
        "section",
        element("h3", one.body or own.no_body, element("span", own.meetings.format(count=len(one.meetings)))),
        element("ul", *_meetings(one.meetings[:left], news, snapshot, words, own)),
        class_="series",
    )


def _meetings(
    rows: tuple[MeetingRow, ...], news: News | None, snapshot: Snapshot, words: Texts, own: ViewsTexts
) -> Iterator[Html]:
    for row in rows:
        title = row.meeting.title or words.no_title
        new = news is not None and row.meeting.id in news.meetings
        old = row.row in snapshot.editions.superseded
        yield element(
            "li",
            element(
                "p",
                meeting_to_html(row, words),
                element("span", own.new, class_="badge new") if new else None,
                element("span", own.superseded, class_="badge draft") if old else None,
                badges(row, words),
                class_="title",
            ),
            element(
                "p", element("span", row.sources[0].path, class_="path"), link(row.meeting.url, words), class_="place"
            ),
            element(
                "p",
                element(
                    "button",
                    own.read,
                    type="button",
                    data_action="meeting",
                    data_value=row.meeting.id,
                    aria_label=own.read_of.format(title=title),
                ),
                element(
                    "button",
                    own.ask_about,
                    type="button",
                    data_about=own.draft_question.format(title=title),
                    aria_label=own.ask_about_of.format(title=title),
                ),
                class_="actions",
            ),
        )


def _index(version: Version, words: Texts, own: ViewsTexts) -> Html:
    """Version and encoder of the index."""
    return element(
        "dl",
        element("dt", own.version.format(version=version.id, day=_made(version.created, words))),
        element("dd", own.encoder, "：" if words.language == "ja" else ": ", element("code", version.encoder_name)),
        class_="index",
    )


def _made(created: str, words: Texts) -> str:
    """The day on which a version was made, where this program runs."""
    return day_text(datetime.fromisoformat(created).astimezone().date(), words)
