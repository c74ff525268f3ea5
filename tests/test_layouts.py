import json
import os
import time
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from partition import bare, check_partition
from printing import printed

from index.errors import SourceError
from index.identity import identified
from index.layouts import PARSER_VERSION, parse
from index.layouts.passages import STATEMENT_CHARS
from index.minutes import Meeting, Parsed, Speaker, Statement
from index.reading import Document, read
from index.sidecar import load_sidecar

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "minutes" / "keizai-anpo-04-20230214.txt"
DATA = Path(os.environ.get("MINUTES_DATA", ROOT.parent / "shared" / "data"))
TOKYO = sorted((DATA / "minutes" / "tokyo-2020").glob("*.txt"))
needs_data = pytest.mark.skipif(not TOKYO, reason=f"no development minutes in {DATA.name} (MINUTES_DATA)")


def document_of(text: str) -> Document:
    starts = [place + 1 for place, character in enumerate(text) if character == "\f"]
    return Document("x.txt", "0" * 64, text, (0, *starts), "text")


def meeting_of(text: str) -> Meeting:
    (meeting,) = parse(document_of(text)).meetings
    return meeting


def said(meeting: Meeting) -> list[tuple[str | None, str]]:
    """Who, without the mark before the label, and what."""
    return [(unmarked(one.speaker.label) if one.speaker else None, one.text) for one in meeting.statements]


def unmarked(label: str) -> str:
    bare_label = label.strip("○◯〇◆◎■【】〔〕：: \u3000")
    return bare_label[1:-1] if bare_label.startswith("（") and bare_label.endswith("）") else bare_label


@pytest.fixture(scope="module")
def sample() -> Parsed:
    return parse(read(SAMPLE))


AGENDA = ("（１）セキュリティ・クリアランス制度等の整備に向けて", "（２）関係閣僚の発言", "（３）内閣総理大臣発言")


def test_the_sample_meeting(sample: Parsed) -> None:
    (meeting,) = sample.meetings
    assert meeting.title == "第４回経済安全保障推進会議"
    assert (meeting.ordinal, meeting.body, meeting.date) == (4, "経済安全保障推進会議", date(2023, 2, 14))
    assert (meeting.start_time, meeting.end_time, meeting.place) == ("08:25", "08:35", "官邸２階大ホール")
    assert (meeting.record, meeting.draft, meeting.fictional) == ("summary", False, False)
    assert sample.unclaimed == ()
    assert sample.confidence > 0.9
    assert sample.warnings == ()


def test_the_sample_speakers(sample: Parsed) -> None:
    found = Counter((one.kind, one.speaker) for one in sample.meetings[0].statements)
    assert found == {
        ("narration", None): 3,
        ("speech", Speaker("◯外務大臣", "外務大臣", "林芳正", "roster")): 3,
        ("speech", Speaker("◯経済産業大臣", "経済産業大臣", "西村康稔", "roster")): 5,
        ("speech", Speaker("◯総務大臣", "総務大臣", "松本剛明", "roster")): 2,
        ("speech", Speaker("◯文部科学大臣", "文部科学大臣", "永岡桂子", "roster")): 4,
        ("speech", Speaker("岸田内閣総理大臣", "内閣総理大臣", "岸田", "text")): 4,
    }


def test_the_sample_statements(sample: Parsed) -> None:
    statements = sample.meetings[0].statements
    assert [one.agenda for one in statements] == [AGENDA[0]] + [AGENDA[1]] * 15 + [AGENDA[2]] * 5
    assert [one.position for one in statements] == list(range(21))
    assert len({one.id for one in statements}) == 21
    assert len({one.turn for one in statements}) == 8
    assert statements[2].text == (
        "我が国の経済安全保障を推進するに当たり、セキュリティ・クリアランスを含む情報保全の強化は重要な課題。"
        "同盟国である米国や同志国との関係においても重要な施策。"
    )
    assert statements[7].text == (
        "具体的には、\n"
        "①情報の機微度に応じて段階分けを行った保全措置や、それぞれに対応したメリハリのある信頼性確認\n"
        "②所属組織変更の際の重複防止のため、政府内での統一的な信頼性確認に向けた体制及び連携\n"
        "の検討が必要。"
    )
    assert len(statements[7].spans) == 1
    assert statements[8].text.endswith(
        "論点。検討にあたっては、効率的な実施のため、AI や ICT の活用が有効であることも踏まえるべき。"
    )
    assert "昨年 12月に閣議決定された" in statements[10].text
    assert statements[17].text.startswith("「セキュリティ・クリアランス」を含む")


def test_the_sample_head(sample: Parsed) -> None:
    text = read(SAMPLE).text
    head = {name: [text[span.start : span.end] for span in spans] for name, spans in sample.meetings[0].head.items()}
    assert head["place"] == ["２ 場 所：官邸２階 大ホール"]
    assert head["speakers"] == ["◯外務大臣", "◯経済産業大臣", "◯総務大臣", "◯文部科学大臣"]
    assert [bare(line) for line in head["agenda"]] == list(AGENDA)
    assert len(head["date"]) == 1


@pytest.mark.parametrize("lines_per_page", [17, 20, 27, 33, 41, 48])
def test_the_sample_as_pdf_says_the_same(lines_per_page: int, sample: Parsed, tmp_path: Path) -> None:
    file = tmp_path / "sample.pdf"
    file.write_bytes(printed(SAMPLE.read_text(encoding="utf-8"), lines_per_page))
    document = read(file)
    parsed = parse(document)
    check_partition(document, parsed)
    assert parsed.unclaimed == ()
    assert len(document.pages) > 1

    def words(one: Statement) -> object:
        return one.text, one.speaker, one.kind, one.agenda

    assert list(map(words, parsed.meetings[0].statements)) == list(map(words, sample.meetings[0].statements))
    assert parsed.meetings[0].place == sample.meetings[0].place


def test_a_page_foot_inside_a_sentence_gives_two_spans(tmp_path: Path) -> None:
    file = tmp_path / "sample.pdf"
    file.write_bytes(printed(SAMPLE.read_text(encoding="utf-8"), 33, foot="- {page} -"))
    statements = parse(read(file)).meetings[0].statements
    broken = [one for one in statements if len(one.spans) > 1]
    assert broken
    assert all(first.page + 1 == second.page for one in broken for first, second in [one.spans])


def test_ids_stay_and_follow_the_text() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    first, again = meeting_of(text), meeting_of(text)
    assert first == again
    corrected = identified(meeting_of(text.replace("◯外務大臣", "◯財務大臣")), first.id)
    assert [one.id for one in corrected.statements] == [one.id for one in first.statements]
    assert meeting_of(text + " ").id != first.id
    assert PARSER_VERSION


def test_a_label_parts_role_and_name_of_an_attendee() -> None:
    head = "令和五年みどり県議会会議録第二号\n令和5年2月14日\n\n　出席説明員\n知事小森　花子君\n副知事長谷川　明君\n\n"
    meeting = meeting_of(head + "○知事（小森花子君）　お答えします。\n○副知事（長谷川明君）　同じ考えです。\n")
    assert ("副知事", "長谷川明") in [(one.role, one.name) for one in meeting.attendees]


def test_equal_statements_have_their_own_ids() -> None:
    meeting = meeting_of("○田中委員　はい。\n○山本委員　はい。\n○田中委員　はい。\n")
    assert len({one.id for one in meeting.statements}) == 3
    assert [one.text for one in meeting.statements] == ["はい。"] * 3


COUNCIL = """令和五年第一回青空市議会会議録第二号
令和5年3月1日

　出席議員　二名
一番山本　　一君
二番川田はな君
　欠席議員　一名
三番　　石井　　次郎君
　出席説明員
市長森田　　恵君
　議事日程第二号
第一　第一号議案
　　　午前十時開議
○議長（山本一君）　これより本日の会議を開きます。
　二番川田はな君。
〔二番川田はな君登壇〕
○二番（川田はな君）　公園の整備について市長に伺います。
　遊具が古くなっています。見解を伺います。
改行だけの段落です。また、
文の途中の改行です。
〔市長森田恵君登壇〕
○市長（森田恵君）　来年度に更新します。
　　　午後三時散会
"""


def test_a_council_record() -> None:
    meeting = meeting_of(COUNCIL)
    assert (meeting.title, meeting.body) == ("令和五年第一回青空市議会会議録第二号", "青空市議会")
    assert (meeting.date, meeting.start_time, meeting.end_time) == (date(2023, 3, 1), "10:00", "15:00")
    assert meeting.record == "verbatim"
    assert [(one.role, one.name) for one in meeting.attendees] == [
        (None, "山本一"), (None, "川田はな"), ("市長", "森田恵"),
    ]  # fmt: skip
    assert said(meeting) == [
        ("議長（山本一君）", "これより本日の会議を開きます。"),
        ("議長（山本一君）", "二番川田はな君。"),
        (None, "〔二番川田はな君登壇〕"),
        ("二番（川田はな君）", "公園の整備について市長に伺います。"),
        ("二番（川田はな君）", "遊具が古くなっています。見解を伺います。"),
        ("二番（川田はな君）", "改行だけの段落です。また、文の途中の改行です。"),
        (None, "〔市長森田恵君登壇〕"),
        ("市長（森田恵君）", "来年度に更新します。"),
    ]
    assert [one.kind for one in meeting.statements[:4]] == ["procedure", "procedure", "narration", "speech"]
    assert meeting.statements[3].speaker == Speaker("○二番（川田はな君）", None, "川田はな", "label")
    assert meeting.statements[7].speaker == Speaker("○市長（森田恵君）", "市長", "森田恵", "label")
    assert meeting.statements[3].turn == meeting.statements[5].turn


def test_a_stage_direction_does_not_end_a_turn() -> None:
    meeting = meeting_of("○川田委員　始めに伺います。\n〔拍手〕\n　続けて伺います。\n○山本部長　お答えします。\n")
    first, stage, second, _ = meeting.statements
    assert first.turn == second.turn != stage.turn
    assert (stage.kind, stage.speaker) == ("narration", None)
    assert second.speaker == first.speaker


@pytest.mark.parametrize(
    ("line", "role", "name"),
    [
        ("○渡辺幹事　発言します。", "幹事", "渡辺"),
        ("○中村（謙）関係官　発言します。", "関係官", "中村（謙）"),
        ("○外務大臣　発言します。", "外務大臣", None),
        ("○外務副大臣　発言します。", "外務副大臣", None),
        ("○副知事（長谷川明君）　発言します。", "副知事", "長谷川明"),
        ("○高市内閣府特命担当大臣（科学技術）　発言します。", "内閣府特命担当大臣", "高市"),
        ("○総務課長　発言します。", "総務課長", None),
        ("○監査委員　発言します。", "監査委員", None),
        ("○事務局　発言します。", "事務局", None),
        ("○山田花子君　発言します。", None, "山田花子"),
        ("○百十六番（増田ひろ君）　発言します。", None, "増田ひろ"),
        ("【田中委員】発言します。", "委員", "田中"),
    ],
)
def test_what_a_label_says(line: str, role: str | None, name: str | None) -> None:
    statements = meeting_of(f"{line}\n{line}\n").statements
    assert {(one.speaker.role, one.speaker.name) for one in statements if one.speaker} == {(role, name)}
    assert [one.text for one in statements] == ["発言します。"] * 2


def test_the_roster_speaks_only_for_its_days() -> None:
    def name(day: str) -> str | None:
        text = f"第１回会議\n日時：{day}\n議事概要\n○外務大臣　賛成です。\n"
        (one,) = meeting_of(text).statements
        assert one.speaker
        return one.speaker.name

    assert name("令和5年2月14日") == "林芳正"
    assert name("令和6年2月14日") is None


def test_marks_are_decided_by_the_whole_file() -> None:
    head = "第１回会議 議事概要\n議事概要\n主な意見は次のとおり。\n"
    bullets = f"{head}○ 予算を増やすべき。\n○ 会長に一任したい。\n○ 事務局が調べる。\n"
    assert [one for one in said(meeting_of(bullets)) if one[0]] == []
    assert "予算を増やすべき。" in [text for _, text in said(meeting_of(bullets))]
    colons = "会長：始めます。\n委員：賛成です。\n会長：ほかにありますか。\n委員：ありません。\n"
    assert [label for label, _ in said(meeting_of(colons))] == ["会長", "委員", "会長", "委員"]
    letters = "（Ａ） 始めます。\n（Ｂ） はい。\n（Ａ） どうですか。\n（Ｂ） 賛成です。\n"
    assert [label for label, _ in said(meeting_of(letters))] == ["Ａ", "Ｂ", "Ａ", "Ｂ"]


def test_an_unknown_label_is_nobody_before_it() -> None:
    text = "○田中委員　賛成です。\n○山本委員　反対です。\n○記録　以上のように決まった。\n○田中委員　結構です。\n"
    labels = [label for label, _ in said(meeting_of(text))]
    assert labels == ["田中委員", "山本委員", "記録", "田中委員"]


def test_nobody_speaks_after_the_end_or_where_nobody_is_marked() -> None:
    meeting = meeting_of("○田中委員　賛成です。\n○山本委員　反対です。\n（以上）\n別紙の資料である。\n")
    assert said(meeting)[-1] == (None, "別紙の資料である。")
    parsed = parse(document_of("意見交換が行われた。\n予算についての説明があった。\n次回は五月に開く。\n"))
    assert all(one.speaker is None for one in parsed.meetings[0].statements)
    assert parsed.confidence < 0.5
    assert parsed.warnings


def test_long_paragraphs_are_cut_between_sentences() -> None:
    sentence = "この条例は「住民の声。それを聞く」ことを目的とし、長く議論されてきたものであります。"
    meeting = meeting_of(f"○田中委員　{sentence * 40}\n○山本委員　はい。\n")
    parts = [one.text for one in meeting.statements[:-1]]
    assert "".join(parts) == sentence * 40
    assert all(part.endswith("あります。") and len(part) <= STATEMENT_CHARS for part in parts)
    assert len({one.turn for one in meeting.statements[:-1]}) == 1


def test_latin_lines_are_joined_with_a_blank_and_japanese_without() -> None:
    turns = (
        "Alice: The committee agreed to study the question of the new\nlibrary building and its cost\n"
        "in the spring of the next fiscal year and to report on it.\nBob: Thank you very much.\n"
    )
    wrapped = turns * 3
    assert said(meeting_of(wrapped))[0][1].startswith("The committee agreed to study the question of the new library")


@pytest.mark.parametrize("heading", ["○{}", "■{}", "【{}】", "（{}）", "〔{}〕", "◆ {}", "〇　{}"])
def test_speakers_as_headings_over_bullets(heading: str) -> None:
    blocks = [f"{heading.format(role)}\n・賛成する。\n・急ぐべき。\n" for role in ("外務大臣", "総務大臣", "法務大臣")]
    text = "第２回会議 議事要旨\n日時：令和5年2月14日\n議事概要\n出席者から発言があった。\n" + "".join(blocks)
    labels = [label for label, _ in said(meeting_of(text))]
    assert labels == [None, *["外務大臣"] * 2, *["総務大臣"] * 2, *["法務大臣"] * 2]


def test_the_secretariat_speaks_between_bulleted_turns() -> None:
    text = (
        "第１回会議 議事要旨\n議事概要\n◯外務大臣\n・賛成。\n・急ぐべき。\n続いて意見交換が行われた。\n"
        "最後に、田中会長から、以下の発言があった。\n・皆に感謝。\nその後、会議は終了した。\n"
        "各大臣から、以下の発言があった。\n・異論なし。\n"
    )
    assert said(meeting_of(text)) == [
        ("外務大臣", "賛成。"),
        ("外務大臣", "急ぐべき。"),
        (None, "続いて意見交換が行われた。"),
        (None, "最後に、田中会長から、以下の発言があった。"),
        ("田中会長", "皆に感謝。"),
        (None, "その後、会議は終了した。"),
        (None, "各大臣から、以下の発言があった。"),
        (None, "異論なし。"),
    ]


def test_a_vote_on_a_matter_is_more_than_procedure() -> None:
    text = (
        "○田中会長　それでは議題に入ります。\n○山本委員　賛成です。\n"
        "○田中会長　夜間の開館を来年度から毎週木曜日に続けることを、この協議会の意見として市長に伝えたいと思いますが、"
        "御異議ありませんか。\n○田中会長　御異議ありませんか。\n"
    )
    assert [one.kind for one in meeting_of(text).statements] == ["procedure", "speech", "speech", "procedure"]


SAMPLES = sorted((ROOT / "samples").glob("*.txt"))


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_the_invented_meetings(file: Path) -> None:
    document = read(file)
    parsed = parse(document)
    check_partition(document, parsed)
    (meeting,) = parsed.meetings
    assert parsed.unclaimed == ()
    assert "架空" in document.text.split("\n")[0]
    assert meeting.fictional
    assert meeting.body == "かがみ野市図書館協議会"
    assert meeting.ordinal == SAMPLES.index(file) + 1
    assert str(meeting.date).replace("-", "") == file.stem[-8:]
    assert all(one.agenda for one in meeting.statements)
    speakers = {one.speaker for one in meeting.statements if one.speaker}
    assert {speaker.name for speaker in speakers} == {person.name for person in meeting.attendees}
    assert {speaker.name_from for speaker in speakers} == {"attendees"}
    assert Speaker("○穂積沢委員", "委員", "穂積沢あかり", "attendees", "社会福祉協議会", "attendees") in speakers
    assert Speaker("○塔ノ木課長", "課長", "塔ノ木誠司", "attendees") in speakers


def test_five_invented_meetings() -> None:
    assert len(SAMPLES) == 5


def test_fictional_minutes_say_so() -> None:
    assert meeting_of("（架空）第１回ことば会議\n○田中委員　賛成です。\n").fictional
    assert not meeting_of("第１回ことば会議\n○田中委員　賛成です。\n").fictional


def test_a_sidecar_goes_before_the_text(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(COUNCIL, encoding="utf-8")
    assert load_sidecar(file) is None
    beside = tmp_path / "a.txt.meta.toml"
    beside.write_text(
        'title = "別の題"\ndate = 2024-01-02\nrecord = "summary"\ndraft = true\nordinal = 7\n', encoding="utf-8"
    )
    meeting = parse(read(file), load_sidecar(file)).meetings[0]
    assert (meeting.title, meeting.date, meeting.record) == ("別の題", date(2024, 1, 2), "summary")
    assert (meeting.draft, meeting.ordinal, meeting.body) == (True, 7, "青空市議会")


@pytest.mark.parametrize(
    "content",
    [
        "title = 3",
        'date = "来週"',
        "date = 2024-01-01T10:00:00",
        'record = "minutes"',
        "ordinal = true",
        "colour = 1",
        'url = "javascript:alert(1)"',
        'start_time = "noonish"',
        "[[speakers]]\nname = '大野一'",
        "[[attendees]]\nage = '3'",
        "attendees = '大野一'",
        "license = 3",
        "x =",
        "\xff",
    ],
)
def test_a_wrong_sidecar_is_refused_by_name(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.meta.toml").write_bytes(content.encode("latin-1" if content == "\xff" else "utf-8"))
    with pytest.raises(SourceError, match=r"^a\.meta\.toml: "):
        load_sidecar(tmp_path / "a.txt")


def test_the_sample_has_a_sidecar_with_its_source() -> None:
    assert load_sidecar(SAMPLE) is not None
    beside = tomllib.loads(SAMPLE.with_name(f"{SAMPLE.name}.meta.toml").read_text("utf-8"))
    assert beside["source"]
    assert beside["license"]


LINES = st.sampled_from(
    [
        *(
            "○田中委員　賛成です。",
            "○ ",
            "◯外務大臣",
            "・ 意見。",
            "①細目",
            "（１） 議題",
            "（以上）",
            "3",
            "- 4 -",
            "〔拍手〕",
        ),
        *(
            "　続き。",
            "場所：会議室",
            "出席者",
            "日時：令和5年2月14日 8:00～9:00",
            "山田太郎君",
            "【田中委員】",
            "（Ａ）はい",
        ),
        *("最後に、田中会長から、下記の発言があった。", "会長：はい", "第１回会議 議事録", "━━━━━━", "午後一時開議"),
        *("# 見出し", "* matz: ok", "の検討が必要。", "", "「", "議事概要", "出席議員　三名", "  * deeper"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(lines=st.lists(LINES | st.text(max_size=50), max_size=30), ends=st.sampled_from(["\n", "\r\n", "\f", "\r"]))
def test_any_text_is_parsed_and_every_character_kept(lines: list[str], ends: str) -> None:
    document = document_of(ends.join(lines))
    parsed = parse(document)
    check_partition(document, parsed)
    assert 0 <= parsed.confidence <= 1
    assert parse(document) == parsed


@pytest.mark.parametrize(
    "pattern",
    [
        "あ",
        "あ。",
        "あ\n",
        "○\n",
        "（",
        "○（（",
        "\u3000",
        "あ ",
        "1\n",
        "令和5年2月14日",
        "a: b\n",
        "・あ\n①い\n",
        "あ\x0c",
        "第1回議会",
        "- ",
        "○知事（小池君）\u3000はい。\n",
    ],
)
def test_a_megabyte_of_anything_takes_no_time(pattern: str) -> None:
    document = document_of(pattern * (1_000_000 // len(pattern.encode())))
    started = time.process_time()
    parse(document)
    assert time.process_time() - started < 4


@needs_data
@pytest.mark.parametrize("file", TOKYO, ids=lambda file: file.stem)
def test_tokyo_plenaries(file: Path) -> None:
    document = read(file)
    parsed = parse(document)
    check_partition(document, parsed)
    (meeting,) = parsed.meetings
    assert parsed.unclaimed == ()
    assert meeting.title is not None
    assert (meeting.body, meeting.record, meeting.start_time) == ("東京都議会", "verbatim", "13:00")
    assert meeting.date == date.fromisoformat(file.stem.removeprefix("tokyo-"))
    assert len({one.speaker.label for one in meeting.statements if one.speaker}) == {26: 29, 27: 37}[meeting.date.day]
    labels = document.text.count("\n○")
    assert len({one.turn for one in meeting.statements if one.speaker}) == labels
    governor = [one for one in meeting.statements if one.speaker and one.speaker.role == "知事"]
    assert {one.speaker.name for one in governor if one.speaker} == {"小池百合子"}
    assert all(len(one.text) <= STATEMENT_CHARS for one in meeting.statements)
    assert meeting.statements[0].kind == "procedure"
    assert ("知事", "小池百合子") in [(one.role, one.name) for one in meeting.attendees]
    assert len(meeting.attendees) == 157


@needs_data
def test_tokyo_answers_stand_in_turns_of_the_right_role() -> None:
    turns: dict[tuple[str, str | None, str], str] = {}
    for file in TOKYO:
        meeting = parse(read(file)).meetings[0]
        for one in meeting.statements:
            if one.speaker and one.kind == "speech":
                key = (str(meeting.date), one.speaker.role, one.turn)
                turns[key] = turns.get(key, "") + bare(one.text)
    questions = [json.loads(line) for line in (DATA / "eval" / "tokyo-2020.dev.jsonl").read_text("utf-8").splitlines()]
    found = [
        any(
            day == question["date"]
            and (role or "").endswith(question["answer_role"])
            and bare(question["passage"]) in text
            for (day, role, _), text in turns.items()
        )
        for question in questions
    ]
    assert sum(found) >= 32
    assert len(found) == 33


@needs_data
def test_every_development_file_round_trips() -> None:
    files = [file for file in (DATA / "minutes").rglob("*") if file.suffix in (".txt", ".md", ".pdf")]
    refused = []
    for file in files:
        try:
            document = read(file)
        except SourceError:
            refused.append(file.name)
            continue
        check_partition(document, parse(document))
    assert refused == ["scan_shojihomu02_material.pdf"]
    assert len(files) > 30
