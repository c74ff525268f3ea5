"""Which statement replies to which, as far as order, roles and naming prove it."""

from pathlib import Path

import pytest
from test_layouts import meeting_of

from index.layouts import parse
from index.minutes import Meeting
from index.reading import read

ASSEMBLY = """令和五年第一回青空市議会会議録第二号
令和5年3月1日
○議長（山本一君）　二番川田はな君。
○二番（川田はな君）　初めに、公園の遊具の更新について伺います。
　遊具が古くなり、けがをする子供が出ています。更新の時期について見解を伺います。
　次に、図書館の夜間開館について伺います。
　勤め帰りの市民が利用できる時間まで開けるべきと考えますが、いかがですか。
〔市長森田恵君登壇〕
○市長（森田恵君）　公園の遊具の更新についてお答えいたします。
　点検の結果を踏まえ、来年度に更新します。
○教育長（秋田実君）　図書館の夜間開館についてのお尋ねでございます。
　週に二日、午後九時まで開館することを検討してまいります。
○議長（山本一君）　次に、日程第二、第一号議案を議題といたします。
○総務部長（岡島健君）　第一号議案について御説明申し上げます。公園条例の改正でございます。
"""


def links(meeting: Meeting) -> dict[str, str]:
    """The first words of what is replied to, by the first words of the reply."""
    texts = {one.id: one.text[:12] for one in meeting.statements}
    return {one.text[:12]: texts[one.reply_to] for one in meeting.statements if one.reply_to}


def test_each_answer_is_linked_to_the_question_on_its_matter() -> None:
    assert links(meeting_of(ASSEMBLY)) == {
        "公園の遊具の更新について": "初めに、公園の遊具の更新",
        "点検の結果を踏まえ、来年": "初めに、公園の遊具の更新",
        "図書館の夜間開館について": "次に、図書館の夜間開館に",
        "週に二日、午後九時まで開": "次に、図書館の夜間開館に",
    }


def test_an_explanation_after_a_new_matter_is_no_reply() -> None:
    replies = [one for one in meeting_of(ASSEMBLY).statements if one.reply_to]
    assert not any("総務部長" in one.speaker.label for one in replies if one.speaker)


def test_a_report_that_nobody_asked_for_is_no_reply() -> None:
    text = (
        "○田中委員　今日は暑いです。\n○総務課長　資料１を説明します。\n○山本委員　賛成です。\n○総務課長　以上です。\n"
    )
    assert links(meeting_of(text)) == {}


def test_a_question_of_the_other_side_is_not_taken_for_a_reply() -> None:
    text = "○総務課長　何か御意見はありますか。\n○田中委員　増やしてください。\n○総務課長　検討します。\n"
    assert links(meeting_of(text)) == {}


def test_question_and_answer_of_a_press_conference() -> None:
    meeting = parse(read(Path(__file__).parent / "layouts" / "question-and-answer.txt")).meetings[0]
    assert set(links(meeting).values()) == {"消費税の引き上げについて", "市場の動揺についてはどう"}


@pytest.mark.parametrize(
    ("name", "least"), [("layouts/diet_yosan_20200610.txt", 0.85), ("tokyo-2020/tokyo-2020-02-27.txt", 0.9)]
)
def test_those_who_answer_reply_to_those_who_ask(name: str, least: float, data: Path) -> None:
    meeting = parse(read(data / "minutes" / name)).meetings[0]
    by_id = {one.id: one for one in meeting.statements}
    replies = [one for one in meeting.statements if one.reply_to and one.speaker]
    asked = [by_id[one.reply_to] for one in replies if one.reply_to]
    assert len(replies) > 100
    assert all(
        one.speaker and one.speaker.label != reply.speaker.label
        for one, reply in zip(asked, replies, strict=True)
        if reply.speaker
    )
    assert all(one.position < reply.position for one, reply in zip(asked, replies, strict=True))
    in_office = [
        one for one in meeting.statements if one.speaker and one.kind == "speech" and _answers(one.speaker.label)
    ]
    assert sum(one.reply_to is not None for one in in_office) >= least * len(in_office)


def _answers(label: str) -> bool:
    return any(word in label for word in ("知事", "大臣", "局長", "教育長", "技監", "総監")) and "副大臣" not in label
