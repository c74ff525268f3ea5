"""Texts of the calendar switch and of what may be asked next."""

from __future__ import annotations

from dataclasses import dataclass

from qa.render.labels import Calendar
from web.texts import Language


@dataclass(frozen=True, slots=True)
class LookTexts:
    """These words in one language; `calendar` says what a click shows, by the calendar that is shown now."""

    calendar: dict[Calendar, str]
    following: str
    source_hint: str


LOOK: dict[Language, LookTexts] = {
    "ja": LookTexts(
        calendar={"western": "和暦で表示", "era": "西暦で表示"},
        following="続けて聞く",
        source_hint="答えの「出典を開く」を押すと、議事録の前後の発言がここに並びます。",
    ),
    "en": LookTexts(
        calendar={"western": "Japanese years", "era": "Western years"},
        following="Ask next",
        source_hint="Open the source of a statement: the minutes around the statement appear here.",
    ),
}
