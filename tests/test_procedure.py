import csv
import hashlib
import json
import lzma
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from index.identity import squeezed
from index.layouts import parse
from index.layouts.leading import leading
from index.layouts.people import speaker_of
from index.layouts.procedure import kind_of
from index.minutes import Kind, Speaker
from index.reading import read

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("MINUTES_DATA", ROOT.parent / "shared" / "data"))
needs_data = pytest.mark.skipif(
    not (DATA / "training").is_dir(), reason=f"no development minutes in {DATA.name} (MINUTES_DATA)"
)

_STAGE = re.compile(r"[〔（(].*[〕）)]|[―─━◇\-\s○・]+")
_DIET_LABEL = re.compile(r"[○〇◯](\S+?君[)）]|\S+)\s")


def labels() -> dict[str, dict[str, tuple[str, str]]]:
    """source -> turn -> (label, set)"""
    found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    with (Path(__file__).parent / "labels" / "procedure.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found[row["source"].split("#")[0]][row["turn"]] = row["label"], row["set"]
    return found


def name_of(words: str) -> str:
    return hashlib.sha256(squeezed(words).encode()).hexdigest()[:16]


def of_a_file(file: Path) -> Iterator[tuple[str, bool]]:
    """Each turn and whether it is nothing but procedure."""
    for meeting in parse(read(file)).meetings:
        turns = defaultdict(list)
        for one in meeting.statements:
            if one.speaker:
                turns[one.turn].append(one)
        for statements in turns.values():
            words = "".join(one.text for one in statements)
            yield name_of(words), all(one.kind == "procedure" for one in statements)


def of_training_rows(file: Path, wanted: set[str]) -> Iterator[tuple[str, bool]]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        for _, meeting in groupby(
            rows, lambda row: row.get("mid") or row.get("issueID") or (row["date"], row["title"])
        ):
            turns = [said(row) for row in meeting]
            names = [name_of("".join(paragraphs)) for _, paragraphs in turns]
            if not wanted.isdisjoint(names):
                wanted -= set(names)
                yield from zip(names, routine(turns), strict=True)
            if not wanted:
                return


def meeting_of(row: dict[str, str]) -> object:
    return row.get("mid") or row.get("issueID") or (row["date"], row["title"])


def said(row: dict[str, str]) -> tuple[str, list[str]]:
    label, words = row["speaker"] or "", row["text"]
    if "issueID" in row and (match := _DIET_LABEL.match(words)):
        label, words = match[1], words[match.end() :]
    paragraphs = [line.strip() for line in words.splitlines()]
    return label, [line for line in paragraphs if line and not _STAGE.fullmatch(line)]


def routine(turns: list[tuple[str, list[str]]]) -> list[bool]:
    spoken = [(number, speaker_of(label), "".join(words)) for number, (label, words) in enumerate(turns) if label]
    leaders = leading(spoken)
    speakers = {number: speaker.label for number, speaker, _ in spoken}
    return [
        bool(words)
        and {kind_of("speech", speakers.get(number) in leaders, one, len(words) == 1) for one in words} == {"procedure"}
        for number, (_, words) in enumerate(turns)
    ]


@pytest.fixture(scope="module")
def judged() -> dict[str, list[tuple[str, bool]]]:
    """set -> (label, whether the program says procedure) of each turn that was found"""
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for source, turns in labels().items():
        training = source.startswith("training/")
        verdicts = (
            of_training_rows(DATA / source, set(turns)) if training else of_a_file(DATA / "minutes" / source)
        )  # fmt: skip
        for name, verdict in dict(verdicts).items():
            if name in turns:
                label, part = turns[name]
                found[part].append((label, verdict))
    return found


def test_enough_turns_are_labelled() -> None:
    every = [one for turns in labels().values() for one in turns.values()]
    assert len(every) > 500
    assert sum(part.startswith("blind") for _, part in every) > 200
    assert sum(label == "either" for label, _ in every) < len(every) * 0.05


@needs_data
@pytest.mark.parametrize("part", ["dev", "blind-1", "blind-2"])
def test_procedure_agrees_with_readers_and_loses_no_remark(
    part: str, judged: dict[str, list[tuple[str, bool]]]
) -> None:
    clear = [(label, verdict) for label, verdict in judged[part] if label != "either"]
    labelled = sum(one == part for turns in labels().values() for _, one in turns.values())
    assert len(judged[part]) >= labelled * 0.97
    assert sum(verdict == (label == "procedure") for label, verdict in clear) >= len(clear) * 0.95
    assert ("speech", True) not in clear


PROCEDURE = [
    "それでは、定刻になりましたので、ただいまから第三回会議を開会いたします。",
    "次に、日程第二、第五号議案を議題といたします。",
    "どうもありがとうございました。ほかに御意見ございますでしょうか。",
    "山本委員、お願いいたします。",
    "青空会、川田はな議員。",
    "御異議なしと認めます。よって、そのように決定いたしました。",
    "この際、議事の都合により、暫時休憩いたします。",
    "傍聴の皆様に申し上げます。拍手はお控えいただきますようお願いいたします。",
    "はい。",
]
SPEECH = [
    "どうもありがとうございました。基金を取り崩すべきではないという御指摘だと思います。",
    "この点は次回までに事務局で調べてください。",
    "工事の費用はいつ分かりますか。",
    "起立多数と認めます。よって、青空公園の廃止に関する条例は可決されました。",
    "スタンスとしては今のようなことでよろしいですか。",
    "夜間の開館を毎週木曜日に続けることを協議会の意見としたいと思いますが、御異議ありませんか。",
    "大変重要な御意見をありがとうございました。ほかに御意見ございますでしょうか。",
]


@pytest.mark.parametrize("text", PROCEDURE)
def test_what_a_chair_says_to_keep_the_meeting_going(text: str) -> None:
    assert kind_of("speech", True, text, True) == "procedure"


@pytest.mark.parametrize("text", SPEECH)
def test_what_a_chair_says_on_the_matter(text: str) -> None:
    assert kind_of("speech", True, text, True) == "speech"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ありがとうございました。", "procedure"),
        ("御説明ありがとうございます。以上です。", "procedure"),
        ("Thank you very much.", "procedure"),
        ("ウェブ会議で御参加の皆様は、発言の際を除きマイクをオフにしてください。", "procedure"),
        (
            "田中でございます。配布資料について御説明いたします。配布資料は、資料１「公園の整備」の１点です。",
            "procedure",
        ),
        ("はい。", "speech"),
        ("賛成です。ありがとうございました。", "speech"),
        ("公園のトイレの改修をよろしくお願いいたします。", "speech"),
        ("おっしゃるとおりです。ありがとうございます。", "speech"),
        ("ほかに御意見ございますでしょうか。", "speech"),
    ],
)
def test_what_everybody_else_says(text: str, kind: Kind) -> None:
    assert kind_of("speech", False, text, True) == kind


def test_what_nobody_says_is_left_alone() -> None:
    assert kind_of("narration", True, "ありがとうございました。", True) == "narration"
    assert kind_of("document", False, "ありがとうございました。", True) == "document"


def turns(*said: tuple[str, str]) -> list[tuple[int, Speaker, str]]:
    roles = {"会長": "会長", "会長代理": "会長代理", "議長": "議長"}
    return [(number, Speaker(label, roles.get(label)), words) for number, (label, words) in enumerate(said)]


def test_who_leads() -> None:
    handing_over = "どの点でもご意見ございますでしょうか。"
    assert leading(turns(("会長", "始めます。"), ("会長代理", "賛成です。"), ("田中", "反対です。"))) == {"会長"}
    assert leading(turns(("会長代理", "始めます。"), ("田中", "反対です。"))) == {"会長代理"}
    anonymous = turns(*[("Ａ", handing_over), ("Ｂ", "賛成です。"), ("A", "なるほど。")] * 3, ("Ａ", "分かりました。"))
    assert leading(anonymous) == {"Ａ", "A"}
    acting = turns(("議長", "始めます。"), ("川田", "これより会議を開きます。"), ("川田", "御異議なしと認めます。"))
    assert leading(acting) == {"議長", "川田"}
    assert leading(turns(("田中", "賛成です。"), ("川田", "反対です。"))) == frozenset()
