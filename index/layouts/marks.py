"""Which marks open a speaker in this file and which are bullets: decided from all lines together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from index.layouts.lines import Line
from index.layouts.passages import tidy
from index.layouts.people import looks_like_label

SPEAKER_MARKS = "○◯〇◆◎●△▲□■◇☆★"
BULLET_MARKS = "・･•‣▪▸➢✓*‐–—-"
_CHILD = re.compile(
    r"[①-⑳㉑-㉟❶-❿⑴-⒇ⓐ-ⓩ]|[（(][0-9０-９ｱ-ﾝア-ンa-zａ-ｚivxⅰ-ⅻ一二三四五六七八九十]{1,3}[)）]|"
    r"[アイウエオカキクケコ][\s　．.)）]|[0-9０-９]{1,2}[)）.．](?![0-9０-９])|[ⅰ-ⅻ][\s　．.)）]"
)
_ROUND = "（("
_BRACKET_LABEL = {"【": re.compile(r"【([^【】]{1,60})】\s*"), "〔": re.compile(r"〔([^〔〕]{1,60})〕\s*")}
# Round brackets hold a label only where they have the line to themselves: （外務大臣）
_BRACKET_LABEL |= dict.fromkeys(_ROUND, re.compile(r"[（(]([^（）()]{2,40})[)）]$"))
_LETTER_LABEL = re.compile(r"[（(]([Ａ-ＺA-Z]{1,2})[）)]\s*(?=\S)")
_NAMED_LABEL = re.compile(r"([^\s（(。、]{0,30}[（(][^（）()。、]{1,20}[)）](?:[^\s（）()。、]{1,12}(?=\s))?)[\s：:]*")
_PLAIN_LABEL = re.compile(r"([^\s：:]{1,45})(?:\s+|\s*[：:]\s*|$)")
# In a file of labels with colons, one word before a colon is somebody, though who is not known.
_SOMEBODY = re.compile(
    r"(?!(?:Date|Time|Place|Note|URL|Link|Language|TODO|doc|http)\b)[A-Za-z][\w.'-]{0,15}|[\u3400-\u9fff々]{1,8}(?:さん|氏|君)?"
)
_NOBODY = re.compile(r"[（(]?(?:null|None|undefined|不明|不詳)(?:君)?[)）]?")
_COLON_LABEL = re.compile(r"([^\s：:。、，「」『』/]{1,24}(?: [A-Z][\w.'-]{0,20}){0,3})\s?[：:](?!//)\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Opening:
    """A line that opens a speaker: text[:label_end] is the label with its mark, text[label_end:] is speech."""

    label: str
    label_end: int
    known: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """What the marks mean in one file.

    `inline` marks stand before a label that speech follows, `alone` marks before a label that has its line to itself.
    """

    inline: frozenset[str]
    alone: frozenset[str]
    brackets: frozenset[str]
    letters: bool
    colons: frozenset[str]

    @property
    def any(self) -> bool:
        """Whether the file shows its speakers at all."""
        return bool(self.inline or self.alone or self.brackets or self.letters or self.colons)

    def opening(self, line: Line) -> Opening | None:
        """The speaker that this line opens, if it opens one."""
        mark = line.text[0]
        if mark in self.inline or mark in self.alone:
            return self._marked(line.text)
        if mark in self.brackets:
            match = _BRACKET_LABEL[mark].match(line.text)
            known = bool(match and looks_like_label(match[1]))
            return Opening(match[1].strip(), match.end(), known) if match and known else None
        if self.letters and (match := _LETTER_LABEL.match(line.text)):
            return Opening(match[1], match.end(), True)
        if self.colons and (match := _COLON_LABEL.match(_unbulleted(line.text))):
            known = match[1] in self.colons
            if known or _SOMEBODY.fullmatch(match[1]):
                return Opening(match[1], len(line.text) - len(_unbulleted(line.text)) + match.end(), known)
        return None

    def _marked(self, text: str) -> Opening | None:
        label, end = _label(text)
        if not label or _NOBODY.fullmatch(label):
            return None
        forms = self.alone if end >= len(text) else self.inline
        if text[0] not in forms:
            return None
        if looks_like_label(label):
            return Opening(label, end, True)
        # A short word in the place of a label is somebody of whom no more is known: never the speaker before.
        short = end < len(text) and len(label) <= 12 and not re.search("[、。「」]", label)
        return Opening(label, end, False) if short else None

    def heading(self, line: Line) -> bool:
        """Whether a speaker mark stands before words that are no speaker: ○議事日程."""
        marked = line.text[0] in self.inline | self.alone or line.text[0] in self.brackets
        return marked and self.opening(line) is None and len(line.text) <= 60 and not line.ends_sentence


def bullet_end(text: str) -> int:
    """How many characters the bullet mark at the start of a line takes with the blanks behind it; 0 for none."""
    if text[0] in SPEAKER_MARKS or text[0] in "・･•‣▪▸➢✓":
        return len(text) - len(text[1:].lstrip()) if len(text) > 1 else 0
    match = re.match(r"[*‐–—-]\s+(?=\S)", text)
    return match.end() if match else 0


def is_child(text: str) -> bool:
    """Whether a line begins as an item of an enumeration: ①, ア, (1), 1."""
    return bool(_CHILD.match(text))


def _unbulleted(text: str) -> str:
    return re.sub(r"^[*•・-]\s*", "", text, count=1)


def _label(text: str) -> tuple[str, int]:
    """The words after the mark that could be a label, and where what follows them begins."""
    start = len(text) - len(text[1:].lstrip())
    match = _NAMED_LABEL.match(text, start)
    if match and looks_like_label(match[1]):
        return tidy(match[1]), match.end()
    match = _PLAIN_LABEL.match(text, start)
    return (tidy(match[1]), match.end()) if match else ("", 0)


def decide(lines: Iterable[Line]) -> Marks:
    """Reads the whole file before any line is understood."""
    lines = list(lines)
    inline, alone = set(), set()
    for mark in sorted({line.text[0] for line in lines} & set(SPEAKER_MARKS + "・•")):
        places = [index for index, line in enumerate(lines) if line.text[0] == mark and len(line.text) > 1]
        short = [index for index in places if _is_alone(lines[index])]
        if mark in SPEAKER_MARKS and _mostly(lines, [index for index in places if index not in set(short)]):
            inline.add(mark)
        if _headings(lines, short) and (mark in SPEAKER_MARKS or len(short) >= 3):
            alone.add(mark)
    brackets = {mark for mark, label in _BRACKET_LABEL.items() if _bracketed(lines, label)}
    found = bool(inline or alone or brackets - set(_ROUND))
    if found:
        # Beside other marks round brackets are stage directions, or go on with what stands before them.
        brackets -= set(_ROUND)
    letters = not found and not brackets and _lettered(lines)
    found = found or bool(brackets) or letters
    colons = frozenset() if found else _colon_labels(lines)
    return Marks(frozenset(inline), frozenset(alone), frozenset(brackets), letters, colons)


def _is_alone(line: Line) -> bool:
    return len(line.text) <= 40 and not line.ends_sentence and _label(line.text)[1] >= len(line.text)


def _mostly(lines: list[Line], places: list[int]) -> bool:
    labels = [_label(lines[index].text)[0] for index in places]
    fitting = sum(looks_like_label(label) for label in labels)
    return fitting > 0 and fitting >= len(places) * 0.5


def _headings(lines: list[Line], places: list[int]) -> bool:
    """Labels alone on their lines open speakers only where something else follows each of them."""
    fitting = [index for index in places if looks_like_label(_label(lines[index].text)[0])]
    followed = [
        index for index in fitting if index + 1 < len(lines) and lines[index + 1].text[0] != lines[index].text[0]
    ]
    return bool(fitting) and len(fitting) >= len(places) * 0.5 and len(followed) >= len(fitting) * 0.7


def _bracketed(lines: list[Line], label: re.Pattern[str]) -> bool:
    matches = [match for line in lines if (match := label.match(line.text))]
    # A whole line in brackets that names an event (〔知事登壇〕) is no label.
    fitting = [match for match in matches if looks_like_label(match[1])]
    return len(fitting) >= 2 and len(fitting) >= len(matches) * 0.5


def _lettered(lines: list[Line]) -> bool:
    labels = Counter(match[1] for line in lines if (match := _LETTER_LABEL.match(line.text)))
    return len(labels) >= 2 and sum(labels.values()) >= 2 * len(labels)


def _colon_labels(lines: list[Line]) -> frozenset[str]:
    """Labels before a colon: those that look like people, or come again and again."""
    labels = Counter(match[1] for line in lines if (match := _COLON_LABEL.match(_unbulleted(line.text))))
    people = {label for label, count in labels.items() if looks_like_label(label)}
    repeated = {label for label, count in labels.items() if count >= 3 and len(label) <= 20}
    if len(people) >= 2 and sum(labels[label] for label in people) >= 3:
        return frozenset(people)
    enough = len(repeated) >= 2 and sum(labels[label] for label in repeated) >= max(6, len(lines) // 20)
    return frozenset(repeated) if enough else frozenset()
