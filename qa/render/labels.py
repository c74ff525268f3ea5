"""The words around an answer, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qa.render.text import japanese_date


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
    values: dict[str, str]
    change: str
    offer: str
    offer_meaning: str
    others: str
    others_meaning: str
    asked: str
    reported_meaning: str
    also: str
    repeated: str


def day_text(day: date, labels: Labels) -> str:
    """A day as people of the language write it."""
    return japanese_date(day) if labels.language == "ja" else f"{day.day} {day:%B} {day.year}"
