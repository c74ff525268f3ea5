"""The judging page: one question at a time, its statements as cards, and a grade for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr  # slow: import this module only where the page is about to be served

from index.errors import MinutesError
from qa.judging import GRADES, NAME_CHARS, Judgements, Pooled
from qa.render import Html, element
from qa.render.labels import day_text
from qa.render.markup import text_language
from web.sitting import Sitting
from web.texts import preferred, texts

SCRIPT = Path(__file__).parent / "judging.js"


def page(path: Path, pool: Sequence[Pooled], judge: str | None) -> gr.Blocks:
    """The judging page of a pool, ready to launch; who judges is asked where `judge` is None."""
    blocks = gr.Blocks(title="発言の判定 · Judging statements", analytics_enabled=False, fill_width=True)
    with blocks:
        sitting = gr.State(Sitting(path, tuple(pool)))
        shown = gr.HTML(js_on_load=SCRIPT.read_text(encoding="utf-8"), apply_default_css=False, elem_id="conversation")

        def start(request: gr.Request) -> list[Any]:
            begun = Sitting(path, tuple(pool), preferred(request.headers.get("accept-language")))
            return _drawn(begun.acting({"action": "judge", "value": judge}) if judge else begun)

        def act(now: Sitting, event: gr.EventData) -> list[Any]:
            return _drawn(now.acting(event._data))

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        blocks.load(start, None, [sitting, shown], queue=False, **private)
        shown.select(act, [sitting], [sitting, shown], **private)
    return blocks


def _drawn(sitting: Sitting) -> list[Any]:
    return [sitting, judging_to_html(sitting).text]


def judging_to_html(sitting: Sitting) -> Html:
    """All of the page."""
    try:
        grades = sitting.grades()
    except MinutesError as error:
        grades, sitting = {}, replace(sitting, problem=sitting.words.not_saved.format(message=error))
    return element(
        "main",
        _head(sitting),
        *(_question(sitting, grades) if sitting.judge else [_who(sitting)]),
        class_="judging",
        lang=sitting.language,
        data_place=str(sitting.place),
        data_judge=sitting.judge,
    )


def _button(text: str, action: str, **attributes: str | bool | None) -> Html:
    return element("button", text, type="button", data_action=action, **attributes)


def _head(sitting: Sitting) -> Html:
    words = sitting.words
    return element(
        "header",
        element("h1", words.title),
        element("span", sitting.judge, class_="judge") if sitting.judge else None,
        _button(words.change, "leave") if sitting.judge else None,
        _button(texts(sitting.language).other_language, "language"),
    )


def _progress(sitting: Sitting, grades: Judgements) -> Html:
    words, total = sitting.words, len(sitting.pool)
    judged = sum(one.key in grades for one in sitting.pool)
    said = words.done if judged == total else words.progress.format(judged=judged, total=total)
    return element(
        "p",
        element("span", said, class_="done" if judged == total else "count", role="status"),
        element("progress", value=str(judged), max=str(total), aria_label=said),
        class_="progress",
    )


def _problem(sitting: Sitting) -> Html | None:
    return element("p", sitting.problem, class_="problem", role="alert") if sitting.problem else None


def _who(sitting: Sitting) -> Html:
    words = sitting.words
    return element(
        "section",
        element("label", words.who, for_="judge"),
        element("input", id="judge", type="text", maxlength=str(NAME_CHARS), autocomplete="off"),
        _button(words.begin, "judge"),
        element("p", words.who_meaning, class_="meaning"),
        _problem(sitting),
        class_="who",
    )


def _question(sitting: Sitting, grades: Judgements) -> Iterator[Html]:
    words, queries = sitting.words, sitting.queries
    here = sitting.pool[sitting.place]
    place = queries.index(here.query) + 1
    yield element(
        "section",
        _progress(sitting, grades),
        element("p", words.question.format(place=place, count=len(queries)), class_="count"),
        *(element("p", f"{words.history}：{earlier}", class_="history") for earlier in here.history),
        element("h2", here.question, class_="question", lang=text_language(here.question)),
        element("p", words.task, class_="task"),
        element("p", words.keys, class_="keys"),
        _problem(sitting),
        class_="asked-now",
    )
    for number, one in enumerate(sitting.pool):
        if one.query == here.query:
            yield _card(one, number, grades.get(one.key), sitting)
    yield element(
        "nav",
        _button(words.previous, "previous", disabled=place == 1),
        _button(words.undo, "undo", disabled=not sitting.given),
        _button(words.next, "next", disabled=place == len(queries)),
    )


def _card(one: Pooled, number: int, grade: int | None, sitting: Sitting) -> Html:
    labels = texts(sitting.language)
    choices = (
        _button(
            name,
            "grade",
            data_value=str(value),
            data_place=str(number),
            data_grade=str(value),
            aria_pressed="true" if grade == value else "false",
        )
        for value, name in zip(GRADES, sitting.words.grades, strict=True)
    )
    day = element("time", day_text(one.date, labels), datetime=one.date.isoformat()) if one.date else None
    return element(
        "article",
        element("header", element("span", element("strong", one.speaker or labels.no_speaker), class_="speaker")),
        element("blockquote", one.text, class_="statement", lang=text_language(one.text)),
        element("footer", element("p", element("span", one.meeting or labels.no_title, class_="meeting"), day)),
        element("div", *choices, class_="grades", role="group"),
        class_="card judged" if grade is not None else "card",
        tabindex="-1",
        aria_current="true" if number == sitting.place else None,
    )
