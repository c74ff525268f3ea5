"""Headings of the agenda in the body of minutes: numbered, marked, or listed in the head before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from index.dates import number
from index.layouts.lines import Line
from index.layouts.passages import tidy

_NUMBERED = re.compile(
    r"^(?P<open>[（(])?(?P<number>[0-9０-９]{1,2}|[一二三四五六七八九十]{1,2})(?P<close>[)）]|[.．、])?"
    r"[\s　]*(?P<words>\S.*)$"
)
_AGENDA_LINE = re.compile(
    r"^(?:△?日程第?[\s　]*[0-9０-９一二三四五六七八九十]{1,3}|"
    r"議題[\s　]*[（(]?[0-9０-９一二三四五六七八九十]{1,2}(?![0-9０-９]))"
)
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+\S")
_BRACKET_HEADING = re.compile(r"^(?:【[^【】]{1,30}】|《[^《》]{1,30}》|＜[^＜＞]{1,30}＞)$")
_NO_WORDS = re.compile(r"[年月日時点%％名人つ件か回年度円]")
_SHORTEST_ITEM = 4


@dataclass(slots=True)
class Agenda:
    """The headings met so far: the last number of each style of numbering, and the items that the head announced."""

    series: dict[tuple[str, str], int] = field(default_factory=dict)
    items: frozenset[str] = frozenset()

    @classmethod
    def announced(cls, lines: Iterable[Line], opens_body: Line | None) -> Agenda:
        """From the lines of the head that are of the agenda; `opens_body` is one right above the first speaker."""
        agenda = cls(items=frozenset(words for line in lines if len(words := _bare(line.text)) >= _SHORTEST_ITEM))
        if opens_body:
            agenda.follow(opens_body)
        return agenda

    @property
    def begins(self) -> bool:
        """Whether the first item of a numbering has been met and none after it."""
        return set(self.series.values()) == {1}

    def is_heading(self, line: Line, *, nobody: bool, first: bool) -> bool:
        """Whether a line that stands by itself is a heading; `nobody` speaks, `first`: no line stands before it.

        A number is one of a heading where it goes on by one, or begins where nobody speaks; the words of an item
        that the head announced are one anywhere.
        """
        if line.ends_sentence or len(line.text) > 80:
            return False
        if _MARKDOWN_HEADING.match(line.text) or _AGENDA_LINE.match(line.text):
            return True
        match = _NUMBERED.match(line.text)
        if not match or not (match["open"] or match["close"] or len(line.text) < 40):
            return False
        if not re.search(r"[^\W\d_]", match["words"]) or _NO_WORDS.match(match["words"]):
            return False
        if _bare(line.text) in self.items:
            return True
        value = _value(match)
        before = self.series.get(_style(match))
        if before is None:
            return nobody and (value == 1 or first)
        return value == before + 1 or (nobody and value == 1)

    def follow(self, line: Line) -> None:
        """Remembers the number of a heading."""
        match = _NUMBERED.match(line.text)
        if match and not _MARKDOWN_HEADING.match(line.text):
            self.series[_style(match)] = _value(match)


def is_markdown_heading(line: Line) -> bool:
    """Whether a line is a heading of Markdown, wherever it stands."""
    return bool(_MARKDOWN_HEADING.match(line.text)) and not line.ends_sentence and len(line.text) <= 80


def is_bracket_heading(line: Line) -> bool:
    """Whether a line is nothing but words in brackets of headings: 【質疑応答】."""
    return bool(_BRACKET_HEADING.match(line.text))


def words_of(line: Line) -> str:
    """What a heading says, without what marks it as one."""
    return tidy(re.sub(r"^#+\s*|^[【《＜]|[】》＞]$", "", line.text))


def _bare(text: str) -> str:
    """The words of an item without number and blanks."""
    match = _NUMBERED.match(text)
    return "".join((match["words"] if match else text).split())


def _style(match: re.Match[str]) -> tuple[str, str]:
    return match["open"] or "", match["close"] or ""


def _value(match: re.Match[str]) -> int:
    return number(match["number"]) or 0
