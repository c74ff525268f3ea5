"""The API of the page: one endpoint, `ask`, which gives the JSON form of an answer.

It gives it as text: gradio_client takes every object with a "path" in it for a file to download, and an
answer's source has one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

from index.dates import parse_date
from index.errors import MinutesError, QuestionRejected
from index.search import Filters, Index
from qa.__main__ import MAX_TOP
from qa.answer import Asked, ask
from qa.render import answer_to_json


def endpoint(index: Index) -> Callable[..., str]:
    """The function behind the endpoint `ask` for this index."""

    def ask_the_minutes(
        question: str,
        history: list[str] | None = None,
        top: int = 5,
        speakers: list[str] | None = None,
        meetings: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        without: list[str] | None = None,
        named: list[str] | None = None,
    ) -> str:
        """Ask the minutes; gives the JSON text of python -m qa --json, or {"error": "…"} for a refused question.

        history: earlier questions, oldest first. since, until: days as 2023-02-14, both included. without: words of
        the question (as in filters.understood) from which nothing is to be understood. named: words (as in
        filters.offered) for people whose own statements are asked for.
        """
        try:
            given = Filters(
                speakers=_strings("speakers", speakers),
                meetings=_strings("meetings", meetings),
                since=_day("since", since),
                until=_day("until", until),
            )
            asked = Asked(
                _string("question", question),
                _strings("history", history),
                given,
                frozenset(_strings("without", without)),
                frozenset(_strings("named", named)),
                _top(top),
            )
            shown = answer_to_json(ask(asked, index))
        except MinutesError as error:
            shown = {"error": str(error)}
        return json.dumps(shown, ensure_ascii=False)

    return ask_the_minutes


# What arrives is JSON of anybody's making: the type hints above are documentation, these are the checks.


def _string(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise QuestionRejected(f"{name} has to be a string")
    return value


def _strings(name: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise QuestionRejected(f"{name} has to be a list of strings")
    return tuple(value)


def _top(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_TOP:
        raise QuestionRejected(f"top has to be a whole number from 1 to {MAX_TOP}")
    return value


def _day(name: str, value: object) -> date | None:
    if value is None or value == "":
        return None
    day = parse_date(_string(name, value))
    if day is None:
        raise QuestionRejected(f"{name} is no date; write it as 2023-02-14 or 令和5年2月14日")
    return day
