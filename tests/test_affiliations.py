"""For whom somebody says to speak. Invented sentences, and the real minutes at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.layouts.affiliations import affiliation_of, introduced
from index.minutes import Speaker
from index.reading import read


@pytest.mark.parametrize(
    ("text", "affiliation", "name"),
    [
        ("みずほ銀行の太田でございます。", "みずほ銀行", "太田"),
        ("日本共産党都議団の吉田です。", "日本共産党都議団", "吉田"),
        ("県民フォーラムの齋藤英彰であります。", "県民フォーラム", "齋藤英彰"),
        ("経団連の井上と申します。", "経団連", "井上"),
        ("東京大学の田中です。", "東京大学", "田中"),
        ("公明党の高崎進でございます。", "公明党", "高崎進"),
        ("東京都議会自由民主党を代表して質問いたします。", "東京都議会自由民主党", None),
        ("私は、立憲民主党を代表し、ただいま議題となりました法案に反対の討論を行います。", "立憲民主党", None),
        ("ただいま、委員長に就任させていただきました自民党の村上英子でございます。", "自民党", "村上英子"),
        ("開会いたします。\n 事務局の国土政策局総合計画課の出水です。", "国土政策局総合計画課", "出水"),
        ("おはようございます。国民民主党代表の玉木太郎です。", "国民民主党", "玉木太郎"),
        ("日本維新の会、浅田均です。", "日本維新の会", "浅田均"),
        ("自由民主党、埼玉六区選出の中根次郎です。", "自由民主党", "中根次郎"),
        ("民進党・無所属の稲川です。", "民進党・無所属", "稲川"),
        ("同じく公明党の山元けい子です。", "公明党", "山元けい子"),
    ],
)
def test_introductions(text: str, affiliation: str, name: str | None) -> None:
    found = introduced(text)
    assert found is not None
    assert (found.affiliation.words, found.name) == (affiliation, name)
    for place in (found.affiliation, found.named_at):
        assert place is None or text[place.start : place.end] == place.words


@pytest.mark.parametrize(
    "text",
    [
        "先ほど自民党の山田議員から質問がありました。",
        "自民党の山田議員から質問がございました件です。",
        "Ａ社の田中さんが言われたとおりです。",
        "「公明党の田中です」と言われました。",
        "次に、公明党を代表して田中議員が質問されます。",
        "それでは、自民党を代表して、山田太郎委員、お願いします。",
        "会派を代表いたしまして質問いたします。",
        "日本を代表する企業の件です。",
        "国土政策局長の黒田でございます。",
        "消費者担当大臣の宮腰でございます。",
        "委員長の田中です。",
        "第一日野小学校の整備の件でございます。",
        "それは品川区の中心地であります。",
        "議案法制課の北村雅克君でございます。",
        "渡辺でございます。",
    ],
)
def test_of_others_and_of_things_nothing_is_read(text: str) -> None:
    assert introduced(text) is None


@pytest.mark.parametrize(
    ("speaker", "text", "expected"),
    [
        (Speaker("○太田委員", "委員", "太田", "label"), "みずほ銀行の太田でございます。", "みずほ銀行"),
        (Speaker("○太田委員", "委員", "太田純", "attendees"), "みずほ銀行の太田でございます。", "みずほ銀行"),
        (Speaker("○村上委員長", "委員長", "村上", "label"), "自民党の村上英子でございます。", "自民党"),
        (Speaker("○のだて委員", "委員", "のだて", "label"), "無所属しながわののだてです。", "無所属しながわ"),
        (Speaker("○藤野課長", "藤野課長"), "法務省の藤野です。", "法務省"),
        (Speaker("○会長", "会長"), "みずほ銀行の太田でございます。", None),
        (Speaker("○田中委員", "委員", "田中", "label"), "みずほ銀行の太田でございます。", None),
        (Speaker("○渡邉委員", "委員", "渡邉", "label"), "公明党の渡辺でございます。", None),
        (Speaker("○田中委員", "委員", "田中", "label"), "公明党を代表して質問いたします。", "公明党"),
        (Speaker("○副委員長", "副委員長"), "公明党を代表して意見を申し上げます。", "公明党"),
        (Speaker("○議長", "議長"), "公明党を代表して質問いたします。", None),
    ],
)
def test_only_the_speaker_s_own_words_count(speaker: Speaker, text: str, expected: str | None) -> None:
    found = affiliation_of(speaker, text)
    assert (found.affiliation.words if found else None) == expected


def test_what_is_said_late_is_no_introduction() -> None:
    later = "一つ目です。二つ目です。三つ目です。四つ目です。公明党の田中です。"
    assert affiliation_of(Speaker("田中委員", "委員", "田中", "label"), later) is None


@given(st.text(alphabet="公明党の田中です、。「」を代表してと申しまは私議員 \n", max_size=60))
def test_any_text_is_read_and_places_are_right(text: str) -> None:
    found = introduced(text)
    if found:
        assert text[found.affiliation.start : found.affiliation.end] == found.affiliation.words
        assert found.affiliation.words.strip()


@pytest.mark.parametrize(
    ("file", "name", "expected"),
    [
        ("layouts/local_茨城県.txt", "齋藤英彰", "県民フォーラム"),
        ("layouts/tokyo_committee.txt", "村上", "自民党"),
        ("layouts/diet_yosan_20200610.txt", "玉木", "国民民主党"),
    ],
)
def test_real_turns(data: Path, file: str, name: str, expected: str) -> None:
    """Of the turns under the label, the first that introduces anybody gives the affiliation."""
    lines = read(data / "minutes" / file, file).text.split("\n")
    turns = [line.partition("　")[2] for line in lines if line[:1] in "○〇" and name in line.partition("　")[0]]
    found = [one for turn in turns if (one := affiliation_of(Speaker(name, None, name, "label"), turn))]
    assert found
    assert {one.affiliation.words for one in found} == {expected}
