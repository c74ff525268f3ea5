"""Lists of those present: invented ones for each form, real ones for whole lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.layouts.attendees import attendees_of, holds
from index.layouts.attendees.names import is_role, named_role
from index.minutes import Attendee
from index.reading import read

Row = tuple[str | None, str | None, str | None]


def rows(text: str) -> list[Row]:
    return [(one.name, one.role, one.affiliation) for one in attendees_of(text.split("\n"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（自民党）山田太郎\n（公明党）佐藤花子", [("山田太郎", None, "自民党"), ("佐藤花子", None, "公明党")]),
        ("山田太郎（日本経済団体連合会）", [("山田太郎", None, "日本経済団体連合会")]),
        ("委員　山田太郎　東京大学教授", [("山田太郎", "委員", "東京大学教授")]),
        (
            "山田太郎\t東京大学\n佐藤花子\tみどり市社協連合会",
            [("山田太郎", None, "東京大学"), ("佐藤花子", None, "みどり市社協連合会")],
        ),
        ("氏名\t所属\n山田太郎\tあおい", [("山田太郎", None, "あおい")]),
        ("| 氏名 | 会派 |\n|---|---|\n| 山田太郎 | みどりの会 |", [("山田太郎", None, "みどりの会")]),
        (
            "【自由民主党】\n山田太郎　佐藤花子\n無所属（１名）\n田中　実",
            [
                ("山田太郎", None, "自由民主党"),
                ("佐藤花子", None, "自由民主党"),
                ("田中実", None, "無所属"),
            ],
        ),
        (
            "（有識者）\n\n山田 由喜\n株式会社みどり総研主任研究員\n佐藤 正子\nあおい市副市長",
            [("山田由喜", None, "株式会社みどり総研主任研究員"), ("佐藤正子", None, "あおい市副市長")],
        ),
        (
            "経済産業省：\n高原事業環境部長、秦技術調査室長",
            [("高原", "事業環境部長", "経済産業省"), ("秦", "技術調査室長", "経済産業省")],
        ),
        (
            "山田太郎会長、荒牧委員、小林真由美委\n員、田中委員",
            [
                ("山田太郎", "会長", None),
                ("荒牧", "委員", None),
                ("小林真由美", "委員", None),
                ("田中", "委員", None),
            ],
        ),
        (
            "委 員 長：星野 寛\n委　　員：鈴木 一郎、田中 実",
            [("星野寛", "委員長", None), ("鈴木一郎", "委員", None), ("田中実", "委員", None)],
        ),
        (
            "　１番　　むらまつ　勝康　　　　２番　　青　木　克　德\n　３番　　柏　　　弘　樹",
            [("むらまつ勝康", None, None), ("青木克德", None, None), ("柏弘樹", None, None)],
        ),
        (
            "区長　　　　　青　木　克　德　　　　　副区長　　　　植　竹　　　貴",
            [("青木克德", "区長", None), ("植竹貴", "副区長", None)],
        ),
        (
            "　　　財務大臣\n　　　国務大臣\n　　　（金融担当）　　　　　　　青空　太郎君",
            [("青空太郎", "財務大臣、国務大臣（金融担当）", None)],
        ),
        (
            "　　　政府参考人\n　　　（厚生労働省健康局長）　　宮崎　雅則君",
            [("宮崎雅則", "政府参考人", "厚生労働省健康局長")],
        ),
        (
            "副委員長鈴木あきまさ君\n病院経営本部長堤　　雅史君\n知事小池はな子君",
            [("鈴木あきまさ", "副委員長", None), ("堤雅史", "病院経営本部長", None), ("小池はな子", "知事", None)],
        ),
        ("座長 吉 川   洋 麻生財務大臣", [("吉川洋", "座長", None), ("麻生", "財務大臣", None)]),
        ("財務省 杉本 和行 大臣官房総括審議官(8日)", [("杉本和行", "大臣官房総括審議官", "財務省")]),
        ("議長　小泉　太郎　内閣総理大臣", [("小泉太郎", "議長、内閣総理大臣", None)]),
        ("岩田一政(  副総裁  )\n水野温氏(審議委員)\n中原眞(審議委員)\n春 英彦(審議委員)",
         [("岩田一政", "副総裁", None), ("水野温氏", "審議委員", None), ("中原眞", "審議委員", None),
          ("春英彦", "審議委員", None)]),
        ("会長　山田太郎\n委員　佐藤花子（欠席）\n委員　田中実（代理：鈴木一郎）", [("山田太郎", "会長", None)]),
        ("委員　山田太郎\n欠席委員\n委員　佐藤花子\n事務局\n総務課長　田中実",
         [("山田太郎", "委員", None), ("田中実", "総務課長", None)]),
        ("委員　山田太郎君\n委員の異動\n辞任　　補欠選任\n佐藤花子君　　田中実君", [("山田太郎", "委員", None)]),
        ("* Ada Byron @ada (TSC)\n* Carl Gauss @carl (voting member)",
         [("Ada Byron", None, "TSC"), ("Carl Gauss", "voting member", None)]),
        ("Attendees: Ada Byron (ada), Carl Gauss", [("Ada Byron", None, None), ("Carl Gauss", None, None)]),
        ("* Chairs: Ada Byron, Carl de Gauss", [("Ada Byron", "Chair", None), ("Carl de Gauss", "Chair", None)]),
        ("Attendees: Ada Byron, Carl Gauss\nLanguage: mostly Japanese\n* NOTE\n* Money Forward",
         [("Ada Byron", None, None), ("Carl Gauss", None, None)]),
    ],
)  # fmt: skip
def test_forms(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "市長、副市長、総務部長、競輪事業部長",
        "日本経済再生本部長、副本部長及び本部員（別紙参照）",
        "市長ほか５名",
        "委員１０名、事務局３名",
        "A委員、B委員",
        "第一会議室\n東京都庁\n関係部局長",
        "近畿経済産業局長、東北農政局長",
        "文書質問について\n陳情の審査について",
        "東 京 大 学 大 学 院 法 学 政 治 学 研 究 科 教 授 山 田 友 敬",
        "理事長谷川明君",
        "Present: everyone\n* No announcements",
        "本日は御多忙の中、御出席いただき、ありがとうございます。",
    ],
)
def test_who_cannot_be_told_apart_is_left_out(text: str) -> None:
    assert rows(text) == []


def test_roles_that_were_broken_to_fit_their_field() -> None:
    text = """\
　　　　委員長　　　　　　　　　里見　太郎君
　　　　理　事
　　　　　　　　　　　　　　　　岩本　花子君
　　　　　　　　　　　　　　　　青木　　愛君
　　　政府参考人
　　　　　　　内閣官房内閣審
　　　　　　　議官　　　　　　　柏原　　裕君
　　　　　　　外務省国際協力
　　　　　　　局長　　　　　　　今福　次郎君
　　　　　　　国務大臣
　　　　　　　（内閣府特命担
　　　　　　　当大臣（防災））　山田　一君"""
    assert rows(text) == [
        ("里見太郎", "委員長", None),
        ("岩本花子", "理事", None),
        ("青木愛", "理事", None),
        ("柏原裕", "政府参考人", "内閣官房内閣審議官"),
        ("今福次郎", "政府参考人", "外務省国際協力局長"),
        ("山田一", "政府参考人", "国務大臣（内閣府特命担当大臣（防災））"),
    ]


def test_initials_that_a_table_explains() -> None:
    table = ["| Name | Abbreviation | Organization |", "|---|---|---|", "| Ada Byron | USA | Engine Ltd |"]
    assert attendees_of(table) == (Attendee("Ada Byron", None, "Engine Ltd", "USA"),)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("荒牧委員", ("荒牧", "委員")),
        ("小林真由美委員", ("小林真由美", "委員")),
        ("菅原産業技術環境局長", ("菅原", "産業技術環境局長")),
        ("今村委員", ("今村", "委員")),
        ("監査委員", None),
        ("分科会長", None),
        ("競輪事業部長", None),
        ("品川区長", None),
        ("読売新聞論説委員", None),
    ],
)
def test_a_surname_before_an_office(words: str, expected: tuple[str, str] | None) -> None:
    assert is_role(words)
    assert named_role(words) == expected


def test_an_attendee_holds_each_of_several_roles() -> None:
    minister = Attendee("青空太郎", "財務大臣、国務大臣（金融担当）")
    assert holds(minister, "財務大臣")
    assert holds(minister, "国務大臣")
    assert not holds(minister, "副大臣")
    assert holds(Attendee("東花子", "委員"), "会長")
    assert not holds(Attendee("東花子", "総務部長"), "会長")
    assert holds(Attendee("東花子"), "会長")


@given(st.lists(st.text(alphabet="山田太郎委員長部局、，（）(): \t　君氏１番|-*@abA。【】", max_size=40), max_size=12))
def test_any_lines_are_read_and_names_stand_in_them(lines: list[str]) -> None:
    squeezed = "".join("".join(lines).split())
    for one in attendees_of(lines):
        assert one.name is not None
        assert "".join(one.name.split()) in squeezed


def between(text: str, first: str, last: str) -> list[str]:
    """The lines from the one that holds `first` to the one before `last`."""
    lines = text.replace("\r", "").split("\n")
    start = next(index for index, line in enumerate(lines) if first in line)
    end = next((index for index, line in enumerate(lines) if index > start and last in line), len(lines))
    return lines[start:end]


REAL = [
    ("layouts/heads/02_cao_shoushika10_youshi.txt", "出席者", "議事概要", 9, ("猪口邦子", "前田正子"), 8),
    ("layouts/heads/03_meti_rd31_youshi_bullets.txt", "出席者", "議事\n", 29, ("橋本", "吉田"), 0),
    ("layouts/heads/04_meti_smrj14_gijiroku_bullet_speaker.txt", "出席者", "議題", 15, ("伊丹", "梶田"), 9),
    ("layouts/heads/06_mext_chukyo134.txt", "出席者", "5.議事録", 31, ("渡邉光一郎", "神山"), 7),
    ("layouts/heads/07_mof_zaisei_280907.txt", "出席者", "午後2時", 7, ("吉川洋", "福田"), 0),
    ("layouts/heads/09_boj_mpm_20060209.txt", "出席委員", "I.", 12, ("福井俊彦", "中城吉郎"), 2),
    ("layouts/diet_yosan_20200610.txt", "出席委員", "本日の会議に付した", 86, ("棚橋泰文", "鈴木宏幸"), 8),
    ("layouts/discussnet_saas.txt", "出席議員", "午前１０時", 58, ("吉田崇仁", "米谷公伸"), 0),
    ("layouts/kensaku_cgi.txt", "出　席　議　員", "議　事　日　程", 72, ("むらまつ勝康", "森川樹"), 0),
    ("layouts/tokyo_committee.txt", "出席委員", "本日の会議に付した", 17, ("村上英子", "酒井大史"), 0),
    ("tokyo-2020/tokyo-2020-02-26.txt", "出席議員", "議事日程第二号", 157, ("古城まさお", "斎藤真人"), 0),
    ("formats/pdf/shohisha_kyoiku25_20190726.pdf", "出席者（敬称略", "配付資料", 24, ("青木秀子", "米山"), 11),
    ("formats/md_en_tc39/meetings__2025-02__february-18.md", "Attendees", "## Opening", 34,
     ("Kevin Gibbons", "Justin Grant"), 34),
    ("formats/md_en_nodejs_tsc/meetings__2015-05-27.md", "## Present", "## Quick", 14,
     ("Alexis Campailla", "Trevor Norris"), 11),
    ("formats/md_en_nodejs_tsc/meetings__2024-02-28.md", "## Present", "## Agenda", 14,
     ("Antoine du Hamel", "Tobias Nießen"), 0),
    ("formats/md_ja_ruby/2008__DevCamp-08-11.md", "People", "Since all", 10, ("Matz", "okkez"), 0),
    ("formats/md_ja_ruby/2017__DevMeeting-2017-03-13.md", "Attendees", "Language", 9,
     ("Yukihiro Matsumoto", "Martin Dürst"), 0),
    ("layouts/heads/01_kantei_saisei16_youshi.txt", "出席者", "○", 0, (), 0),
]  # fmt: skip


@pytest.mark.parametrize(("file", "first", "last", "count", "ends", "affiliated"), REAL, ids=[one[0] for one in REAL])
def test_real_lists(
    data: Path, file: str, first: str, last: str, count: int, ends: tuple[str, ...], affiliated: int
) -> None:
    """Counted by hand: names, the first and the last of them, and how many have an affiliation."""
    found = attendees_of(between(read(data / "minutes" / file, file).text, first, last.strip()))
    names = [one.name for one in found]
    assert len(found) == count
    assert tuple(names[:1] + names[-1:]) == ends
    assert sum(one.affiliation is not None for one in found) == affiliated
