"""The words around an answer, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.render.citation import era_date
from qa.render.text import japanese_date

Calendar = Literal["western", "era"]
"""Whose year comes first in a date: 2023年2月14日（令和5年） or 令和5年2月14日（2023年）."""


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
    calendar: Calendar = "western"


def day_text(day: date, labels: Labels) -> str:
    """A day as people of the language write it, in the reader's calendar."""
    era = era_date(day)
    name, year = era[:2], era[2:].partition("年")[0]
    if labels.language == "en":
        western = f"{day.day} {day:%B} {day.year}"
        known = labels.calendar == "era" and name in _ROMANISED
        return f"{western} ({_ROMANISED[name]} {year.replace('元', '1')})" if known else western
    return f"{era}（{day.year}年）" if labels.calendar == "era" and name in _ROMANISED else japanese_date(day)


_ROMANISED = {"令和": "Reiwa", "平成": "Heisei", "昭和": "Showa", "大正": "Taisho", "明治": "Meiji"}
