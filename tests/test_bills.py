"""Bills, reports and petitions with their titles and results, where the text proves them."""

from pathlib import Path

import pytest
from test_layouts import meeting_of

from index.layouts import parse
from index.reading import read

HEAD = """令和五年第一回青空市議会会議録第二号
令和5年3月1日
　議事日程
第一　第四十号議案　青空市公園条例の一部を改正する条例
第二　第四十一号議案　令和五年度青空市一般会計予算
第三　陳情第３号　遊具の更新に関する陳情
"""


def results(speech: str) -> dict[str, tuple[str | None, str | None]]:
    return {bill.number: (bill.title, bill.result) for bill in meeting_of(HEAD + speech).bills}


def test_a_result_in_the_sentence_that_names_the_bill() -> None:
    said = "○議長（山本一君）　よって、第四十号議案は、原案のとおり可決されました。\n○議長（山本一君）　散会します。\n"
    assert results(said) == {
        "第四十号議案": ("青空市公園条例の一部を改正する条例", "原案のとおり可決"),
        "第四十一号議案": ("令和五年度青空市一般会計予算", None),
        "陳情第３号": ("遊具の更新に関する陳情", None),
    }


def test_this_bill_is_the_one_under_vote() -> None:
    said = (
        "○議長（山本一君）　第四十一号議案を採決いたします。\n〔賛成者起立〕\n"
        "○議長（山本一君）　起立少数です。よって、本案は否決されました。\n"
    )
    assert results(said)["第四十一号議案"][1] == "否決"
    assert results(said)["第四十号議案"][1] is None


@pytest.mark.parametrize(
    "said",
    [
        "○議長（山本一君）　第四十号議案は、原案のとおり可決することに御異議ありませんか。",
        "○二番（川田はな君）　第四十号議案は否決すべきものと考えます。",
        "○議長（山本一君）　第四十号議案は原案のとおり可決することに賛成の方の起立を求めます。",
        "○議長（山本一君）　第四十号及び第四十一号議案を議題といたします。本案は可決されました。",
    ],
)
def test_what_is_put_to_the_vote_is_not_decided(said: str) -> None:
    assert results(f"{said}\n○議長（山本一君）　休憩します。\n")["第四十号議案"][1] is None


def test_a_range_decides_each_of_its_bills() -> None:
    said = (
        "○議長（山本一君）　よって、第四十号議案から第四十二号議案までは可決されました。\n○議長（山本一君）　以上。\n"
    )
    found = results(said)
    assert [found[number][1] for number in ("第四十号議案", "第四十一号議案")] == ["可決", "可決"]


def test_places_prove_title_and_result() -> None:
    said = "○議長（山本一君）　よって、陳情第３号は不採択と決定いたしました。\n○議長（山本一君）　散会します。\n"
    text = HEAD + said
    bill = next(bill for bill in meeting_of(text).bills if bill.number == "陳情第３号")
    titled, decided = (text[span.start : span.end] for span in bill.spans)
    assert "遊具の更新に関する陳情" in titled
    assert "不採択と決定" in decided


def test_the_bills_of_a_real_session(data: Path) -> None:
    meeting = parse(read(data / "minutes" / "layouts" / "discussnet_saas.txt")).meetings[0]
    assert [bill.number for bill in meeting.bills] == [f"報告第{number}号" for number in "１２３４５６７８"]
    assert all(bill.title and bill.title.endswith(("について", "報告")) for bill in meeting.bills)
