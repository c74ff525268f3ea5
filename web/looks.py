"""Three looks at one topic, as HTML: comparison, timeline and all matches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qa.render import Html, element, joined
from qa.render.html import badges, meeting_to_html, speaker_to_html
from qa.render.labels import day_text
from qa.views import Match, Matches, Moment, Voice, comparison, timeline
from web.desk import Desk
from web.pieces import matched, open_button, scope_to_html
from web.texts import Texts
from web.views_texts import ViewsTexts


def look_to_html(desk: Desk, words: Texts, own: ViewsTexts) -> Html:
    """The form, what was found in what, and the open look at it."""
    found = desk.found
    return joined(
        (
            _form(desk, own),
            element("p", desk.error, class_="error", role="alert") if desk.error else None,
            _summary(found, words, own) if found else None,
            LOOKS[desk.view](desk, found, words, own) if found else None,
        )
    )


def _form(desk: Desk, own: ViewsTexts) -> Html:
    topic = desk.asked.text if desk.asked else ""
    speakers = "、".join(desk.asked.given.speakers) if desk.asked else ""
    return element(
        "form",
        element(
            "label",
            element("span", own.topic),
            element("input", name="value", id="view-topic", value=topic, placeholder=own.topic_example),
        ),
        element(
            "label",
            element("span", own.speakers),
            element("input", name="speakers", id="view-speakers", value=speakers, placeholder=own.speakers_hint),
        ),
        element("button", own.look, type="submit", class_="primary"),
        data_form="look",
        role="search",
    )


def _summary(found: Matches, words: Texts, own: ViewsTexts) -> Html:
    """How many were found, of what was understood, in what was searched."""
    count = (own.count if found.complete else own.count_at_least).format(count=len(found.matches))
    parts = [
        f"{words.fields[part.field]} {words.values.get(part.value, part.value)}" for part in found.question.understood
    ]
    return element(
        "div",
        element("p", element("strong", count if found.matches else own.no_match), role="status"),
        element("p", f"{words.understood}：" if words.language == "ja" else f"{words.understood}: ", " / ".join(parts))
        if parts
        else None,
        scope_to_html(found, words, own),
        element("p", own.withheld.format(count=found.withheld), class_="warning") if found.withheld else None,
        class_="summary",
    )


def _choices(action: str, label: str, names: dict[str, str], chosen: str) -> Html:
    """Buttons of which one is pressed."""
    return element(
        "div",
        element("span", label, aria_hidden="true"),
        *(
            element(
                "button",
                name,
                type="button",
                data_action=action,
                data_value=value,
                aria_pressed="true" if value == chosen else "false",
            )
            for value, name in names.items()
        ),
        role="group",
        aria_label=label,
        class_="choices",
    )


def _more(shown: int, of: int, own: ViewsTexts) -> Html | None:
    if of <= shown:
        return None
    return element(
        "button", own.more.format(count=of - shown), type="button", class_="more", data_action="rows", data_value=""
    )


def _comparison(desk: Desk, found: Matches, words: Texts, own: ViewsTexts) -> Html:
    voices = comparison(found, desk.by).voices
    silent = any(voice.best is None for voice in voices)
    return joined(
        (
            _choices("by", own.by, own.bys, desk.by),
            element("p", own.no_affiliation, class_="meaning")
            if desk.by == "affiliation" and found.matches and not voices
            else None,
            element("p", own.none_found_meaning, class_="meaning") if silent else None,
            element("div", *(_voice(voice, words, own) for voice in voices[: desk.rows]), class_="voices"),
            _more(desk.rows, len(voices), own),
            element("p", own.cues, class_="meaning") if any(v.best and v.best.cues for v in voices) else None,
        )
    )


def _voice(voice: Voice, words: Texts, own: ViewsTexts) -> Html:
    heading = element("h3", voice.name)
    if voice.best is None:
        return element("article", element("header", heading), element("p", own.none_found), class_="voice silent")
    return element(
        "article",
        element("header", heading, element("span", own.statements.format(count=voice.count), class_="count-of")),
        matched(voice.best),
        _where(voice.best, words),
        class_="voice",
    )


def _where(match: Match, words: Texts) -> Html:
    """Meeting, kind of record, and the way to the source."""
    return element(
        "footer",
        element("p", meeting_to_html(match.cited.meeting, words), badges(match.cited.meeting, words)),
        open_button(match, words),
    )


def _timeline(desk: Desk, found: Matches, words: Texts, own: ViewsTexts) -> Html:
    moments = timeline(found).moments
    shown = [_moment(moment, words, own) for moment in moments[: desk.rows]]
    return joined((element("ol", *shown, class_="moments"), _more(desk.rows, len(moments), own)))


def _moment(moment: Moment, words: Texts, own: ViewsTexts) -> Html:
    meeting = moment.match.cited.meeting.meeting
    day = (
        element("time", day_text(meeting.date, words), datetime=meeting.date.isoformat())
        if meeting.date
        else element("span", own.no_date, class_="none")
    )
    return element(
        "li",
        element("p", own.breaks.format(person=moment.person), class_="breaks") if moment.breaks else None,
        element("h3", day, speaker_to_html(moment.match.cited.statement, words)),
        matched(moment.match),
        _wording(moment, own),
        _where(moment.match, words),
    )


def _wording(moment: Moment, own: ViewsTexts) -> Html | None:
    if not any(stretch.kind == "same" for stretch in moment.wording) or len(moment.wording) < 2:
        return None
    tags = {"added": "ins", "removed": "del"}
    titles = {"added": own.added, "removed": own.dropped}
    pieces = [
        element(tags[stretch.kind], stretch.text, title=titles[stretch.kind]) if stretch.kind in tags else stretch.text
        for stretch in moment.wording
    ]
    return element(
        "details",
        element("summary", own.wording),
        element("p", own.wording_meaning, class_="meaning"),
        element("p", joined(pieces), class_="statement"),
        class_="wording",
    )


def _matches(desk: Desk, found: Matches, words: Texts, own: ViewsTexts) -> Html | None:
    if not found.matches:
        return None
    names = ("date", "speaker", "statement", "meeting", "confidence", "source")
    heads = [
        element("th", own.columns[name], scope="col", class_=name if name == "confidence" else None) for name in names
    ]
    return joined(
        (
            _choices("order", own.sort, own.sorts, desk.sort),
            element(
                "table",
                element("caption", own.names["matches"]),
                element("thead", element("tr", *heads)),
                element("tbody", *_rows(found.matches[: desk.rows], words, own)),
                class_="all",
            ),
            _more(desk.rows, len(found.matches), own),
        )
    )


def _rows(matches: Sequence[Match], words: Texts, own: ViewsTexts) -> Iterator[Html]:
    for match in matches:
        entry, meeting = match.cited, match.cited.meeting.meeting
        day = element("time", meeting.date.isoformat(), datetime=meeting.date.isoformat()) if meeting.date else "—"
        yield element(
            "tr",
            element("td", day, class_="date"),
            element("th", speaker_to_html(entry.statement, words), scope="row", class_="speaker-cell"),
            element("td", matched(match), class_="statement-cell"),
            element(
                "td",
                element("span", meeting.title or words.no_title),
                badges(entry.meeting, words),
                class_="meeting-cell",
            ),
            element("td", f"{match.confidence * 100:.0f}", class_="confidence", title=own.confidence),
            element("td", open_button(match, words), class_="source-cell"),
        )


LOOKS: dict[str, Callable[[Desk, Matches, Texts, ViewsTexts], Html | None]] = {
    "compare": _comparison,
    "timeline": _timeline,
    "matches": _matches,
}
"""The tabs that show the matches of one topic."""
