"""Several meetings in one file."""

from datetime import date
from pathlib import Path

import pytest
from partition import check_partition
from test_layouts import document_of

from index.layouts import parse
from index.minutes import Metadata
from index.reading import read

DATED = """# Council summary - June 2022

## 2022-06-06

* The council discussed the release.

## 2022-06-13

* The council discussed the sprint.
* It scheduled a talk.
"""
TWO = """第１回青空市図書館協議会 議事録
日時：令和5年6月1日（木）14時～16時
○会長　開会します。駅前の分館について意見を求めます。
○田中委員　賛成です。
○会長　以上で閉会します。
午後四時閉会

第２回青空市図書館協議会 議事録
日時：令和5年9月1日（金）14時～16時
○会長　開会します。前回の宿題を報告します。
○山本委員　反対です。
○会長　これで閉会します。
午後四時閉会
"""


def test_headings_that_are_days() -> None:
    document = document_of(DATED)
    parsed = parse(document)
    check_partition(document, parsed)
    assert [meeting.date for meeting in parsed.meetings] == [date(2022, 6, 6), date(2022, 6, 13)]
    assert [len(meeting.statements) for meeting in parsed.meetings] == [1, 2]
    assert {meeting.title for meeting in parsed.meetings} == {"Council summary - June 2022"}
    assert len({meeting.id for meeting in parsed.meetings}) == 2


def test_heads_that_come_again() -> None:
    document = document_of(TWO)
    parsed = parse(document)
    check_partition(document, parsed)
    assert [(meeting.ordinal, meeting.date) for meeting in parsed.meetings] == [
        (1, date(2023, 6, 1)),
        (2, date(2023, 9, 1)),
    ]
    speakers = [[one.speaker.label for one in meeting.statements if one.speaker] for meeting in parsed.meetings]
    assert "○山本委員" not in speakers[0]
    assert "○田中委員" not in speakers[1]


@pytest.mark.parametrize(
    "text",
    [
        "# Notes\n\n## 2022-06-06\n\n* One.\n\n## Next\n\n* Two.\n",
        "# Notes\n\n## 2022-06-06\n\n* One.\n\n## 2022-06-06\n\n* Two.\n",
        TWO.replace("第２回青空市図書館協議会 議事録\n", "前回の会議の概要\n"),
    ],
)
def test_one_meeting_where_nothing_proves_more(text: str) -> None:
    assert len(parse(document_of(text)).meetings) == 1


def test_a_sidecar_cannot_give_all_of_them_one_title() -> None:
    parsed = parse(document_of(TWO), Metadata(title="題", url="https://example.org/", record="summary"))
    assert [meeting.title for meeting in parsed.meetings] == ["第１回青空市図書館協議会", "第２回青空市図書館協議会"]
    assert {meeting.url for meeting in parsed.meetings} == {"https://example.org/"}
    assert {meeting.record for meeting in parsed.meetings} == {"summary"}


def test_a_month_of_a_real_council(data: Path) -> None:
    file = data / "minutes" / "formats" / "md_en_python_sc" / "updates__2022-06-steering-council-update.md"
    parsed = parse(read(file))
    assert [meeting.date.day for meeting in parsed.meetings if meeting.date] == [6, 13, 20, 27]
