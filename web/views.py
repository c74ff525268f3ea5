"""The row of tabs and the open one, as HTML."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime

from index.search import Snapshot
from qa.render import Html, element
from qa.render.views import View, view_to_csv
from qa.views import comparison, timeline
from web.coverage import coverage_to_html
from web.desk import VIEWS, Desk
from web.library import library_to_html
from web.looks import LOOKS, look_to_html
from web.texts import Texts
from web.views_texts import ViewsTexts, views_texts


def views_to_html(desk: Desk, snapshot: Snapshot | None, words: Texts) -> Html:
    """The row of tabs, and beneath it what the open one shows; the chat stands in the page itself."""
    own = views_texts("en" if words.language == "en" else "ja")
    return element(
        "div",
        element("div", *(_tab(view, desk, own) for view in VIEWS), role="tablist", aria_label=own.tabs, class_="tabs"),
        _panel(desk, snapshot, words, own) if desk.view != "chat" and snapshot else None,
        class_="views",
        lang=words.language,
        data_view=desk.view,
        data_topic=_topic(desk),
        data_speakers="、".join(desk.asked.given.speakers) if desk.asked and desk.view in LOOKS else None,
        data_version=f"{snapshot.version.id} {snapshot.version.created}" if snapshot else None,
        data_visit=True if desk.news else None,
        data_turns=str(desk.turns),
    )


def _topic(desk: Desk) -> str | None:
    """What stands in the address beside the tab."""
    if desk.view == "coverage":
        return "\n".join(desk.topics) or None
    if desk.view == "library":
        return desk.sought or None
    return desk.asked.text if desk.asked and desk.view in LOOKS else None


def _tab(view: str, desk: Desk, own: ViewsTexts) -> Html:
    chosen = view == desk.view
    news = len(desk.news.meetings) if desk.news and view == "library" else 0
    return element(
        "button",
        own.names[view],
        element("span", str(news), class_="count", title=own.new) if news else None,
        type="button",
        role="tab",
        id=f"tab-{view}",
        tabindex="0" if chosen else "-1",
        aria_selected="true" if chosen else "false",
        aria_controls="conversation" if view == "chat" else "panel" if chosen else None,
        data_action="turn",
        data_value=view,
    )


def _panel(desk: Desk, snapshot: Snapshot, words: Texts, own: ViewsTexts) -> Html:
    if desk.view == "coverage":
        shown = coverage_to_html(desk, words, own)
    elif desk.view == "library":
        shown = library_to_html(desk, snapshot, words, own)
    else:
        shown = look_to_html(desk, words, own)
    return element(
        "div",
        element("h2", own.names[desk.view], class_="unseen"),
        element("p", own.about[desk.view], class_="about-view"),
        shown,
        _save(desk, own),
        id="panel",
        class_=f"panel {desk.view}",
        role="tabpanel",
        aria_labelledby=f"tab-{desk.view}",
    )


def _save(desk: Desk, own: ViewsTexts) -> Html | None:
    """The button that saves what is shown as a table, and once it was pressed the table itself."""
    view = _saved(desk)
    if view is None:
        return None
    name = f"{own.file}-{datetime.now().astimezone():%Y%m%d}.csv"
    link = None
    if desk.saving:
        # A spreadsheet reads UTF-8 only behind a byte order mark.
        content = b64encode(view_to_csv(view).encode("utf-8-sig")).decode()
        link = element("a", own.saved.format(name=name), download=name, href=f"data:text/csv;base64,{content}")
    return element(
        "p",
        element("button", own.save, type="button", data_action="save", data_value=""),
        element("span", link, role="status"),
        class_="save",
    )


def _saved(desk: Desk) -> View | None:
    """What the open tab shows, as a whole; None where that is nothing."""
    if desk.view == "coverage":
        return desk.table if desk.table and desk.table.names else None
    found = desk.found if desk.view in LOOKS else None
    if found is None or not found.matches:
        return None
    if desk.view == "compare":
        return comparison(found, desk.by)
    return timeline(found) if desk.view == "timeline" else found
