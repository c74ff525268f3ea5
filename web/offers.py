"""The files that a visitor offers, as HTML: what was read of each, with fields to correct it."""

from __future__ import annotations

from collections.abc import Iterator

from index.minutes import LOW_CONFIDENCE, Meeting
from qa.render import Html, element
from qa.render.labels import day_text
from qa.render.markup import text_language
from web.texts import texts
from web.upload_reasons import in_japanese
from web.uploading import SPEAKERS, VALUE_CHARS, Offer, Uploading

SURE = 0.85
"""From this confidence on, who speaks counts as read for certain."""
FIRST = 3
"""Statements that are shown of a meeting."""
FIRST_CHARS = 160
MEETINGS = 10
"""Meetings of one file that are listed."""
NOTES = 10
"""Warnings that are shown."""


def offers_to_html(now: Uploading) -> Html:
    """All files, what goes on and what came of it; nothing while the part is closed."""
    words, waiting = now.words, now.waiting
    saved = any(offer.fate == "saved" for offer in now.offers)
    if not now.is_open:
        return element("div", class_="offers", lang=now.language)
    return element(
        "div",
        element(
            "div",
            element("p", now.doing) if now.doing else None,
            element("progress", aria_label=now.doing) if now.doing else None,
            element("p", now.said, class_="wrong" if now.is_wrong else "done") if now.said else None,
            class_="doing",
            role="status",
        ),
        _button(words.again, "again", class_="again") if saved and not now.doing else None,
        element("h2", words.confirm.format(count=len(waiting))) if waiting else None,
        *(_offer(offer, now) for offer in waiting),
        _button(words.keep_all.format(count=len(waiting)), "keep-all", class_="keep", disabled=bool(now.doing))
        if len(waiting) > 1
        else None,
        *(_offer(offer, now) for offer in reversed(now.offers) if offer.fate != "waiting"),
        class_="offers",
        lang=now.language,
    )


def _button(text: str, action: str, **attributes: str | bool | None) -> Html:
    return element("button", text, type="button", data_action=action, **attributes)


def _offer(offer: Offer, now: Uploading) -> Html:
    words = now.words
    if offer.fate != "waiting" or offer.offered is None:
        return element(
            "article",
            element("strong", words.states.get(offer.fate, ""), class_="state"),
            element("span", offer.name, class_="file"),
            *_said(offer.note, now),
            _button("×", "drop", data_value=str(offer.number), aria_label=f"{words.clear}: {offer.name}"),
            class_=f"offer brief {offer.fate}",
        )
    return element(
        "article",
        element("h3", offer.name, class_="file"),
        *_read(offer, now),
        element("p", offer.problem, class_="wrong", role="alert") if offer.problem else None,
        element(
            "div",
            _button(words.keep, "keep", class_="keep", data_value=str(offer.number), disabled=bool(now.doing)),
            _button(words.drop, "drop", data_value=str(offer.number), disabled=bool(now.doing)),
            class_="choices",
        ),
        class_="offer waiting",
        data_offer=str(offer.number),
        aria_label=offer.name,
    )


def _said(note: str, now: Uploading) -> Iterator[Html]:
    """A note; for a Japanese reader an English one is explained first."""
    if now.language == "ja" and (meaning := in_japanese(note)):
        yield element("p", meaning, element("small", note, lang="en"))
    else:
        yield element("p", note)


def _read(offer: Offer, now: Uploading) -> Iterator[Html | None]:
    """What the parser understood."""
    offered, words = offer.offered, now.words
    if offered is None:
        return
    meetings = offered.meetings
    corrected = offered.takes_corrections
    if corrected and len(meetings) == 1:
        yield element("div", *_fields(offer, meetings[0], now), class_="fields")
    else:
        said = words.several if corrected else words.archive
        count = len(meetings) if corrected else len(offered.parsed)
        yield element("p", said.format(count=count), class_="meaning")
        yield element("ul", *(_listed(meeting, now) for meeting in meetings[:MEETINGS]), class_="meetings")
        if corrected:
            yield element("div", _record(offer, meetings[0], now), class_="fields") if meetings else None
    confidence = min((one.confidence for one in offered.parsed), default=0.0)
    sure = words.sure[0 if confidence >= SURE else 1 if confidence >= LOW_CONFIDENCE else 2]
    count = sum(len(meeting.statements) for meeting in meetings)
    shown = f"{words.statements.format(count=count)} · {sure} ({confidence:.0%})"
    yield element("p", shown, class_="sure" if confidence >= LOW_CONFIDENCE else "sure wrong")
    yield _speakers(offer, now)
    yield _beginning(meetings[0], now) if meetings else None
    notes = dict.fromkeys(note for one in offered.parsed for note in one.warnings)
    if notes or offered.refused:
        listed = [*offered.refused, *notes][:NOTES]
        yield element(
            "div",
            element("h4", words.notes),
            element("ul", *(element("li", *_said(note, now)) for note in listed)),
            class_="notes",
        )


def _fields(offer: Offer, meeting: Meeting, now: Uploading) -> Iterator[Html]:
    words = now.words
    said = {"title": meeting.title, "date": meeting.date.isoformat() if meeting.date else None, "place": meeting.place}
    for name, label in (("title", words.title), ("date", words.day), ("place", words.place)):
        guessed = words.from_name if name in meeting.inferred else None
        yield element(
            "label",
            element("span", label, element("small", guessed) if guessed else None),
            _input(name, offer.typed.get(name, said[name] or ""), placeholder="2023-02-14" if name == "date" else None),
            class_=name,
        )
    yield _record(offer, meeting, now)


def _input(name: str, value: str, **attributes: str | bool | None) -> Html:
    return element(
        "input", type="text", name=name, value=value, maxlength=str(VALUE_CHARS), autocomplete="off", **attributes
    )


def _record(offer: Offer, meeting: Meeting, now: Uploading) -> Html:
    chosen = offer.typed.get("record", meeting.record)
    options = (
        element("option", value=value, label=label, selected=value == chosen)
        for value, label in now.words.records.items()
    )
    return element(
        "label", element("span", now.words.record), element("select", *options, name="record"), class_="record"
    )


def _listed(meeting: Meeting, now: Uploading) -> Html:
    labels = texts(now.language)
    return element(
        "li",
        element("time", day_text(meeting.date, labels)) if meeting.date else None,
        element("span", meeting.title or labels.no_title),
        element("small", now.words.statements.format(count=len(meeting.statements))),
    )


def _speakers(offer: Offer, now: Uploading) -> Html:
    words, labels = now.words, texts(now.language)
    speakers = offer.speakers
    if not speakers:
        return element("p", words.nobody, class_="meaning")
    corrected = offer.offered is not None and offer.offered.takes_corrections
    rows = []
    for place, (speaker, turns) in enumerate(speakers[:SPEAKERS]):
        name = f"speaker{place}"
        value = offer.typed.get(name, speaker.name or "")
        origin = labels.name_from.get(speaker.name_from) if speaker.name_from else None
        cell = _input(name, value, aria_label=words.name_of.format(label=speaker.label)) if corrected else value
        rows.append(
            element(
                "tr",
                element("th", speaker.label, scope="row"),
                element("td", str(turns), class_="number"),
                element("td", cell, element("small", origin) if origin else None),
            )
        )
    more = len(speakers) - SPEAKERS
    return element(
        "details",
        element("summary", words.who.format(count=len(speakers))),
        element(
            "table",
            element(
                "thead",
                element("tr", *(element("th", one, scope="col") for one in (words.label, words.count, words.name))),
            ),
            element("tbody", *rows),
        ),
        element("p", words.more_speakers.format(count=more)) if more > 0 else None,
        class_="who",
        open=len(speakers) <= FIRST,
    )


def _beginning(meeting: Meeting, now: Uploading) -> Html:
    labels = texts(now.language)
    shown = (
        element(
            "li",
            element("strong", one.speaker.label if one.speaker else labels.no_speaker),
            element("span", f"{one.text[:FIRST_CHARS]}…" if len(one.text) > FIRST_CHARS else one.text),
            lang=text_language(one.text),
        )
        for one in meeting.statements[:FIRST]
    )
    return element("div", element("h4", now.words.beginning), element("ol", *shown), class_="beginning")
