"""Invented minutes of any number of statements, for measuring size and speed: the same each time, marked as 架空."""

from __future__ import annotations

import math
import random
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from eval.questions import ROOT
from index.layouts import parse
from index.reading import Refused, read_all

MEETING = 100
"""Statements of one file."""

_FIRST = "山川田村野原木林森谷沢島崎浜池橋岡坂井石松竹梅桜"
_LAST = "本中上下内口辺塚越尾瀬津戸倉沼園畑宮城里"
_NAMES = 5_000
_HEAD = """（架空）第{ordinal}回 {place}市図書館協議会 議事録

※この議事録は、速さを測るために作られた架空の会議のものであり、実在の市、団体、人物とは関係がない。

１　日時　{day.year}年{day.month}月{day.day}日
２　場所　{place}市役所会議室
３　議事録
"""
_TURN = 5
"""Statements that one speaker makes in a row."""


def write_minutes(folder: Path, statements: int) -> int:
    """Writes invented minutes of so many statements, one file after the other; returns the number of files."""
    files = math.ceil(statements / MEETING)
    for number in range(files):
        count = min(MEETING, statements - number * MEETING)
        (folder / file_name(number)).write_text(meeting(number, count), encoding="utf-8")
    return files


def file_name(number: int) -> str:
    """The name of the file of the invented minutes with this number."""
    return f"kakuu-{number:06}.txt"


def meeting(number: int, statements: int) -> str:
    """The invented minutes with this number, always the same."""
    chance = random.Random(number)  # noqa: S311
    day = date(1980, 1, 1) + timedelta(days=number)
    lines = [_HEAD.format(ordinal=number + 1, place=_invented_name(chance), day=day)]
    for place in range(statements):
        label = "　" if place % _TURN else f"\n○{_invented_name(chance)}委員　"
        lines.append(f"{label}{_statement(chance)}\n")
    return "".join(lines)


def _statement(chance: random.Random) -> str:
    """About 60 to 120 characters: a place, and sentences of the shipped minutes with other numbers."""
    said = f"{_invented_name(chance)}地区については、"
    enough = 50 + 40 * chance.random()
    known = sentences()
    while len(said) < enough:
        said += _NUMBER.sub(lambda found: _number(found[0], chance), known[_rank(len(known), chance)])
    return said


_NUMBER = re.compile(r"[０-９][０-９，]*")
_WIDE = str.maketrans("0123456789,", "０１２３４５６７８９，")


def _number(printed: str, chance: random.Random) -> str:
    """A number of at most as many digits."""
    digits = len(printed.replace("，", ""))
    return f"{1 + _rank(10**digits - 1, chance):,}".translate(_WIDE)


def _invented_name(chance: random.Random) -> str:
    """Two or three characters: a few names often, most of them seldom."""
    rank = _rank(_NAMES, chance)
    rest, first = divmod(rank, len(_FIRST))
    more, last = divmod(rest, len(_LAST))
    return _FIRST[first] + (_FIRST[more] if more else "") + _LAST[last]


def _rank(count: int, chance: random.Random) -> int:
    """A place below `count`, each about as seldom as it is high (Zipf's law)."""
    return int((count + 1) ** chance.random()) - 1


@cache
def sentences() -> tuple[str, ...]:
    """What is said in the minutes that are shipped, sentence by sentence."""
    found: dict[str, None] = {}
    for file in [file for folder in ("samples", "minutes") for file in sorted((ROOT / folder).glob("*.txt"))]:
        documents = [one for one in read_all(file) if not isinstance(one, Refused)]
        meetings = [meeting for document in documents for meeting in parse(document).meetings]
        said = ["".join(s.text.split()) for meeting in meetings for s in meeting.statements if s.kind == "speech"]
        found |= dict.fromkeys(one for text in said for one in re.findall("[^。]+。", text) if 15 <= len(one) <= 60)
    return tuple(found)
