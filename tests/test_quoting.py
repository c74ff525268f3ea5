"""Sentences that report somebody else's words are told from a speaker's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.build import build
from index.search import Index
from qa.answer import Asked, ask
from qa.quoting import quotes, reported, reports
from qa.views import all_matches


@pytest.mark.parametrize(
    "sentence",
    [
        "知事は施政方針表明で、大会経費について一層の効率化を進めると述べました。",
        "先日の答弁では、福祉保健局長から、来年度に定員を増やすとの答弁がありました。",
        "総理は、少人数学級を更に広げるために鋭意努力していきたいと答弁されているんです。",
        "それから、十五日程度とおっしゃいました。",
        "電子化を進めるべきではないかというご意見を頂戴しました。",
        "小池知事は、専門性を生かした議員活動が重要だとおっしゃっております。",
        "明文化するか、きちんと議論すべきであろうという発言がありました。",
    ],
)
def test_a_report_of_others(sentence: str) -> None:
    assert reports(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "私は、反対であると申し上げました。",
        "先ほど私からは、早急に取り組むと答弁いたしました。",
        "そのとおり、委員のおっしゃるとおりかと思います。",
        "それはおかしいと言われると、困るという程度の問題であろうかと思います。",
        "事務量が増加しているとの声も寄せられております。",
        "国として責任を持って進めると言っていい段階です。",
        "制度の整備が必要だという意見はありませんでした。",
        "先ほど小出幹事がおっしゃったのは懸念ですが、私は賛成です。",
        "検討を進める。",
    ],
)
def test_words_of_ones_own(sentence: str) -> None:
    assert not reports(sentence)


def test_quotes_leave_reports_out_and_name_them() -> None:
    text = "知事は子供を大切にすると述べました。しかし予算は減っています。"
    assert reported(text) == ("知事は子供を大切にすると述べました。",)
    assert quotes(text) == ("しかし予算は減っています。",)


MINUTES = """東京都議会会議録
令和2年2月26日

○知事（小池百合子君）　待機児童対策については、保育所の整備を進めてまいります。
○百番（和泉なおみ君）　知事は、待機児童対策について保育所の整備を進めると答弁しました。
○百番（和泉なおみ君）　待機児童の解消に向けて、認可保育所を増やすべきです。
"""


def test_a_report_is_never_offered_as_the_reporters_own_statement(tmp_path: Path) -> None:
    (tmp_path / "minutes").mkdir()
    (tmp_path / "minutes" / "a.txt").write_text(MINUTES, encoding="utf-8")
    build([tmp_path / "minutes"], tmp_path / "index")
    index = Index.open(tmp_path / "index")
    for question in ("和泉なおみ議員は待機児童についてどう言いましたか", "和泉なおみ議員の発言"):
        shown = ask(Asked(question), index, date(2024, 1, 1))
        entries = (*shown.statements, *shown.near_misses)
        assert [entry.statement.text for entry in entries] == ["待機児童の解消に向けて、認可保育所を増やすべきです。"]
    listed = all_matches(Asked("和泉なおみ議員の発言"), index.snapshot(), date(2024, 1, 1)).matches
    assert [match.cited.statement.text for match in listed] == ["待機児童の解消に向けて、認可保育所を増やすべきです。"]
    both = ask(Asked("待機児童対策の保育所の整備"), index, date(2024, 1, 1))
    report = [entry for entry in (*both.statements, *both.near_misses) if entry.reported]
    assert report
    assert all(entry.quotes == () for entry in report)
