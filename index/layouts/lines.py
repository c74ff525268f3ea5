"""The lines of a document, which of them are page furniture, and how wide full lines are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from index.reading import Document, page_of

_LINE = re.compile(r"[^\r\n\f]+")
_BREAKS = re.compile(r"\r\n|\n|\r")
_DECORATED_NUMBER = re.compile(
    r"[-‐−–—―ー－~～]\s*\d{1,4}\s*[-‐−–—―ー－~～]|\d{1,4}\s*[/／]\s*\d{1,4}|[pP](?:age)?\.?\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|"
    r"[（(〔\[]\s*\d{1,4}\s*[)）〕\]]"
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_RULE = re.compile(r"[-=_*~#+.…‥・･\-‐−–—―ー－─━＝═〜～＿＊◇◆○◯●□■△▲☆★※×〇]{4,}")
_END_MARK = re.compile(
    r"[-‐−–—―ー－─（(〔\[【]*\s*(?:以\s*上|了|終わり|おわり|閉会|散会)\s*[-‐−–—―ー－─）)〕\]】]+|以\s*上"
)
_SENTENCE_END = re.compile(r"[。．｡！？!?…][」』）)】〕”\"’]*$|[.][)\"'”’]*$")
_PAGES_FOR_HEADERS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its outer white space: text == document.text[start:end]; `indent` is what was cut in front.

    `blank` tells whether an empty line stands before it; `number` counts lines that hold text.
    """

    start: int
    end: int
    text: str
    indent: int
    page: int
    blank: bool
    width: int

    @property
    def ends_sentence(self) -> bool:
        """Whether the line closes with a full stop, question or exclamation mark (brackets may follow)."""
        return bool(_SENTENCE_END.search(self.text[-8:]))


def lines_of(document: Document) -> list[Line]:
    """All lines that hold something besides white space."""
    lines: list[Line] = []
    end_before = 0
    for match in _LINE.finditer(document.text):
        raw = match.group()
        text = raw.strip()
        if not text:
            continue
        indent = len(raw) - len(raw.lstrip())
        start = match.start() + indent
        between = document.text[end_before:start]
        blank = len(_BREAKS.findall(between)) > 1
        end_before = start + len(text)
        page = page_of(document, start)
        lines.append(Line(start, end_before, text, indent, page, blank, width_of(raw.rstrip())))
    return lines


def width_of(text: str) -> int:
    """Display width: 2 for a full-width character, 1 for any other."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def furniture(lines: list[Line]) -> dict[int, str]:
    """What each line of furniture is, by its index: page number, running header, rule, end mark."""
    named: dict[int, str] = {}
    for index, line in enumerate(lines):
        if len(line.text) > 200:
            continue
        digits = unicodedata.normalize("NFKC", line.text) if len(line.text) < 24 else line.text
        if _END_MARK.fullmatch(line.text):
            named[index] = "end mark"
        elif _DECORATED_NUMBER.fullmatch(digits):
            named[index] = "page number"
        elif _RULE.fullmatch(line.text):
            named[index] = "rule"
    named |= dict.fromkeys(_bare_page_numbers(lines), "page number")
    named |= dict.fromkeys(_running_headers(lines, named), "running header")
    return named


def _bare_page_numbers(lines: list[Line]) -> set[int]:
    """Digits alone on a line: at the edge of a page, or counting up through the text, or inside a sentence."""
    bare = [index for index, line in enumerate(lines) if _BARE_NUMBER.fullmatch(line.text)]
    values = {index: int(lines[index].text) for index in bare}
    found = set()
    for place, index in enumerate(bare):
        before = lines[index - 1] if index else None
        after = lines[index + 1] if index + 1 < len(lines) else None
        at_edge = not before or not after or before.page != lines[index].page or after.page != lines[index].page
        neighbours = [values[other] for other in bare[max(0, place - 1) : place + 2] if other != index]
        counting = any(abs(values[index] - value) == 1 for value in neighbours)
        inside = before is not None and not before.ends_sentence
        if (at_edge and len({lines[0].page, lines[-1].page}) > 1) or counting or inside:
            found.add(index)
    return found


def _running_headers(lines: list[Line], named: dict[int, str]) -> set[int]:
    """Lines that stand, digits aside, among the first or last two of more than half of the pages."""
    pages: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        if index not in named:
            pages.setdefault(line.page, []).append(index)
    if len(pages) < _PAGES_FOR_HEADERS:
        return set()
    edges = [sorted({*indexes[:2], *indexes[-2:]}) for indexes in pages.values()]
    counts = Counter(key for edge in edges for key in {_without_digits(lines[index].text) for index in edge})
    wanted = {key for key, count in counts.items() if count > len(pages) / 2}
    return {index for edge in edges for index in edge if _without_digits(lines[index].text) in wanted}


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "#", text[:200])


@dataclass(frozen=True, slots=True)
class Measure:
    """How the text is set. `full` is the display width from which a line counts as full; 0: lines are paragraphs."""

    full: int
    indents: bool

    @property
    def wrapped(self) -> bool:
        """Whether sentences are broken over lines of one width."""
        return self.full > 0


def measure(lines: list[Line]) -> Measure:
    """Finds whether lines are hard-wrapped, and whether paragraphs begin with a blank."""
    widths = sorted(line.width for line in lines)
    if len(widths) < 3:
        return Measure(0, False)
    widest = widths[int(len(widths) * 0.97)]
    full = int(widest * 0.88)
    long = [line for line in lines if line.width >= full]
    open_ended = sum(not line.ends_sentence for line in long)
    wrapped = 30 <= widest <= 160 and len(long) >= max(3, len(lines) // 20) and open_ended > len(long) / 3
    indented = sum(line.indent > 0 for line in lines)
    return Measure(full if wrapped else 0, indented >= len(lines) / 20)
