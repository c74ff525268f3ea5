"""What stands beside a statement: its exchange, other records, other askers; and what cannot be proven is not shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

from index.build import build
from index.search import Filters, Index
from qa.answer import Answer, Asked, ask
from qa.render import answer_to_json, answer_to_text

TODAY = date(2024, 1, 1)

EXCHANGES = """東京都議会会議録
令和2年2月26日

○百番（和泉なおみ君）　学校のプールの老朽化について、改修を急ぐべきと考えますが、見解を伺います。
○教育長（藤田裕司君）　学校プールの改修につきましては、区市町村への補助を拡充してまいります。
○百二番（中村ひろし君）　老朽化した学校プールの改修をどう進めるのか、伺います。
○教育長（藤田裕司君）　学校プールの改修につきましては、区市町村への補助を拡充してまいります。
○議長（石川良一君）　以上で質問は終わりました。
"""


def index_of(folder: Path, **files: str) -> Index:
    minutes = folder / "minutes"
    minutes.mkdir()
    for name, text in files.items():
        (minutes / f"{name}.txt").write_text(text, encoding="utf-8")
    build([minutes], folder / "index")
    return Index.open(folder / "index")


def answer(index: Index, question: str, **options: object) -> Answer:
    return ask(Asked(question, **options), index, TODAY)  # type: ignore[arg-type]


def test_a_reply_comes_with_its_question_and_stands_once_for_all_askers(tmp_path: Path) -> None:
    index = index_of(tmp_path, a=EXCHANGES)
    shown = answer(index, "学校プールの改修について教育長はどう答えましたか")
    assert len(shown.statements) == 1
    reply = shown.statements[0]
    asked = {entry.question.statement.speaker.name for entry in (reply, *reply.repeated) if entry.question}  # type: ignore[union-attr]
    assert asked == {"和泉なおみ", "中村ひろし"}
    given = answer_to_json(shown)["statements"][0]
    assert given["context"][0]["as"] == "question"
    assert given["context"][0]["id"] == given["reply_to"]
    assert given["repeated"][0]["asker"]["name"] in asked
    assert given["repeated"][0]["source"]["spans"]
    assert "同じ答弁" in answer_to_text(shown)


def test_the_question_is_not_shown_again_below_its_reply(tmp_path: Path) -> None:
    shown = answer(index_of(tmp_path, a=EXCHANGES), "学校プールの老朽化 改修")
    ids = [entry.statement.id for entry in shown.statements]
    assert not {entry.question.statement.id for entry in shown.statements if entry.question} & set(ids)


def test_who_asked_gets_the_questions_themselves(tmp_path: Path) -> None:
    shown = answer(index_of(tmp_path, a=EXCHANGES), "学校プールの改修について質問したのは誰ですか")
    names = [entry.statement.speaker.name for entry in shown.statements[:2] if entry.statement.speaker]
    assert set(names) == {"和泉なおみ", "中村ひろし"}


def test_the_same_words_in_two_meetings_are_two_statements(tmp_path: Path) -> None:
    later = EXCHANGES.replace("2月26日", "3月4日")
    shown = answer(index_of(tmp_path, a=EXCHANGES, b=later), "学校プールの改修について教育長はどう答えましたか")
    assert len({entry.meeting.row for entry in shown.statements}) == len(shown.statements) == 2
    for entry in shown.statements:
        assert {other.meeting.row for other in entry.repeated} == {entry.meeting.row}


HEAD = "第３回図書館協議会議事録{}\n令和5年5月10日\n\n"
WORDS = """○山本会長　移動図書館の運行日を週三日に増やしたいと考えています。
○鈴木委員　賛成です。巡回先も見直してください。
"""


def test_the_same_words_in_draft_and_final_record_stand_once(tmp_path: Path) -> None:
    final = HEAD.format("") + WORDS
    draft = HEAD.format("（速報版）") + WORDS.replace("増やしたいと", "増やしたいと、")
    shown = answer(index_of(tmp_path, draft=draft, final=final), "移動図書館の運行日を増やす")
    held = [entry for entry in (*shown.statements, *shown.near_misses) if "移動図書館" in entry.statement.text]
    assert len(held) == 1
    assert not held[0].meeting.meeting.draft
    assert [other.meeting.meeting.draft for other in held[0].also] == [True]
    listed = answer_to_json(shown)
    entry = (listed["statements"] + listed["near_misses"])[0]
    assert entry["also"][0]["meeting"]["draft"] is True


def test_the_same_words_of_another_person_are_no_other_record(tmp_path: Path) -> None:
    final = HEAD.format("") + WORDS
    draft = HEAD.format("（速報版）") + WORDS.replace("○山本会長", "○田中委員")
    shown = answer(index_of(tmp_path, draft=draft, final=final), "移動図書館の運行日を増やす")
    held = [entry for entry in (*shown.statements, *shown.near_misses) if "移動図書館" in entry.statement.text]
    assert [entry.also for entry in held] == [()]


def test_other_meetings_are_never_merged(tmp_path: Path) -> None:
    one = HEAD.format("") + WORDS
    other = one.replace("第３回", "第４回").replace("5月10日", "6月10日")
    shown = answer(index_of(tmp_path, one=one, other=other), "移動図書館の運行日を増やす")
    held = [entry for entry in (*shown.statements, *shown.near_misses) if "移動図書館" in entry.statement.text]
    assert len(held) == 2
    assert not any(entry.also for entry in held)


def tampered(index: Index, change: str) -> None:
    with sqlite3.connect(index.directory / "minutes.db") as connection:
        connection.execute(change)


def test_what_differs_from_the_stored_document_is_not_shown_and_the_answer_says_so(tmp_path: Path) -> None:
    index = index_of(tmp_path, a=EXCHANGES)
    tampered(index, "UPDATE documents SET text = replace(text, '拡充', '縮小')")
    shown = answer(index, "学校プールの改修について教育長はどう答えましたか")
    assert not shown.answered
    assert shown.withheld
    assert "一致しない" in (shown.note or "")
    assert shown.statements == shown.near_misses == shown.others == ()


def test_a_changed_row_hides_itself_and_no_other(tmp_path: Path) -> None:
    index = index_of(tmp_path, a=EXCHANGES)
    tampered(index, "UPDATE statements SET text = replace(text, '急ぐべき', '急がない') WHERE text LIKE '%急ぐべき%'")
    shown = answer(index, "学校プールの改修について質問したのは誰ですか")
    texts = [entry.statement.text for entry in shown.statements]
    assert any("どう進めるのか" in text for text in texts)
    assert not any("急がない" in text for text in texts)
    assert shown.withheld == 1


def test_others_stand_apart_from_a_refusal(minutes_index: Index) -> None:
    shown = answer(minutes_index, "農林水産大臣はセキュリティ・クリアランスについて何と言いましたか")
    assert not shown.answered
    assert shown.statements == ()
    assert "農林水産大臣" in (shown.note or "")
    assert {entry.statement.speaker.role for entry in shown.others if entry.statement.speaker} >= {"経済産業大臣"}


def test_several_speakers_are_each_heard_before_any_twice(minutes_index: Index) -> None:
    shown = answer(minutes_index, "情報保全の強化について外務大臣と総務大臣は何と言いましたか", top=2)
    assert {entry.statement.speaker.role for entry in shown.statements if entry.statement.speaker} == {
        "外務大臣",
        "総務大臣",
    }


def test_every_statement_has_what_stands_around_it(opened: Callable[[str], Index]) -> None:
    index = opened("tokyo")
    shown = answer(index, "都立病院の独法化について知事はどう答えましたか")
    for entry in shown.statements:
        for beside in entry.context:
            if beside.relation == "question":
                assert beside.cited.statement.id == entry.statement.reply_to
            else:
                assert beside.cited.statement.turn == entry.statement.turn
                step = -1 if beside.relation == "before" else 1
                assert beside.cited.statement.position == entry.statement.position + step
    assert any(entry.context for entry in shown.statements)


def test_a_hole_in_a_series_is_named(tmp_path: Path) -> None:
    text = HEAD.format("") + WORDS
    later = text.replace("第３回", "第７回").replace("5月10日", "9月10日")
    refused = answer(index_of(tmp_path, a=text, b=later), "宇宙開発の予算はいくらですか")
    assert not refused.answered
    assert "第4〜6回" in (refused.note or "")
    assert (refused.searched.meetings, refused.searched.first, refused.searched.last) == (
        2,
        date(2023, 5, 10),
        date(2023, 9, 10),
    )


def test_a_person_named_as_topic_is_offered_as_speaker(minutes_index: Index) -> None:
    question = "情報保全について外務大臣への要望"
    plain = answer(minutes_index, question)
    assert plain.filters == Filters(kinds=plain.filters.kinds)
    assert {part.value for part in plain.question.offered} == {"外務大臣"}
    named = answer(minutes_index, question, named=frozenset({"外務大臣"}))
    assert named.filters.speakers == ("外務大臣",)


def test_the_others_are_all_but_those_who_were_asked_about(opened: Callable[[str], Index]) -> None:
    first = "支配の要件について池山委員は何と言いましたか"
    shown = answer(opened("councils"), "他の委員は？", history=(first,))
    names = {entry.statement.speaker.name for entry in shown.statements if entry.statement.speaker}
    assert shown.answered
    assert "池山" not in names
    assert all(entry.statement.speaker.role == "委員" for entry in shown.statements if entry.statement.speaker)
    assert len(names) == len(shown.statements) > 2  # each is heard before anybody twice


def test_what_is_wished_for_stands_first(minutes_index: Index) -> None:
    shown = answer(minutes_index, "総理の指示は？")
    assert "指示" in [part.words for part in shown.question.understood if part.field == "cue"]
    assert "行うこと。" in shown.statements[0].statement.text
    assert max(entry.score for entry in shown.statements) <= 1.0
