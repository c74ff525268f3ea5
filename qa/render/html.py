"""Answer -> HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from index.minutes import LOW_CONFIDENCE, Statement
from index.store import MeetingRow
from qa.answer import Answer
from qa.citing import Cited
from qa.occasions import Understood
from qa.render.chips import chips_to_html
from qa.render.labels import Labels, day_text
from qa.render.markup import Html, element, joined, text_language
from qa.render.standing import standing_to_html
from qa.render.text import speaker_name
from qa.views import Sort, arranged

Tools = Callable[[Cited], Html] | None
"""Makes what stands under a card."""


def answer_to_html(
    answer: Answer,
    labels: Labels,
    place: int = 0,
    removed: Sequence[str] = (),
    given: Sequence[Understood] = (),
    order: Sort = "relevance",
    tools: Tools = None,
) -> Html:
    """The answer as chips, cards, or what was searched in vain.

    `place` tells the answers of one page apart; `removed` holds the words whose filters were taken away, `given` the
    filters that were put in their place; `order` is that of the cards. `tools` makes what stands under each card.
    """
    return element(
        "div",
        chips_to_html(answer, labels, place, removed, given),
        _refusal(answer, labels)
        if not answer.answered
        else element("p", answer.note, class_="note")
        if answer.note
        else None,
        standing_to_html(answer, labels, place, order),
        *(_card(entry, labels, place, tools) for entry in arranged(answer.statements, order)),
        _near_misses(answer, labels, place, tools),
        _others(answer, labels, place, tools),
        class_="answer",
    )


def _noted(answer: Answer) -> Html:
    return element("p", answer.note, class_="note")


def _others(answer: Answer, labels: Labels, place: int, tools: Tools) -> Html | None:
    """What others said on the topic, apart from the refusal."""
    if not answer.others:
        return None
    return element(
        "section",
        element("h3", labels.others),
        element("p", labels.others_meaning, class_="meaning"),
        *(_card(entry, labels, place, tools, miss=True) for entry in answer.others),
        class_="others",
    )


def _refusal(answer: Answer, labels: Labels) -> Html:
    scope = answer.searched
    days = " – ".join(dict.fromkeys(day_text(day, labels) for day in (scope.first, scope.last) if day)) or "—"
    searched = labels.searched if scope.statements else labels.searched_nothing
    return element(
        "div",
        element("p", answer.note, class_="note"),
        element("p", searched.format(meetings=scope.meetings, statements=scope.statements, days=days), class_="scope"),
        class_="refusal",
    )


def _near_misses(answer: Answer, labels: Labels, place: int, tools: Tools) -> Html | None:
    if not answer.near_misses:
        return None
    return element(
        "details",
        element("summary", labels.near_misses.format(count=len(answer.near_misses))),
        element("p", labels.near_misses_meaning, class_="meaning"),
        *(_card(entry, labels, place, tools, miss=True) for entry in answer.near_misses),
        class_="misses",
    )


def _card(entry: Cited, labels: Labels, place: int, tools: Tools, miss: bool = False) -> Html:
    rank = None if miss else element("span", str(entry.rank), class_="rank", aria_hidden="true")
    name = speaker_name(entry.statement.speaker) if entry.statement.speaker else labels.no_speaker
    return element(
        "article",
        element(
            "header",
            rank,
            speaker_to_html(entry.statement, labels),
            badges(entry.meeting, labels, entry.statement),
            element(
                "p", meeting_to_html(entry.meeting, labels), _part("agenda", entry.statement.agenda), class_="when"
            ),
        ),
        _asked(entry, labels),
        marked(entry.statement.text, () if miss else entry.quotes, entry.reported, labels.reported_meaning),
        element(
            "footer",
            *_elsewhere(entry, labels),
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
        tools(entry) if tools else None,
        class_="card miss" if miss else "card",
    )


def _asked(entry: Cited, labels: Labels) -> Html | None:
    """The question that a reply answers, folded after its first words: the two are one exchange."""
    if entry.question is None:
        return None
    question = entry.question.statement
    return element(
        "details",
        element("summary", f"{labels.asked} ", speaker_to_html(question, labels), element("span", question.text)),
        marked(question.text, ()),
        class_="asked",
    )


def _elsewhere(entry: Cited, labels: Labels) -> Iterable[Html]:
    """Other records that hold the statement, and other askers who got the same reply."""
    for other in entry.also:
        yield element("p", labels.also, meeting_to_html(other.meeting, labels), badges(other.meeting, labels))
    for other in entry.repeated:
        asker = other.question.statement.speaker if other.question else None
        name = speaker_name(asker) if asker else labels.no_speaker
        yield element("p", labels.repeated.format(asker=name), meeting_to_html(other.meeting, labels))


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


def marked(text: str, quotes: Sequence[str], reported: Sequence[str] = (), meaning: str | None = None) -> Html:
    """A statement, whole, with the sentences that answer marked, and apart from them those that report another's."""
    pieces: list[Html | str] = []
    done = 0
    places = sorted((text.find(part), part, part in quotes) for part in {*quotes, *reported} if part)
    for start, part, answers in places:
        if start < done:
            start = text.find(part, done)
        if start >= done:
            shown = element("mark", part) if answers else element("span", part, class_="reported", title=meaning)
            pieces += [text[done:start], shown]
            done = start + len(part)
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
