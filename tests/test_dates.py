from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import find_dates, number, parse_date

TODAY = date(2024, 3, 10)
FIRST, LAST = date.min, date.max


@pytest.mark.parametrize(
    "text",
    [
        "令和5年2月14日", "令和 5 年２月 1４日（火）", "令和５年２月１４日", "令和五年二月十四日", "R5.2.14", "R5/2/14",
        "Ｒ５．２．１４", "2023年2月14日", "２０２３年２月１４日", "二〇二三年二月十四日", "令和5（2023）年2月14日",
        "2023-02-14", "2023/2/14", "2023.2.14", "14 February 2023", "14th Feb 2023", "February 14, 2023",
        "Feb. 14, 2023", "令和５年 ２月１４日",
    ],
)  # fmt: skip
def test_one_day_in_many_spellings(text: str) -> None:
    (found,) = find_dates(f"会議は{text}に開かれた")
    assert (found.since, found.until) == (date(2023, 2, 14), date(2023, 2, 14))
    assert found.words in text


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("令和元年5月", date(2019, 5, 1), date(2019, 5, 31)),
        ("平成二十七年", date(2015, 1, 1), date(2015, 12, 31)),
        ("昭和64年1月7日", date(1989, 1, 7), date(1989, 1, 7)),
        ("2023年2月", date(2023, 2, 1), date(2023, 2, 28)),
        ("2023年度", date(2023, 4, 1), date(2024, 3, 31)),
        ("令和5年度", date(2023, 4, 1), date(2024, 3, 31)),
        ("March 2023", date(2023, 3, 1), date(2023, 3, 31)),
        ("in 2023", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_periods(text: str, since: date, until: date) -> None:
    (found,) = find_dates(text)
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("昨日", date(2024, 3, 9), date(2024, 3, 9)),
        ("先週", date(2024, 2, 26), date(2024, 3, 3)),
        ("今月", date(2024, 3, 1), date(2024, 3, 31)),
        ("先月", date(2024, 2, 1), date(2024, 2, 29)),
        ("今年", date(2024, 1, 1), date(2024, 12, 31)),
        ("昨年", date(2023, 1, 1), date(2023, 12, 31)),
        ("去年の12月", date(2023, 12, 1), date(2023, 12, 31)),
        ("昨年１２月", date(2023, 12, 1), date(2023, 12, 31)),
        ("前年", date(2023, 1, 1), date(2023, 12, 31)),
        ("今年度", date(2023, 4, 1), date(2024, 3, 31)),
        ("昨年度", date(2022, 4, 1), date(2023, 3, 31)),
        ("3年前", date(2021, 1, 1), date(2021, 12, 31)),
        ("過去二年間", date(2022, 1, 1), TODAY),
        ("2月14日", date(2024, 2, 14), date(2024, 2, 14)),
        ("12月1日", date(2023, 12, 1), date(2023, 12, 1)),
        ("last month", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_relative_words_count_from_today_and_only_with_it(text: str, since: date, until: date) -> None:
    (found,) = find_dates(f"{text}の会議", TODAY)
    assert (found.since, found.until) == (since, until)
    assert find_dates(f"{text}の会議") == []


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2023年1月から3月まで", date(2023, 1, 1), date(2023, 3, 31)),
        ("2022年12月から2023年2月まで", date(2022, 12, 1), date(2023, 2, 28)),
        ("令和５年２月１４日～１６日", date(2023, 2, 14), date(2023, 2, 16)),
        ("令和4年から5年まで", date(2022, 1, 1), date(2023, 12, 31)),
        ("2021年〜2022年", date(2021, 1, 1), date(2022, 12, 31)),
        ("2023年2月以降", date(2023, 2, 1), LAST),
        ("2023年から", date(2023, 1, 1), LAST),
        ("2023年2月14日以前", FIRST, date(2023, 2, 14)),
        ("2023年まで", FIRST, date(2023, 12, 31)),
        ("2023年より前", FIRST, date(2022, 12, 31)),
        ("since 2023", date(2023, 1, 1), LAST),
        ("after March 2023", date(2023, 4, 1), LAST),
        ("before March 2023", FIRST, date(2023, 2, 28)),
        ("from 2022 to 2023", date(2022, 1, 1), date(2023, 12, 31)),
        ("between 2022 and 2023", date(2022, 1, 1), date(2023, 12, 31)),
    ],
)
def test_ranges_and_open_sides(text: str, since: date, until: date) -> None:
    (found,) = find_dates(text)
    assert (found.since, found.until) == (since, until)
    assert text[found.start : found.end] == found.words


@pytest.mark.parametrize(
    "text",
    ["2月30日", "2023年13月1日を", "第4回", "資料2023", "12:30", "１－１", "3年生", "H銀行", "may 14", "一千万円"],
)
def test_what_is_no_date(text: str) -> None:
    assert not [found for found in find_dates(text, TODAY) if found.since == found.until]


def test_parse_date_takes_one_whole_day() -> None:
    assert parse_date(" 令和5年2月14日 ") == date(2023, 2, 14)
    assert parse_date("2023-02") is None
    assert parse_date("2023-02-14 と") is None
    assert parse_date("きのう") is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("百十六", 116),
        ("二〇二三", 2023),
        ("２０", 20),
        ("千二百", 1200),
        ("十", 10),
        ("元", 1),
        ("x", None),
        ("", None),
    ],
)
def test_numbers(words: str, value: int | None) -> None:
    assert number(words) == value


@given(day=st.dates(min_value=date(1990, 1, 1), max_value=date(2050, 1, 1)))
def test_every_day_is_found_in_its_japanese_and_iso_form(day: date) -> None:
    for text in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%d %B %Y}"):
        (found,) = find_dates(text)
        assert (found.since, found.until, found.words) == (day, day, text)


@given(text=st.text(alphabet="令和平成5２14年月日度昨今先から～まで以降/-. aRin元十", max_size=60))
def test_any_text_gives_ordered_spans_of_its_own_words(text: str) -> None:
    found = find_dates(text, TODAY)
    assert all(one.since <= one.until + timedelta(0) for one in found)
    assert all(text[one.start : one.end] == one.words and one.words for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
