"""Dates in the reader's calendar, how sure an answer is, the order of statements, and what may be asked next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from index.search import Index
from qa.answer import Answer, Asked, ask
from qa.following import OFFERED, following
from qa.render import answer_to_html
from qa.render.labels import day_text
from qa.views import Sort, arranged
from web.session import Session
from web.texts import ENGLISH, JAPANESE

TODAY = date(2025, 6, 1)
SECURITY = "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"


@pytest.mark.parametrize(
    ("day", "western", "era", "english"),
    [
        (date(2023, 2, 14), "2023年2月14日（令和5年）", "令和5年2月14日（2023年）", "14 February 2023 (Reiwa 5)"),
        (date(2019, 5, 1), "2019年5月1日（令和元年）", "令和元年5月1日（2019年）", "1 May 2019 (Reiwa 1)"),
        (date(1989, 1, 7), "1989年1月7日（昭和64年）", "昭和64年1月7日（1989年）", "7 January 1989 (Showa 64)"),
        (date(1850, 3, 1), "1850年3月1日", "1850年3月1日", "1 March 1850"),
    ],
)
def test_a_day_in_both_calendars(day: date, western: str, era: str, english: str) -> None:
    assert day_text(day, JAPANESE) == western
    assert day_text(day, replace(JAPANESE, calendar="era")) == era
    assert day_text(day, replace(ENGLISH, calendar="era")) == english
    assert day_text(day, ENGLISH) == english.partition(" (")[0]


def test_a_day_typed_over_keeps_its_chip_short_in_every_calendar(minutes_index: Index) -> None:
    answer = ask(Asked("2023年2月14日の会議でセキュリティ・クリアランスについて何と言いましたか"), minutes_index)
    for words, value in (
        (JAPANESE, "2023年2月14日"),
        (replace(JAPANESE, calendar="era"), "令和5年2月14日"),
        (replace(ENGLISH, calendar="era"), "14 February 2023"),
    ):
        assert f'value="{value}"' in answer_to_html(answer, words).text


@pytest.mark.parametrize(
    ("confidence", "said"),
    [(0.95, "はっきり答えている"), (0.6, "答えていると見られる"), (0.4, "関連が弱い")],
)
def test_confidence_is_said_in_words(minutes_index: Index, confidence: float, said: str) -> None:
    answer = replace(ask(Asked(SECURITY), minutes_index), confidence=confidence)
    html = answer_to_html(answer, JAPANESE).text
    assert said in html
    assert f'title="確からしさ {100 * confidence:.0f}%"' in html


def test_nothing_is_said_of_confidence_where_nothing_was_weighed(minutes_index: Index) -> None:
    for question in (
        "総務大臣は何と言いましたか",
        "会議はいつ開かれましたか",
        "北海道新幹線の延伸の費用はいくらですか",
    ):
        assert "確からしさ" not in answer_to_html(ask(Asked(question), minutes_index), JAPANESE).text


def _keys(answer: Answer, sort: Sort) -> list[tuple[date | None, str, int]]:
    entries = arranged(answer.statements, sort)
    return [(one.meeting.meeting.date, one.meeting.meeting.title or "", one.statement.position) for one in entries]


def test_statements_in_three_orders(samples_index: Index) -> None:
    answer = ask(Asked("夜間開館についてどのような意見がありましたか", top=12), samples_index)
    assert len(answer.statements) > 3
    assert arranged(answer.statements, "relevance") == list(answer.statements)
    by_date = _keys(answer, "date")
    assert by_date == sorted(by_date) != _keys(answer, "relevance")
    by_meeting = [key[1:] for key in _keys(answer, "meeting")]
    assert by_meeting == sorted(by_meeting)


def test_sorting_what_does_not_exist_changes_nothing(minutes_index: Index) -> None:
    session = Session().asking(SECURITY, minutes_index)
    assert session.sorting(0, "date").exchanges[0].order == "date"
    for place, order in ((0, "nonsense"), (7, "date"), (-1, "date")):
        assert session.sorting(place, order) == session


@pytest.mark.parametrize(
    "question",
    [
        "夜間開館についてどのような意見がありましたか",
        "電子書籍について",
        "第３回の会議で開館時間について会長は何と言いましたか",
    ],
)
def test_what_may_be_asked_next_is_answered_when_it_is_asked(samples_index: Index, question: str) -> None:
    """The promise itself: the index answers each as the conversation asks it, with something not yet shown."""
    session = Session().asking(question, samples_index)
    first = session.exchanges[0]
    assert first.answer is not None
    offered = following(first.asked, first.answer, samples_index.snapshot(), TODAY)
    assert 0 < len(offered) <= OFFERED
    for text in offered:
        answer = session.asking(text, samples_index).exchanges[1].answer
        assert answer is not None
        assert answer.answered
        best = answer.statements[0]
        assert best.statement.id not in {entry.statement.id for entry in first.answer.statements}
        named = text.removesuffix("は何と言いましたか").removesuffix("で")
        assert named == best.meeting.meeting.title or named in str(best.statement.speaker)


@pytest.mark.parametrize(
    "question", ["会議はいつ開かれましたか", "総務大臣は何と言いましたか", "北海道新幹線の延伸の費用はいくらですか"]
)
def test_nothing_is_offered_where_there_is_no_topic_to_follow(minutes_index: Index, question: str) -> None:
    asked = Asked(question)
    assert following(asked, ask(asked, minutes_index), minutes_index.snapshot(), TODAY) == ()


def test_an_english_question_is_followed_in_english(minutes_index: Index) -> None:
    asked = Asked("What did the 経済産業大臣 say about security clearance?")
    offered = following(asked, ask(asked, minutes_index), minutes_index.snapshot(), TODAY)
    assert "What did 外務大臣 say?" in offered
