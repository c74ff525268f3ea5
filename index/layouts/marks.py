"""How one file shows its speakers: which marks, brackets or bare labels open a speech. Decided in `deciding.py`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from index.layouts.labels import is_person, looks_like_label
from index.layouts.lines import Line
from index.layouts.passages import tidy
from index.minutes import Speaker

SPEAKER_MARKS = "○◯〇◆◎●△▲□■◇☆★"
BULLET_MARKS = "・･•‣▪▸➢✓"
BRACKETS = {"【": "】", "〔": "〕", "［": "］", "《": "》", "≪": "≫", "＜": "＞", "〈": "〉", "（": "）", "(": ")"}
ROUND = "（("
LONGEST_BARE = 24
"""Characters of a label that stands alone without any mark."""
_CHILD = re.compile(
    r"[①-⑳㉑-㉟❶-❿⑴-⒇ⓐ-ⓩ]|[（(][0-9０-９ｱ-ﾝア-ンa-zａ-ｚivxⅰ-ⅻ一二三四五六七八九十]{1,3}[)）]|"
    r"[アイウエオカキクケコ][\s　．.)）]|[0-9０-９]{1,2}[)）.．](?![0-9０-９])|[ⅰ-ⅻ][\s　．.)）]"
)
# 12: ◯委員長: exports of council sites count their speeches.
_COUNTED = re.compile(rf"(?:[PpＰ][.．]?[\s　]*)?\d{{1,4}}(?:\s*[:：]\s*|[.．]?[\s　]+)(?=[{SPEAKER_MARKS}])")
_LETTER_LABEL = re.compile(r"[（(]([Ａ-ＺA-Z]{1,2})[）)]\s*(?=\S)")
_NAMED_LABEL = re.compile(
    r"([^\s（(。、「]{0,30}[（(][^（）()。、]{1,20}[)）](?:[^\s（）()。、]{1,12}(?=\s))?)[\s：:]*"
)
_PLAIN_LABEL = re.compile(r"([^\s：:「]{1,70})(?:\s+|\s*[：:]\s*|(?=「)|$)")
_NAME_THEN_ROLE = re.compile(
    r"([^\s。、：:（）()]{1,8}[\s　]?[^\s。、：:（）()]{0,6})[\s　]+([^\s。、：:（）()]{1,16})$"
)
_COLON_LABEL = re.compile(
    r"(?:\*\*|__)?([^\s：:。、，「」『』/|`*]{1,24}(?:[ 　]{1,4}[^\s：:。、，「」『』/|`*]{1,20}){0,3})(?:\*\*|__)?\s?"
    r"[：:](?!//)(?:\*\*|__)?\s*(?=\S|$)"
)
_SPACED_LABEL = re.compile(
    r"([会座議委主局課部市町村区][\s　]{1,4}[長員](?=[\s　])|[^\s：:。、，「」『』]{2,24})[\s　]+(?=\S)"
)
_QUOTED_LABEL = re.compile(r"([^\s：:。、，「」『』]{2,24})[\s　]*(?=「)")
_ANSWERS = re.compile(
    r"(?:[（(【〔［](?P<in>問|答|記者|質問|回答|質問者|回答者|Ｑ|Ａ|Q|A)[)）】〕］][\s：:]*|"
    r"(?P<out>問|答|記者|質問|回答|Ｑ|Ａ|Q|A)[0-9０-９]{0,2}(?:[．.：:]\s*|[\s　]+))(?=\S|$)"
)
_ANNOUNCED = re.compile(r"[【〔《](\S{2,20}?)の?(?:冒頭)?(?:ご|御)?(?:発言|挨拶|あいさつ)[】〕》]")
_SPOKEN_WIDTH = 60
_NO_LABEL = re.compile("[、。「」]|^(?:午前|午後|正午|日程|議題|第[0-9０-９])")
_NOBODY = re.compile(r"[（(]?(?:null|None|undefined|不明|不詳)(?:君)?[)）]?(?:[\s　]|$)")
# In a file of labels with colons, one word before a colon in the place of a label is somebody, though not known who.
_SOMEBODY = re.compile(
    r"\?{1,4}(?: ?\(.{1,20}\))?|[A-Za-z][\w.'-]{0,15}(?: [A-Z][\w.'-]{0,15})?|[\u3400-\u9fff々]{1,8}(?:さん|氏|君)?"
)
_WIDE_BLANK = re.compile(r"[\t　]|  ")
# 【毎朝新聞】 is somebody; 【背景】 and 【資料１】 are parts of a speech.
_UNKNOWN = re.compile(
    r"(?!.*(?:資料|議題|議案|別紙|別添|目標|方針|図|表|賛成|反対|笑|拍手|略|注|例|第[0-9０-９]|背景|結論|理由|目的|概要|趣旨|論点|"
    r"課題|現状|経緯|対応|方向|まとめ|補足|その他|参考|内容|結果|事項|について))\S{1,12}"
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A line that opens a speaker: text[label_start:label_end] is the label with its mark, what follows is speech.

    `label` is "" where nobody known speaks from here on; `given` is the speaker, `agenda` the item of the
    agenda, where a format states them.
    """

    label: str
    label_end: int
    known: bool
    label_start: int = 0
    given: Speaker | None = None
    agenda: str | None = None


class Openings(Protocol):
    """What tells where speakers begin in one file, and which layout that is."""

    @property
    def layout(self) -> str:
        """How speakers are shown, in a word or several; paragraphs where they are not."""

    @property
    def any(self) -> bool:
        """Whether the file shows its speakers at all."""

    def opening(self, line: Line) -> Opening | None:
        """The speaker that this line opens, if it opens one."""

    def heading(self, line: Line) -> bool:
        """Whether the line is set like a speaker's and names none: ○議事日程."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What opens a speaker in one file; empty fields open none.

    `inline` marks stand before a label that speech follows, `alone` marks before a label that has its line to
    itself; `brackets` are the opening ones around labels; `letters` tells whether （Ａ） is a speaker, `answers`
    whether 問 and 答 are; `colons`, `bare`, `spaced` and `quoted` are the labels that stand without a mark
    before a colon, alone, before a blank, before 「; `above_speech` are the offsets of the lines on which a bare
    label may stand, right above what is said.
    """

    inline: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    brackets: frozenset[str] = frozenset()
    letters: bool = False
    answers: bool = False
    colons: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    spaced: frozenset[str] = frozenset()
    quoted: frozenset[str] = frozenset()
    above_speech: frozenset[int] = frozenset()
    evidence: tuple[str, ...] = ()
    margin: int = 99
    at_margin: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        """Whether the file shows its speakers at all."""
        return self.layout != "paragraphs"

    @property
    def layout(self) -> str:
        """How speakers are shown, in a word or several."""
        names = ("inline", "alone", "brackets", "letters", "answers", "colons", "bare", "spaced", "quoted")
        return "+".join(name for name in names if getattr(self, name)) or "paragraphs"

    def opening(self, line: Line) -> Opening | None:
        """The speaker that this line opens, if it opens one."""
        if line.fenced:
            return None
        mark = line.text[0]
        if mark in self.inline or mark in self.alone:
            found = self._marked(line.text, 0)
            listed = found and line.indent > self.margin and found.label not in self.at_margin
            return None if listed else found
        if (self.inline or self.alone) and (start := mark_start(line.text)):
            return self._marked(line.text, start)
        return self._bracketed(line) or self._worded(line) or self._announced(line)

    def _marked(self, text: str, start: int) -> Opening | None:
        label, end = marked_label(text, start)
        if not label or _NOBODY.match(label):
            return None
        forms = self.alone if end >= len(text) else self.inline
        if text[start] not in forms:
            return None
        if looks_like_label(label):
            return Opening(label, end, True, start)
        # A short word in the place of a label is somebody of whom no more is known: never the speaker before.
        short = end < len(text) and 1 < len(label) <= 12 and not _NO_LABEL.search(label)
        return Opening(label, end, False, start) if short else None

    def _bracketed(self, line: Line) -> Opening | None:
        if self.answers and (match := _ANSWERS.match(line.text)):
            return Opening(match["in"] or match["out"], match.end(), True)
        if line.text[0] in self.brackets:
            found = bracketed_label(line.text)
            if found and looks_like_label(found[0]):
                return Opening(found[0], found[1], True)
            # 【毎朝新聞】 before a sentence: of whom no more is known, never the speaker before.
            said = found and found[1] < len(line.text) and line.ends_sentence and line.text[0] not in "〔［"
            return Opening(found[0], found[1], False) if found and said and _UNKNOWN.fullmatch(found[0]) else None
        if self.letters and (match := _LETTER_LABEL.match(line.text)):
            return Opening(match[1], match.end(), True)
        return None

    def _announced(self, line: Line) -> Opening | None:
        """【高市総理冒頭発言】: a heading that names whose words follow."""
        match = _ANNOUNCED.fullmatch(line.text) if self.any else None
        return Opening(match[1], len(line.text), True) if match and is_person(match[1]) else None

    def _worded(self, line: Line) -> Opening | None:
        """A label without mark or bracket."""
        text = line.text
        if self.colons and (match := _COLON_LABEL.match(unbulleted(text))):
            if match[1] in self.colons:
                return Opening(match[1], len(text) - len(unbulleted(text)) + match.end(), True)
            return Opening("", 0, False) if _SOMEBODY.fullmatch(match[1]) else None
        # Beside people known by their form stand others: 鳥獣対策センター所長.
        if line.start in self.above_speech and (text in self.bare or looks_like_label(text)):
            return Opening(tidy(text), len(text), True)
        if self.quoted and (match := _QUOTED_LABEL.match(text)) and match[1] in self.quoted:
            return Opening(match[1], match.end(), True)
        spaced = _SPACED_LABEL.match(text) if self.spaced else None
        # 事務局　子ども課　林課長 is of the list of those present: it ends no sentence, and fills no line.
        if not spaced or not self._is_spaced_label(spaced):
            return None
        ends = line.ends_sentence or text[-1] in "）)】"
        said = ends or line.width >= _SPOKEN_WIDTH or re.match("[○△]?午[前後]", text[spaced.end() :])
        return Opening(tidy(spaced[1]), spaced.end(), True) if said else None

    def _is_spaced_label(self, found: re.Match[str]) -> bool:
        """A label that comes again and again, or, before a tab or a wide blank, any person."""
        label = tidy(found[1])
        return label in self.spaced or (bool(_WIDE_BLANK.search(found[0], found.end(1))) and is_person(label))

    def heading(self, line: Line) -> bool:
        """Whether a speaker mark stands before words that are no speaker: ○議事日程."""
        marked = line.text[0] in self.inline | self.alone or line.text[0] in self.brackets
        return marked and self.opening(line) is None and len(line.text) <= 60 and not line.ends_sentence


def mark_start(text: str) -> int:
    """Where the mark stands in a line that begins with the count of its speech or its page (12: ◯委員長); else 0."""
    counted = _COUNTED.match(text)
    return counted.end() if counted else 0


def bullet_end(text: str) -> int:
    """How many characters the bullet mark at the start of a line takes with the blanks behind it; 0 for none."""
    if text[0] in SPEAKER_MARKS or text[0] in BULLET_MARKS:
        return len(text) - len(text[1:].lstrip()) if len(text) > 1 else 0
    match = re.match(r"[*‐–—-]\s+(?=\S)", text)
    return match.end() if match else 0


def is_child(text: str) -> bool:
    """Whether a line begins as an item of an enumeration: ①, ア, (1), 1."""
    return bool(_CHILD.match(text))


def unbulleted(text: str) -> str:
    """The line without a bullet before it: * matz: …"""
    return re.sub(r"^(?:[*-]\s+|[•・]\s*|[*-](?![*\s]))", "", text, count=1)


def marked_label(text: str, start: int = 0) -> tuple[str, int]:
    """The words after the mark at `start` that could be a label, and where what follows them begins."""
    start += len(text) - start - len(text[start + 1 :].lstrip())
    match = _NAMED_LABEL.match(text, start)
    if match and looks_like_label(match[1]):
        return tidy(match[1]), match.end()
    match = _NAME_THEN_ROLE.match(text, start)
    if match and not looks_like_label(match[1]) and looks_like_label(match[2]):
        return tidy(match[0]), match.end()
    match = _PLAIN_LABEL.match(text, start)
    return (tidy(match[1]), match.end()) if match else ("", 0)


def bracketed_label(text: str) -> tuple[str, int] | None:
    """The words in the brackets that the line begins with, and where what follows them begins."""
    closing = BRACKETS[text[0]]
    depth = 0
    for place, character in enumerate(text[:62]):
        depth += (character == text[0]) - (character == closing)
        if depth == 0:
            label = text[1:place].strip()
            rest = text[place + 1 :]
            return (tidy(label), len(text) - len(rest.lstrip(" \t　：:"))) if label else None
    return None


def colon_label(text: str) -> str | None:
    """The words before a colon that could be a label."""
    match = _COLON_LABEL.match(unbulleted(text))
    return match[1] if match else None


def spaced_label(text: str) -> tuple[str, str] | None:
    """The first word of a line and what follows it after a blank."""
    match = _SPACED_LABEL.match(text)
    return (tidy(match[1]), text[match.end() :]) if match else None


def quoted_label(text: str) -> str | None:
    """The words right before a quotation that opens the line."""
    match = _QUOTED_LABEL.match(text)
    return match[1] if match else None


def letter_label(text: str) -> str | None:
    """The letter of （Ａ）."""
    match = _LETTER_LABEL.match(text)
    return match[1] if match else None


def answer_label(text: str) -> str | None:
    """問 or 答, in brackets or with a colon or blank behind it."""
    match = _ANSWERS.match(text)
    return (match["in"] or match["out"]) if match else None
