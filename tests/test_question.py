"""Questions as people type them, and what is understood of them over the real sample minutes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis.strategies import lists, text

from index.errors import QuestionRejected
from index.matching import name_key, speaker_matches
from index.minutes import Speaker
from index.search import Index
from qa.conversation import understand
from qa.question import QUESTION_CHARS, Question, normalised

TODAY = date(2023, 3, 1)
ASKED = "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"


def asked(index: Index, question: str, *history: str) -> Question:
    return understand(question, history, index.snapshot(), TODAY)


@pytest.mark.parametrize(
    ("question", "speakers"),
    [
        (ASKED, ["経済産業大臣"]),
        ("経産相はどう述べた？", ["経済産業大臣"]),
        ("首相の指示は？", ["内閣総理大臣"]),
        ("岸田総理は何を指示した", ["岸田内閣総理大臣"]),
        ("岸田文雄は何を指示した", ["岸田内閣総理大臣"]),
        ("岸田さんが高市さんに頼んだことは何ですか", ["岸田内閣総理大臣"]),
        ("林外相の発言を教えてください", ["林芳正"]),
        ("林芳正氏の見解", ["林芳正"]),
        ("外務省の立場は", ["外務大臣"]),
        ("外務大臣と総務大臣は何と言った", ["外務大臣", "総務大臣"]),
        ("文科相　技術流出の防止", ["文部科学大臣"]),
        ("総務省として何に協力するのか", ["総務大臣"]),
        ("防衛大臣は何と言いましたか", ["防衛大臣"]),
        ("河野デジタル大臣は？", ["河野太郎"]),
        ("寺田総務大臣は何と言った", ["寺田稔"]),
        ("What did the Prime Minister ask for?", ["内閣総理大臣"]),
        ("閣僚は何と言いましたか", ["内閣総理大臣", "外務大臣", "文部科学大臣", "経済産業大臣", "総務大臣"]),
        # Topic or addressee: no filter.
        ("外務大臣を批判した人は", []),
        ("法務省に何を頼んだか", []),
        ("経済産業大臣への要望", []),
        ("総理大臣の発信について", []),
        ("経済産業大臣について", []),
        ("副大臣制度とは", []),
        ("総理大臣秘書官の増員", []),
        ("元総務大臣は", ["元総務大臣"]),
        ("情報保全の強化", []),
    ],
)
def test_who_is_asked_about(minutes_index: Index, question: str, speakers: list[str]) -> None:
    assert sorted(asked(minutes_index, question).filters.speakers) == sorted(speakers)


@pytest.mark.parametrize(
    ("question", "speakers"),
    [
        ("葛葉谷澄江会長の考えは", ["葛葉谷澄江"]),
        ("葛葉谷さんは何と言いましたか", ["葛葉谷澄江"]),
        ("弓削田悟委員は移動図書館について何と言った", ["弓削田悟"]),
        ("弓削田委員の発言", ["弓削田悟"]),
        ("会長は何と言いましたか", ["会長"]),
        ("図書館課長は何と言いましたか", ["課長"]),
        ("委員は何と言いましたか", ["委員"]),
        # Nobody here bears these names: never somebody else's words.
        ("田中委員は電子書籍についてどう言いましたか", ["田中委員"]),
        ("鈴木委員の発言はありますか", ["鈴木委員"]),
        ("田中さんは何と言いましたか", ["田中さん"]),
        ("財政課長は予算について何と言った", ["財政課長"]),
        ("市長は移動図書館についてどう言いましたか", ["市長"]),
        ("皆さんは何と言いましたか", []),
        ("R7.5.15 波留川", ["波留川美奈"]),
    ],
)
def test_people_of_a_council(samples_index: Index, question: str, speakers: list[str]) -> None:
    assert sorted(asked(samples_index, question).filters.speakers) == sorted(speakers)


@pytest.mark.parametrize(
    ("question", "speakers"),
    [
        ("小池百合子知事はカジノについてどう考えている", ["小池百合子"]),
        ("小池知事の考えは", ["小池百合子"]),
        ("東京都知事は何と言いましたか", ["知事"]),
        ("副知事は何と言ったか", ["副知事"]),
        ("和泉なおみ議員の質問", ["和泉なおみ"]),
        ("和泉議員は何を質問しましたか", ["和泉なおみ"]),
        ("佐藤議員は何を質問しましたか", ["佐藤議員"]),
        ("小池知事を批判した議員は", []),
        ("西村は安全なところですか", []),
    ],
)
def test_people_of_an_assembly(tokyo_index: Index, question: str, speakers: list[str]) -> None:
    assert sorted(asked(tokyo_index, question).filters.speakers) == sorted(speakers)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("令和5年2月14日に何が話されたか", "2023-02-14", "2023-02-14"),
        ("R5.2.14の会議で決まったこと", "2023-02-14", "2023-02-14"),
        ("２０２３年２月の会議", "2023-02-01", "2023-02-28"),
        ("先月の会議で総理は何を指示した", "2023-02-01", "2023-02-28"),
        ("2022年9月の会議での発言", "2022-09-01", "2022-09-30"),
        ("2023年1月以降の発言", "2023-01-01", None),
        ("2050年の目標について", None, None),
        ("情報保全", None, None),
    ],
)
def test_dates(minutes_index: Index, question: str, since: str | None, until: str | None) -> None:
    filters = asked(minutes_index, question).filters
    assert (filters.since and filters.since.isoformat()) == since
    assert (filters.until and filters.until.isoformat()) == until


@pytest.mark.parametrize("question", ["2月14日に何が話されたか", "2月の会議で総理は何を指示した", "二月十四日の会議"])
def test_a_day_without_a_year_is_that_of_the_meeting(minutes_index: Index, question: str) -> None:
    filters = understand(question, (), minutes_index.snapshot(), date(2026, 11, 23)).filters
    assert filters.since == filters.until == date(2023, 2, 14)


def test_last_years_month_is_not_this_years(minutes_index: Index) -> None:
    filters = understand("昨年の2月の会議", (), minutes_index.snapshot(), date(2026, 11, 23)).filters
    assert (filters.since, filters.until) == (date(2025, 2, 1), date(2025, 2, 28))


@pytest.mark.parametrize(
    ("question", "meetings"),
    [
        ("第4回の会議で総理は何と言ったか", ("第４回経済安全保障推進会議",)),
        ("第四回経済安全保障推進会議で米国に触れたのは", ("第４回経済安全保障推進会議",)),
        ("第3回の会議で総理は何を指示したか", ("第3回",)),
        ("有識者会議の期限", ()),
    ],
)
def test_meetings(minutes_index: Index, question: str, meetings: tuple[str, ...]) -> None:
    assert asked(minutes_index, question).filters.meetings == meetings


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("会議はいつ開かれましたか", ("date",)),
        ("会場はどこ？", ("place",)),
        ("会議は何時から何時までだった？", ("date",)),
        ("誰が出席しましたか", ("attendees",)),
        ("議題は何ですか", ("agenda",)),
        ("何が話し合われましたか", ("agenda",)),
        ("欠席したのは誰", ("absentees",)),
        ("有識者会議はいつまでに結論を出すか", ()),
        ("有識者会議はいつ開かれますか", ()),
        ("G7サミットはいつ開かれますか", ()),
        ("図書館は日曜日は何時から開きますか", ()),
        ("総理はいつまでにと言ったか", ()),
    ],
)
def test_questions_about_the_meeting(minutes_index: Index, question: str, head: tuple[str, ...]) -> None:
    assert asked(minutes_index, question).head == head


def test_follow_up_swaps_the_speaker_and_says_what_it_carried(minutes_index: Index) -> None:
    question = asked(minutes_index, "総務大臣は？", ASKED)
    assert question.filters.speakers == ("総務大臣",)
    assert "セキュリティー" in question.words
    assert question.carried


def test_follow_up_without_a_speaker_keeps_the_one_before(minutes_index: Index) -> None:
    question = asked(minutes_index, "もっと詳しく", ASKED)
    assert question.filters.speakers == ("経済産業大臣",)
    assert all(part.carried for part in question.understood)


def test_a_carried_topic_is_shown(minutes_index: Index) -> None:
    carried = [part for part in asked(minutes_index, "総務大臣は？", ASKED).understood if part.field == "topic"]
    assert [(part.value, part.carried) for part in carried] == [("セキュリティ・クリアランス", True)]


def test_others_are_the_group_without_the_one_before(minutes_index: Index) -> None:
    speakers = asked(minutes_index, "他の大臣は？", ASKED).filters.speakers
    assert sorted(speakers) == ["内閣総理大臣", "外務大臣", "文部科学大臣", "総務大臣"]


def test_a_bare_new_topic_replaces_the_old_one(minutes_index: Index) -> None:
    question = asked(minutes_index, "では研究インテグリティは？", ASKED)
    assert "クリアランス" not in question.words
    assert question.filters.speakers == ("経済産業大臣",)


def test_new_topic_starts_afresh(minutes_index: Index) -> None:
    question = asked(minutes_index, "研究者が安心できる制度設計についての発言はありましたか", ASKED)
    assert question.filters.speakers == ()
    assert "クリアランス" not in question.words


def test_chain_of_follow_ups(minutes_index: Index) -> None:
    question = asked(minutes_index, "文科相は？", ASKED, "総務大臣は？")
    assert question.filters.speakers == ("文部科学大臣",)
    assert "クリアランス" in question.words


@pytest.mark.parametrize("bad", ["", "  ", "？", "\0", "あ\0い", "\ud800あ", "あ" * (QUESTION_CHARS + 1)])
def test_what_no_question_holds_is_refused(bad: str) -> None:
    with pytest.raises(QuestionRejected):
        normalised(bad)


def test_formatting_characters_are_dropped() -> None:
    assert normalised("総務\u202e大臣は\u200b？") == "総務 大臣は ?"


@settings(max_examples=60, deadline=None)
@given(question=text(max_size=60), history=lists(text(max_size=30), max_size=3))
def test_any_text_is_understood_or_refused(minutes_index: Index, question: str, history: list[str]) -> None:
    try:
        understood = asked(minutes_index, question, *history)
    except QuestionRejected:
        return
    for part in understood.understood:
        assert part.carried or part.words.rstrip("はがもの") in understood.text


def test_speaker_matches_by_role_name_and_surname_with_office() -> None:
    koike = Speaker("知事（小池百合子君）", role="知事", name="小池百合子")
    for value in ("知事", "小池百合子", "小池知事", "小池 百合子", "小池百合子君", "小池"):
        assert speaker_matches(value, koike), value
    for value in ("副知事", "小林知事", "知", "百合子", "前知事", ""):
        assert not speaker_matches(value, koike), value
    deputy = Speaker("副知事（長谷川明君）", role="副知事", name="長谷川明")
    assert not speaker_matches("知事", deputy)


def test_kanji_variants_match() -> None:
    assert name_key("髙橋 邉") == name_key("高橋辺")
