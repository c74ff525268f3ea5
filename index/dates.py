"""Dates in words: 和暦, 西暦, mixed widths, kanji numerals, English, relative words and ranges.

`find_dates` serves the meeting's own date and the understanding of questions alike.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_ERAS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
_ERAS |= {"m": 1868, "t": 1912, "s": 1926, "h": 1989, "r": 2019}
_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "元": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}

# One character to one character, so that places found in the translated text hold in the original.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x301C: 0x7E}

_GAP = r"[ \t]{0,3}"
_NUMBER = r"(?:\d{1,2}|[〇零一二三四五六七八九十]{1,3})"
_YEAR = r"(?:\d{4}|[〇零一二三四五六七八九]{4})"
_MONTH_NAME = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_MONTH_DAY = rf"(?:の|{_GAP})?(?P<month>{_NUMBER}){_GAP}月(?:の?{_GAP}(?P<day>{_NUMBER}){_GAP}日)?"
_SEASONS = {"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 14), "前半": (1, 6), "後半": (7, 12)}
_TAIL = rf"(?:{_GAP}(?P<fiscal>度)|の?{_GAP}(?P<season>{'|'.join(_SEASONS)})|{_MONTH_DAY})?"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_ABSOLUTE = _compiled(
    rf"(?P<era>明治|大正|昭和|平成|令和){_GAP}(?P<year>元|{_NUMBER})(?:{_GAP}\([^()]{{2,8}}\))?{_GAP}年{_TAIL}",
    rf"(?<![a-z\d])(?P<era>[mtshr]){_GAP}(?P<year>元|\d{{1,2}}){_GAP}年{_TAIL}",
    r"(?<![a-z\d])(?P<era>[mtshr])\.?(?P<year>\d{1,2})(?P<sep>[./-])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)",
    rf"(?<![\d〇零一二三四五六七八九])(?P<year>{_YEAR})(?:\([^()]{{2,8}}\))?{_GAP}年{_TAIL}",
    r"(?<![\d./-])(?P<year>(?:19|20)\d\d)(?P<sep>[./-])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)",
    r"(?<![\d./-])(?P<year>(?:19|20)\d\d)[/-](?P<month>\d{1,2})(?![\d./-])",
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH_NAME}),? (?P<year>\d{{4}})(?!\d)",
    rf"(?<![a-z])(?P<month>{_MONTH_NAME}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:[-–]\d{{1,2}})?,?"
    r" (?P<year>\d{4})(?!\d)",
    rf"(?<![a-z])(?P<month>{_MONTH_NAME}),? (?P<year>\d{{4}})(?!\d)",
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?= (?:minutes|meetings?)\b)",
    r"(?<![a-z])(?:in|since|until|till|after|before|from|during|by|to|between|and) (?P<year>(?:19|20)\d\d)(?!\d)",
)

_RELATIVE_YEAR = {"今年": 0, "本年": 0, "昨年": -1, "去年": -1, "前年": -1, "一昨年": -2, "おととし": -2, "来年": 1}
_RELATIVE_YEAR |= {"this year": 0, "last year": -1}
_RELATIVE_MONTH = {"今月": 0, "先月": -1, "前月": -1, "先々月": -2, "来月": 1, "this month": 0, "last month": -1}
_RELATIVE_WEEK = {"今週": 0, "先週": -1, "先々週": -2, "来週": 1, "this week": 0, "last week": -1}
_RELATIVE_DAY = {"今日": 0, "本日": 0, "昨日": -1, "きのう": -1, "一昨日": -2, "おととい": -2, "明日": 1}
_RELATIVE_DAY |= {"today": 0, "yesterday": -1}


def _words(table: dict[str, int]) -> str:
    return "|".join(
        rf"(?<![a-z]){word}(?![a-z])" if word.isascii() else word for word in sorted(table, key=len, reverse=True)
    )


_RELATIVE = _compiled(
    rf"(?P<relative_year>{_words(_RELATIVE_YEAR)})(?:{_TAIL})",
    rf"(?P<relative_month>{_words(_RELATIVE_MONTH)})(?:の?{_GAP}(?P<day>{_NUMBER}){_GAP}日)?",
    rf"(?P<relative_week>{_words(_RELATIVE_WEEK)})",
    rf"(?P<relative_day>{_words(_RELATIVE_DAY)})",
    r"(?P<ago>\d{1,3}|[一二三四五六七八九十]{1,3})\s?(?P<unit>日|週間|か月|ヶ月|カ月|ヵ月|箇月|年)前",
    r"(?:過去|ここ|直近の?|この)(?P<past>\d{1,3}|[一二三四五六七八九十]{1,3})\s?(?P<unit>日|週間|か月|ヶ月|カ月|ヵ月|箇月|年)間?",
    rf"(?<![\d年])(?P<month>{_NUMBER}){_GAP}月{_GAP}(?P<day>{_NUMBER}){_GAP}日",
)

_ERA_YEAR = re.compile(rf"(?P<era>明治|大正|昭和|平成|令和){_GAP}(?:元|{_NUMBER}){_GAP}年")
_PARTIAL = re.compile(
    rf"(?P<only_year>{_NUMBER}){_GAP}年|(?P<only_day>{_NUMBER}){_GAP}日|"
    rf"(?P<month>{_NUMBER}){_GAP}月(?:{_GAP}(?P<day>{_NUMBER}){_GAP}日)?"
)
_TO = re.compile(r"[ \t]{0,3}(?:\([^()]{1,6}\)[ \t]{0,3})?(?:から|より|~|–|—|-|to|until|and)[ \t]{0,3}", re.IGNORECASE)
_OPEN_END = re.compile(r"(?:の日)?(?:以降|以後|から|より後|の後)")
_OPEN_START = re.compile(r"(?P<inclusive>以前|まで|until now)|(?:より前|の前)")
_BOTH_SIDES = re.compile(r"\s(?:to|until|and|[-–])\s", re.IGNORECASE)
_BEFORE_ENGLISH = re.compile(r"(?P<word>since|after|from|until|till|before|by)\s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `since` to `until`, both included, and where the words stand: text[start:end] == words."""

    since: date
    until: date
    start: int
    end: int
    words: str


def find_dates(text: str, today: date | None = None) -> list[DateRange]:
    """All dates and ranges in `text`, in order, not overlapping; an open side is date.min or date.max.

    Relative words (昨年, 先月, last week) and dates without a year count only when `today` is given.
    """
    plain = text.translate(_HALF_WIDTH)
    singles = _singles(plain, today)
    found: list[DateRange] = []
    for single in singles:
        if found and single.start < found[-1].end:
            continue
        joined = _joined(found[-1], single, plain) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(_with_partial_end(single, plain))
    return [_opened(one, text, plain) for one in found]


def parse_date(text: str) -> date | None:
    """The one day that `text` names and nothing else (2023-02-14, 令和5年2月14日), or None."""
    stripped = text.strip()
    found = find_dates(stripped)
    if len(found) == 1 and found[0].words == stripped and found[0].since == found[0].until:
        return found[0].since
    return None


def number(words: str) -> int | None:
    """The value of a whole number in digits of any width or in kanji (百十六, 二〇二三), or None."""
    plain = words.translate(_HALF_WIDTH).strip()
    if re.fullmatch(r"[0-9]{1,9}", plain):
        return int(plain)
    if not plain or any(character not in _DIGITS and character not in _UNITS for character in plain):
        return None
    if not any(character in _UNITS for character in plain):
        return int("".join(str(_DIGITS[character]) for character in plain)) if len(plain) <= 9 else None
    total, digit = 0, 0
    for character in plain:
        if character in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[character], 0
        else:
            digit = _DIGITS[character]
    return total + digit


def _singles(plain: str, today: date | None) -> list[DateRange]:
    """Every date without its neighbours, earliest first and at one place the longest first."""
    patterns = _ABSOLUTE + _RELATIVE if today else _ABSOLUTE
    found = []
    for pattern in patterns:
        for match in pattern.finditer(plain):
            days = _days(match.groupdict(), today)
            if days:
                start = match.start("year") if match.re in _ABSOLUTE[-1:] else match.start()
                found.append(DateRange(days[0], days[1], start, match.end(), ""))
    return sorted(found, key=lambda one: (one.start, -one.end))


def _days(parts: dict[str, str | None], today: date | None) -> tuple[date, date] | None:
    try:
        if parts.get("year"):
            return _absolute(parts)
        return _relative(parts, today) if today else None
    except (ValueError, OverflowError):  # 2月30日, the year 0: not a date
        return None


def _absolute(parts: dict[str, str | None]) -> tuple[date, date] | None:
    year = number(parts["year"] or "")
    if year is None:
        return None
    era = parts.get("era")
    if era:
        year += _ERAS[era.lower()] - 1
    return _period(year, parts)


def _period(year: int, parts: dict[str, str | None]) -> tuple[date, date]:
    """The whole year, fiscal year (April to March), season, month or day that the parts name."""
    if parts.get("fiscal"):
        return date(year, 4, 1), date(year + 1, 3, 31)
    if season := parts.get("season"):
        first, last = _SEASONS[season]
        return date(year, first, 1), _whole_month(year, last)[1]
    if not parts.get("month"):
        return date(year, 1, 1), date(year, 12, 31)
    month = _month(parts["month"] or "")
    if not parts.get("day"):
        return _whole_month(year, month)
    day = date(year, month, number(parts["day"] or "") or 0)
    return day, day


def _month(words: str) -> int:
    named = _MONTHS.get(words.lower().rstrip("."))
    return named if named else number(words) or 0


def _whole_month(year: int, month: int) -> tuple[date, date]:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _relative(parts: dict[str, str | None], today: date) -> tuple[date, date] | None:
    if word := parts.get("relative_year"):
        shift = _RELATIVE_YEAR[word.lower()]
        fiscal_now = today.year if today.month >= 4 else today.year - 1
        return _period((fiscal_now if parts.get("fiscal") else today.year) + shift, parts)
    if word := parts.get("relative_month"):
        first, last = _whole_month(today.year, today.month + _RELATIVE_MONTH[word.lower()])
        if parts.get("day"):
            first = last = first.replace(day=number(parts["day"] or "") or 0)
        return first, last
    if word := parts.get("relative_week"):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_RELATIVE_WEEK[word.lower()])
        return monday, monday + timedelta(days=6)
    if word := parts.get("relative_day"):
        day = today + timedelta(days=_RELATIVE_DAY[word.lower()])
        return day, day
    if parts.get("ago") or parts.get("past"):
        first, last = _ago(number(parts.get("ago") or parts.get("past") or "") or 0, parts["unit"] or "", today)
        return (first, today) if parts.get("past") else (first, last)
    return _latest_without_year(parts, today)


def _ago(count: int, unit: str, today: date) -> tuple[date, date]:
    if unit in ("日", "週間"):
        day = today - timedelta(days=count * (7 if unit == "週間" else 1))
        return day, day
    if unit == "年":
        return date(today.year - count, 1, 1), date(today.year - count, 12, 31)
    return _whole_month(today.year, today.month - count)


def _latest_without_year(parts: dict[str, str | None], today: date) -> tuple[date, date]:
    """2月14日 without a year: the latest such day that is not in the future."""
    day = date(today.year, number(parts["month"] or "") or 0, number(parts["day"] or "") or 0)
    if day > today:
        day = day.replace(year=today.year - 1)
    return day, day


def _joined(first: DateRange, second: DateRange, plain: str) -> DateRange | None:
    """One range where only から, ～, to … stands between two dates."""
    between = _TO.fullmatch(plain, first.end, second.start)
    if not between or second.until < first.since:
        return None
    return DateRange(first.since, second.until, first.start, _past_made(plain, second.end), "")


def _with_partial_end(first: DateRange, plain: str) -> DateRange:
    """2023年1月から3月まで, 2月14日～16日, 令和4年から5年: the end takes from the start what it leaves out."""
    between = _TO.match(plain, first.end)
    part = _PARTIAL.match(plain, between.end()) if between else None
    if not part:
        return first
    era = _ERA_YEAR.match(plain, first.start)
    if part["only_year"]:
        days = _days({"era": era["era"], "year": part["only_year"]}, None) if era else None
    else:
        month = part["month"] or str(first.since.month)
        days = _days({"year": str(first.since.year), "month": month, "day": part["day"] or part["only_day"]}, None)
    if not days or days[1] < first.since:
        return first
    return DateRange(first.since, days[1], first.start, _past_made(plain, part.end()), "")


def _past_made(plain: str, end: int) -> int:
    return end + 2 if plain.startswith("まで", end) else end


def _opened(one: DateRange, text: str, plain: str) -> DateRange:
    """Opens a side for 以降, 以前, since, until … and fills in the words."""
    since, until, start, end = one.since, one.until, one.start, one.end
    before = _BEFORE_ENGLISH.search(plain, max(0, start - 7), start)
    if plain[end - 2 : end] == "まで":
        pass  # the end of a range, not an open start
    elif match := _OPEN_END.match(plain, end):
        until, end = date.max, match.end()
    elif match := _OPEN_START.match(plain, end):
        until = until if match["inclusive"] else since - timedelta(days=1)
        since, end = date.min, match.end()
    elif before and not _BOTH_SIDES.search(plain, start, end):
        start = before.start()
        since, until = _english_side(before["word"].lower(), since, until)
    return DateRange(since, until, start, end, text[start:end])


def _english_side(word: str, since: date, until: date) -> tuple[date, date]:
    if word in ("since", "from"):
        return since, date.max
    if word == "after":
        return until + timedelta(days=1), date.max
    return date.min, (since - timedelta(days=1) if word == "before" else until)
