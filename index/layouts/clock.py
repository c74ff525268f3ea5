"""Times of day, and lines that say nothing but when something began or ended."""

from __future__ import annotations

import re
import unicodedata

from index.dates import number
from index.layouts.lines import Line
from index.layouts.passages import tidy

_TIME = re.compile(
    r"(?P<half>午前|午後|正午|am|pm)?\s*(?:(?P<hour>\d{1,2}|[〇零一二三四五六七八九十]{1,3})(?:時(?:(?P<spoken>\d{1,2}|[〇零一二三四五六七八九十]{1,3})分|(?P<thirty>半))?|:(?P<minute>\d{2}))(?!間))?"
)
_CLOCK_LINE = re.compile(
    r"^[△▽◎○◯〇]?(?:午前|午後|正午)?.{0,12}(?P<event>開議|開会|再開|休憩|散会|閉会|閉議|延会|開始|終了)$"
)
# △開会（午前１０時００分）
_EVENT_FIRST = re.compile(
    r"^[△▽◎○◯]?(?P<event>開議|開会|再開|休憩|散会|閉会|閉議|延会)[（(](?:午前|午後|正午)[^（）()]{1,12}[)）]$"
)


def times_in(text: str) -> list[str]:
    """Times of day as HH:MM, in order: 8:25～8:35, 午後１時３０分, 午後一時."""
    plain = unicodedata.normalize("NFKC", text)
    found: list[str] = []
    afternoon = False
    for match in _TIME.finditer(plain):
        if not match["hour"]:
            if match["half"] == "正午":
                found.append("12:00")
            continue
        afternoon = match["half"] in ("午後", "pm") or (afternoon and match["half"] is None)
        hour = number(match["hour"]) or 0
        minute = 30 if match["thirty"] else number(match["spoken"] or match["minute"] or "0") or 0
        if afternoon and hour < 12:
            hour += 12
        if hour < 24 and minute < 60:
            found.append(f"{hour:02d}:{minute:02d}")
    return found


def clock_event(line: Line) -> str | None:
    """開議, 休憩 … where a line says nothing but when: 午後三時三十六分休憩."""
    # 1     午前10時00分 開議: exports of council sites count their passages.
    text = re.sub(r"^\d{1,4}[\s　]{2,}", "", line.text)
    if len(text) > 30 or line.ends_sentence:
        return None
    match = _CLOCK_LINE.match(tidy(text)) or _EVENT_FIRST.match(tidy(text))
    return match["event"] if match and times_in(text) else None
