"""What is understood of a question as chips: each can be typed over or taken away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from qa.answer import Answer
from qa.occasions import Understood
from qa.render.labels import Labels, day_text
from qa.render.markup import Html, element

GIVEN = "="
"""Begins the words of a filter that was given and not understood: no question's words do."""


def chips_to_html(
    answer: Answer, labels: Labels, place: int, removed: Sequence[str], given: Sequence[Understood]
) -> Html | None:
    """What is understood, from the same words together, each to be changed or taken away; who could be a speaker."""
    together: dict[tuple[str, str], list[Understood]] = {}
    for part in (*answer.question.understood, *given):
        together.setdefault((part.words, labels.fields[part.field]), []).append(part)
    chips = [_chip(parts, answer, labels, place) for parts in together.values()]
    chips += [_removed_chip(words, labels, place) for words in removed]
    offered = dict.fromkeys(part.words for part in answer.question.offered)
    chips += [_offered_chip(words, labels, place) for words in offered if words not in removed]
    if not chips:
        return None
    return element("ul", *(element("li", chip) for chip in chips), class_="chips", aria_label=labels.understood)


CHANGED = {"speakers": "speakers", "meetings": "meetings", "since": None, "until": None}
"""Fields whose value may be typed over, with the list that helps to."""


def _chip(parts: Sequence[Understood], answer: Answer, labels: Labels, place: int) -> Html:
    words, field = parts[0].words, parts[0].field
    value = _chip_value(parts, answer, labels)
    return element(
        "span",
        element("span", labels.fields[field], class_="field"),
        _chip_box(value, field, words, labels, place) if field in CHANGED else element("span", value, class_="value"),
        element("span", labels.carried if parts[0].carried else f"「{words}」", class_="words")
        if words[:1] != "="
        else None,
        _chip_button("drop", "×", labels.remove.format(value=value), words, place),
        class_="chip",
    )


def _source(part: Understood, labels: Labels) -> str:
    return labels.carried if part.carried else f"「{part.words}」"


def _chip_box(value: str, field: str, words: str, labels: Labels, place: int) -> Html:
    """The value as a box: typing another one and leaving it asks again."""
    return element(
        "input",
        class_="value",
        value=value,
        size=str(min(30, max(4, 2 * len(value)))),
        list=CHANGED[field],
        data_change=words,
        data_place=str(place),
        aria_label=labels.change.format(field=labels.fields[field]),
    )


def _offered_chip(words: str, labels: Labels, place: int) -> Html:
    return element(
        "button",
        labels.offer.format(words=words),
        type="button",
        class_="offer",
        data_action="name",
        data_place=str(place),
        data_value=words,
        title=labels.offer_meaning,
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
        ends = {
            part.field: re.split(r"[（(]", day_text(date.fromisoformat(part.value), labels))[0].strip()
            for part in parts
        }
        since, until = ends.get("since", ""), ends.get("until", "")
        return since if since == until else f"{since} – {until}".strip()
    titles = {
        entry.meeting.meeting.id: entry.meeting.meeting.title for entry in (*answer.statements, *answer.near_misses)
    }
    # 前回の会議 is understood as a meeting's id, which nobody wants to read.
    if parts[0].field in {"act", "cue"}:
        return labels.values[parts[0].value]
    names = [
        titles.get(part.value) or (part.words if re.fullmatch(r"[0-9a-f]{16}", part.value) else part.value)
        for part in parts
    ]
    return "、".join(dict.fromkeys(names))
