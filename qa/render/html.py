"""Answer -> HTML. `element` is the only maker of markup: whatever is not `Html` already is escaped by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from index.minutes import LOW_CONFIDENCE, Statement
from index.store import MeetingRow
from qa.answer import Answer, Cited
from qa.occasions import Understood
from qa.render.text import japanese_date, speaker_name


@dataclass(frozen=True, slots=True)
class Html:
    """Markup made by `element`."""

    text: str


def element(tag: str, *children: Html | str | None, **attributes: str | bool | None) -> Html:
    """An element; strings among its children are escaped, None is left out.

    `class_` is the attribute class, `data_action` data-action; True gives a bare attribute, None and False none.
    """
    shown = "".join(
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{tag}{shown}>{joined(children).text}</{tag}>")


def joined(children: Iterable[Html | str | None]) -> Html:
    """Several pieces as one, strings escaped."""
    return Html("".join(child.text if isinstance(child, Html) else escape(child) for child in children if child))


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words around an answer in one language; those with {} are templates."""

    language: str
    fields: dict[str, str]
    name_from: dict[str, str]
    kinds: dict[str, str]
    file_state: dict[str, str]
    no_speaker: str
    no_title: str
    summary: str
    summary_meaning: str
    verbatim: str
    draft: str
    uncertain: str
    uncertain_meaning: str
    fictional: str
    fictional_meaning: str
    page: str
    open_source: str
    open_source_of: str
    on_the_web: str
    understood: str
    carried: str
    remove: str
    restore: str
    removed: str
    searched: str
    searched_nothing: str
    near_misses: str
    near_misses_meaning: str


def answer_to_html(answer: Answer, labels: Labels, place: int = 0, removed: Sequence[str] = ()) -> Html:
    """The answer as chips, cards, or what was searched in vain.

    `place` tells the answers of one page apart; `removed` holds the words whose filters were taken away.
    """
    return element(
        "div",
        _chips(answer, labels, place, removed),
        None if answer.answered else _refusal(answer, labels),
        *(_card(entry, labels, place) for entry in answer.statements),
        _near_misses(answer, labels, place),
        class_="answer",
    )


def _refusal(answer: Answer, labels: Labels) -> Html:
    scope = answer.scope
    days = " – ".join(dict.fromkeys(day_text(day, labels) for day in (scope.first, scope.last) if day))
    searched = labels.searched if scope.statements else labels.searched_nothing
    return element(
        "div",
        element("p", answer.note, class_="note"),
        element("p", searched.format(meetings=scope.meetings, statements=scope.statements, days=days), class_="scope"),
        class_="refusal",
    )


def _near_misses(answer: Answer, labels: Labels, place: int) -> Html | None:
    if not answer.near_misses:
        return None
    return element(
        "details",
        element("summary", labels.near_misses.format(count=len(answer.near_misses))),
        element("p", labels.near_misses_meaning, class_="meaning"),
        *(_card(entry, labels, place, miss=True) for entry in answer.near_misses),
        class_="misses",
    )


def _card(entry: Cited, labels: Labels, place: int, miss: bool = False) -> Html:
    rank = None if miss else element("span", str(entry.rank), class_="rank", aria_hidden="true")
    name = speaker_name(entry.statement.speaker) if entry.statement.speaker else labels.no_speaker
    return element(
        "article",
        element(
            "header",
            rank,
            speaker_to_html(entry.statement, labels),
            badges(entry.meeting, labels, entry.statement),
        ),
        marked(entry.statement.text, () if miss else entry.quotes),
        element(
            "footer",
            element("p", meeting_to_html(entry.meeting, labels), _part("agenda", entry.statement.agenda)),
            element("p", place_to_html(entry, labels), class_="place"),
            element(
                "button",
                labels.open_source,
                type="button",
                class_="open",
                data_action="open",
                data_place=str(place),
                data_value=entry.statement.id,
                aria_label=labels.open_source_of.format(speaker=name, rank=entry.rank),
            ),
        ),
        class_="card miss" if miss else "card",
    )


def speaker_to_html(statement: Statement, labels: Labels) -> Html:
    """Who is cited, with where the name comes from."""
    if statement.speaker is None:
        return element("span", labels.kinds.get(statement.kind, labels.no_speaker), class_="speaker none")
    speaker = statement.speaker
    return element(
        "span",
        element("strong", speaker_name(speaker)),
        _part("affiliation", speaker.affiliation),
        _part("name-from", labels.name_from.get(speaker.name_from or "") if speaker.name else None),
        class_="speaker",
    )


def badges(row: MeetingRow, labels: Labels, statement: Statement | None = None) -> Html:
    """What a reader has to know before quoting: record kind, draft, fictional, and statements that are no speech."""
    meeting = row.meeting
    summary = meeting.record == "summary"
    kind = labels.kinds.get(statement.kind) if statement and statement.speaker else None
    return element(
        "span",
        element("span", labels.fictional, class_="badge fictional", title=labels.fictional_meaning)
        if meeting.fictional
        else None,
        _part("badge", kind),
        _part("badge draft", labels.draft if meeting.draft else None),
        element("span", labels.uncertain, class_="badge draft", title=labels.uncertain_meaning)
        if meeting.confidence < LOW_CONFIDENCE
        else None,
        element("span", labels.summary, class_="badge", title=labels.summary_meaning)
        if summary
        else element("span", labels.verbatim, class_="badge"),
        class_="badges",
    )


def marked(text: str, quotes: Sequence[str]) -> Html:
    """A statement, whole, with the sentences that answer marked."""
    pieces: list[Html | str] = []
    done = 0
    for quote in quotes:
        start = text.find(quote, done)
        if quote and start >= 0:
            pieces += [text[done:start], element("mark", quote)]
            done = start + len(quote)
    pieces.append(text[done:])
    return element("blockquote", *pieces, class_="statement", lang=text_language(text))


def meeting_to_html(row: MeetingRow, labels: Labels) -> Html:
    """Title and date of a meeting."""
    meeting = row.meeting
    day = element("time", day_text(meeting.date, labels), datetime=meeting.date.isoformat()) if meeting.date else None
    title = element("span", meeting.title or labels.no_title, class_="meeting", lang=text_language(meeting.title or ""))
    return joined((title, day))


def place_to_html(entry: Cited, labels: Labels) -> Html:
    """Where in which file, the state of the file, and the address on the web."""
    pages = sorted({span.page for span in entry.statement.spans})
    state = labels.file_state.get(entry.file)
    return joined(
        (
            element("span", entry.meeting.sources[0].path, class_="path"),
            element(
                "span", labels.page.format(pages="–".join(str(page) for page in dict.fromkeys(pages[:1] + pages[-1:])))
            ),
            _part("warning", state),
            link(entry.meeting.meeting.url, labels),
        )
    )


def link(url: str | None, labels: Labels) -> Html | None:
    """A link to the published minutes; only to a web address, whatever the file says."""
    if not url or not re.match(r"https?://", url):
        return None
    return element("a", labels.on_the_web, href=url, target="_blank", rel="noopener noreferrer")


def _part(class_: str, text: str | None) -> Html | None:
    return element("span", text, class_=class_) if text else None


def _chips(answer: Answer, labels: Labels, place: int, removed: Sequence[str]) -> Html | None:
    """The filters understood, those from the same words together, each with a button that takes it away."""
    together: dict[tuple[str, str], list[Understood]] = {}
    for part in answer.question.understood:
        together.setdefault((part.words, labels.fields[part.field]), []).append(part)
    chips = [_chip(parts, answer, labels, place) for parts in together.values()]
    chips += [_removed_chip(words, labels, place) for words in removed]
    if not chips:
        return None
    return element("ul", *(element("li", chip) for chip in chips), class_="chips", aria_label=labels.understood)


def _chip(parts: Sequence[Understood], answer: Answer, labels: Labels, place: int) -> Html:
    words = parts[0].words
    value = _chip_value(parts, answer, labels)
    return element(
        "span",
        element("span", labels.fields[parts[0].field], class_="field"),
        element("span", value, class_="value"),
        element("span", labels.carried if parts[0].carried else f"「{words}」", class_="words"),
        _chip_button("drop", "×", labels.remove.format(value=value), words, place),
        class_="chip",
    )


def _removed_chip(words: str, labels: Labels, place: int) -> Html:
    return element(
        "span",
        element("s", f"「{words}」", aria_label=labels.removed.format(value=words)),
        _chip_button("restore", "↺", labels.restore.format(value=words), words, place),
        class_="chip removed",
    )


def _chip_button(action: str, sign: str, label: str, words: str, place: int) -> Html:
    return element(
        "button",
        sign,
        type="button",
        data_action=action,
        data_place=str(place),
        data_value=words,
        aria_label=label,
        title=label,
    )


def _chip_value(parts: Sequence[Understood], answer: Answer, labels: Labels) -> str:
    if parts[0].field in {"since", "until"}:
        ends = {part.field: day_text(date.fromisoformat(part.value), labels).partition("（")[0] for part in parts}
        since, until = ends.get("since", ""), ends.get("until", "")
        return since if since == until else f"{since} – {until}".strip()
    titles = {
        entry.meeting.meeting.id: entry.meeting.meeting.title for entry in (*answer.statements, *answer.near_misses)
    }
    # 前回の会議 is understood as a meeting's id, which nobody wants to read.
    names = [
        titles.get(part.value) or (part.words if re.fullmatch(r"[0-9a-f]{16}", part.value) else part.value)
        for part in parts
    ]
    return "、".join(dict.fromkeys(names))


def day_text(day: date, labels: Labels) -> str:
    """A day as people of the language write it."""
    return japanese_date(day) if labels.language == "ja" else f"{day.day} {day:%B} {day.year}"


def text_language(text: str) -> str | None:
    """The language of a text as far as its letters tell, for fonts and screen readers."""
    return "ja" if re.search(r"[ぁ-んァ-ヴ一-龯]", text) else None
