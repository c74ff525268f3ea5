"""What is answered, what is refused, and what is said beside it, over the real sample and the invented meetings."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis.strategies import lists, text

from index.errors import QuestionRejected
from index.identity import squeezed
from index.minutes import Span, Statement
from index.proof import proven
from index.search import Filters, Index
from qa.answer import Answer, Asked, ask
from qa.quoting import sentences
from qa.render import answer_to_json, answer_to_text

TODAY = date(2026, 11, 23)


def answer(index: Index, question: str, *history: str, **options: object) -> Answer:
    return ask(Asked(question, history, **options), index, TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("北海道新幹線の延伸の費用はいくらですか", "見つかりませんでした"),
        ("防衛大臣は何と言いましたか", "見つかりませんでした"),
        ("総務大臣は漁業権の見直しについて何と言いましたか", "この件についての発言は見つかりませんでした"),
        ("第3回の会議で総理は何を指示したか", "索引にありません"),
        ("2022年9月の会議での発言", "索引にありません"),
        ("何ですか", "読み取れませんでした"),
        ("会議の欠席者は", "記載がありません"),
        ("What did they say about fishing quotas?", "No statement"),
    ],
)
def test_each_kind_of_nothing_says_which_it_is(minutes_index: Index, question: str, note: str) -> None:
    refused = answer(minutes_index, question)
    assert not refused.answered
    assert refused.statements == ()
    assert note in (refused.note or "")
    assert len(refused.near_misses) <= 3


def test_person_who_attended_and_is_not_recorded_as_speaking(samples_index: Index) -> None:
    """鈴鹿森副会長 attends all meetings; asked about a meeting and topic of silence, the note tells the cases apart."""
    silent = {
        (person.name, row.meeting.title)
        for row in samples_index.snapshot().meetings.values()
        for person in row.meeting.attendees
        if person.name and not samples_index.snapshot().scope(Filters((person.name,), (row.meeting.id,))).statements
    }
    for name, title in silent:
        assert "発言は記録されていません" in (
            answer(samples_index, f"{title}で{name}委員は何と言いましたか").note or ""
        )
    absent = answer(samples_index, "第3回で木綿原委員は何と言いましたか")
    assert not absent.answered


def test_question_without_a_topic_lists_the_speaker_in_order(minutes_index: Index) -> None:
    listed = answer(minutes_index, "外務大臣は何と言いましたか")
    assert [entry.statement.position for entry in listed.statements] == [2, 3, 4]
    assert "順に" in (listed.note or "")


def test_head_is_quoted_from_the_minutes(minutes_index: Index) -> None:
    held = answer(minutes_index, "会議はいつ開かれましたか")
    entry = held.statements[0]
    document = minutes_index.snapshot().document(entry.meeting.document).text
    assert entry.statement.kind == "head"
    assert entry.quotes == ("１ 日 時：令和 5 年２月 1４日（火）８：25～８：35",)
    assert proven(entry.statement, document)


def test_absent_are_not_attending(samples_index: Index) -> None:
    third = "第3回の{}は誰ですか"
    attending = answer(samples_index, third.format("出席者")).statements[0].statement.text
    absent = answer(samples_index, third.format("欠席者")).statements[0].statement.text
    assert squeezed("木綿原　健") in squeezed(absent)
    assert squeezed("木綿原　健") not in squeezed(attending)


def test_filter_taken_away_widens_the_search(minutes_index: Index) -> None:
    question = "情報保全の強化について総務大臣は何と言いましたか"
    narrow = answer(minutes_index, question)
    wide = answer(minutes_index, question, without=frozenset({"総務大臣は"}))
    assert {entry.statement.speaker.role for entry in narrow.statements if entry.statement.speaker} == {"総務大臣"}
    assert wide.filters.speakers == ()
    assert wide.searched.statements > narrow.searched.statements


def test_a_carried_topic_can_be_taken_away(minutes_index: Index) -> None:
    first = "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"
    kept = answer(minutes_index, "総務大臣は？", first)
    listed = answer(minutes_index, "総務大臣は？", first, without=frozenset({"セキュリティ・クリアランス"}))
    assert "セキュリティー" in kept.question.words
    assert listed.question.words == ()
    assert listed.case == "listed"


def test_two_orders_of_names_in_one_office_are_not_mixed(minutes_index: Index) -> None:
    """寺田稔 held the office before: his name must not bring the words of 松本剛明."""
    assert not answer(minutes_index, "寺田総務大臣は情報保全について何と言いましたか").answered


def test_quotes_are_sentences_of_the_statement(samples_index: Index) -> None:
    shown = answer(samples_index, "夜間の延長の費用について副会長は何と言いましたか")
    for entry in (*shown.statements, *shown.near_misses):
        assert entry.quotes
        assert all(quote in entry.statement.text for quote in entry.quotes)


def test_statement_that_differs_from_its_document_is_not_proven() -> None:
    statement = Statement("s", "t", 0, "speech", None, None, "増やす。", (Span(1, 0, 5),))
    assert proven(statement, "増や\nす。")
    assert not proven(statement, "減らす。")


def test_brackets_end_no_sentence() -> None:
    text = "反対です。（拍手）賛成「です。」と言った。本当ですか？！はい"
    assert sentences(text) == ["反対です。", "（拍手）賛成「です。」と言った。", "本当ですか？！", "はい"]


@settings(max_examples=40, deadline=None)
@given(question=text(min_size=1, max_size=60), history=lists(text(max_size=30), max_size=2))
def test_any_question_is_answered_refused_or_rejected(minutes_index: Index, question: str, history: list[str]) -> None:
    try:
        shown = answer(minutes_index, question, *history)
    except QuestionRejected:
        return
    assert shown.answered == bool(shown.statements)
    assert shown.answered or shown.note
    assert json.dumps(answer_to_json(shown))
    assert answer_to_text(shown)


@pytest.mark.parametrize(
    "question",
    [
        "What did the foreign minister say about information security?",
        "Who mentioned security clearance?",
        "When was the meeting held?",
        "Did anyone talk about fishing quotas in 2019?",
    ],
)
def test_questions_in_english_over_japanese_minutes(minutes_index: Index, question: str) -> None:
    shown = answer(minutes_index, question)
    assert shown.answered or (shown.note or "").isascii()


def test_the_same_question_gives_the_same_answer(minutes_index: Index) -> None:
    question = "情報保全の強化について何が話されましたか"
    assert answer(minutes_index, question) == answer(minutes_index, question)
