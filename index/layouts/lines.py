"""The lines of a document, which of them are page furniture, and how wide full lines are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.reading import Document, page_of

_LINE = re.compile(r"[^\r\n\f]+")
_BREAKS = re.compile(r"\r\n|\n|\r")
_DECORATED_NUMBER = re.compile(
    r"[-‐−–—―ー－~～]\s*\d{1,4}\s*[-‐−–—―ー－~～]|\d{1,4}\s*[/／]\s*\d{1,4}|[pP](?:age)?\.?\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|"
    r"[〔\[]\s*\d{1,4}\s*[〕\]]"
)
_BRACKETED_NUMBER = re.compile(r"[（(]\s*(\d{1,4})\s*[)）]")
_BARE_NUMBER = re.compile(r"\d{1,4}")
_RULE = re.compile(r"[-=_*~#+.…‥・･\-‐−–—―ー－─━＝═〜～＿＊◇◆○◯●□■△▲☆★※×〇]{4,}")
_END_MARK = re.compile(
    r"[-‐−–—―ー－─（(〔\[【]*\s*(?:以\s*上|了|終わり|おわり|閉会|散会)\s*[-‐−–—―ー－─）)〕\]】]+|以\s*上"
)
_SENTENCE_END = re.compile(r"[。．｡！？!?…][」』）)】〕”\"’]*$|[.][)\"'”’]*$")
_PAGES_FOR_HEADERS = 3
_SITE_LABELS = ("文書", "発言", "本文", "ヒット", "なし")
CHROME = 8
"""How often what a page prints around each speech must come again to be known as such."""
_COUNTED = re.compile(r"(\d{1,4})\s*[:：]")
_SITE_WORDS = re.compile(
    r"[↑↓▲▼▶◀←→\s]*(?:選択|前へ|次へ|戻る|印刷|閉じる|全て開く|全て閉じる|トップ(?:へ|ページ)?|検索結果(?:一覧)?|文書閲覧|発言者?一覧|"
    r"文書発言の移動|ヒット発言(?:のみ|を開く)?|すべての発言|全ての発言|最初のヒットへ(?:[（(].{0,16}[)）])?|"
    r"(?:この)?ページの(?:先頭|トップ)(?:へ(?:戻る)?)?|ナビゲーションをスキップする|(?:ヒット)?(?:発言|単文)表示切り替え|"
    r"発言が指定されていません。?|ダウンロード|テキスト形式)[\s|｜]*"
)
"""What pages of council sites print around the minutes, where a copy of a page brought it along."""
_FOOT_LINES = 12
_COPYRIGHT = re.compile(r"(?:Copyright|COPYRIGHT|©|\([cC]\) ?(?:19|20)\d\d|All [Rr]ights [Rr]eserved)")
_SHORT = 24
_RUN_ON = 300
_RUN_ON_MARKS = 2
_MARK_INSIDE = re.compile(r"(?<=[。」）)〕\]：:\s])(?=[○◯〇◆◎][^\s。、：:○◯〇◆◎]{2,30}(?:[：:]|[\s　]{1,3}[^\s]))")
_FIELD_INSIDE = re.compile(
    r"(?<=[\s　）)])(?=(?:開催)?(?:日\s*時|場\s*所)\s*[：:]|出\s*席\s*者\s*[：:]|"
    r"(?:閣議案件|議題|議事内容|議事概要|議事次第)\s*[：:])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its outer white space: text == document.text[start:end]; `indent` is what was cut in front.

    `blank` tells whether an empty line stands before it, `fenced` whether it is program code in a ``` block,
    `stands_alone` whether it ends no sentence and the line before it goes on into it no more than a heading would.
    """

    start: int
    end: int
    text: str
    indent: int
    page: int
    blank: bool
    width: int
    fenced: bool = False
    stands_alone: bool = False

    @property
    def ends_sentence(self) -> bool:
        """Whether the line closes with a full stop, question or exclamation mark (brackets may follow)."""
        return _ends_sentence(self.text)


def lines_of(document: Document) -> list[Line]:
    """All lines that hold something besides white space."""
    lines: list[Line] = []
    end_before = 0
    fence = False
    for start, end in _stretches(document.text):
        raw = document.text[start:end]
        text = raw.strip()
        if not text:
            continue
        indent = len(raw) - len(raw.lstrip())
        start += indent
        blank = len(_BREAKS.findall(document.text[end_before:start])) > 1
        end_before = start + len(text)
        edge = text.startswith("```")
        fence ^= edge
        lines.append(
            Line(
                start=start,
                end=end_before,
                text=text,
                indent=indent,
                page=page_of(document, start),
                blank=blank,
                width=width_of(raw.rstrip()),
                fenced=fence or edge,
                stands_alone=not _ends_sentence(text) and (blank or not lines or _closes(lines[-1])),
            )
        )
    return lines


def _ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text[-8:]))


def _closes(line: Line) -> bool:
    return line.ends_sentence or len(line.text) <= _SHORT


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every line; one that has swallowed its breaks is parted before marks of speakers and fields."""
    for match in _LINE.finditer(text):
        start, end = match.span()
        marks = [mark.start() for mark in _MARK_INSIDE.finditer(text, start + 1, end)] if end - start > _RUN_ON else []
        if len(marks) >= _RUN_ON_MARKS:
            fields = [field.start() for field in _FIELD_INSIDE.finditer(text, start + 1, marks[0])]
            for mark in (*fields, *marks):
                yield start, mark
                start = mark
        yield start, end


def width_of(text: str) -> int:
    """Display width: 2 for a full-width character, 1 for any other."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def furniture(lines: list[Line]) -> dict[int, str]:
    """What each line of furniture is, by its index: page number, running header, rule, end mark."""
    named: dict[int, str] = {}
    for index, line in enumerate(lines):
        if len(line.text) > 200 or line.fenced:
            continue
        digits = unicodedata.normalize("NFKC", line.text) if len(line.text) < 24 else line.text
        if _END_MARK.fullmatch(line.text):
            named[index] = "end mark"
        elif _DECORATED_NUMBER.fullmatch(digits):
            named[index] = "page number"
        elif _RULE.fullmatch(line.text):
            named[index] = "rule"
        elif len(line.text) <= 20 and _SITE_WORDS.fullmatch(line.text):
            named[index] = "page furniture"
    named |= dict.fromkeys(_bare_page_numbers(lines), "page number")
    named |= dict.fromkeys(_bracketed_page_numbers(lines), "page number")
    named |= dict.fromkeys(_chrome(lines) | _counts(lines) | _site_labels(lines, named), "page furniture")
    named |= dict.fromkeys(_site_foot(lines), "page furniture")
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


def _bracketed_page_numbers(lines: list[Line]) -> set[int]:
    """(3) alone on a line is an item as often as a page: pages count up by one through the whole file."""
    found = [
        (index, int(match[1]))
        for index, line in enumerate(lines)
        if len(line.text) < 12 and (match := _BRACKETED_NUMBER.fullmatch(unicodedata.normalize("NFKC", line.text)))
    ]
    values = [value for _, value in found]
    counting = len(values) >= _PAGES_FOR_HEADERS and values == list(range(values[0], values[0] + len(values)))
    return {index for index, _ in found} if counting else set()


def _chrome(lines: list[Line]) -> set[int]:
    """What a web page prints around each speech (検索語: なし): a short line that always stands below the same label.

    It comes again at least CHROME times, and always with the same other line before or behind it.
    """
    places: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if len(line.text) <= 12 and not line.ends_sentence and not _BARE_NUMBER.fullmatch(line.text):
            places.setdefault(line.text, []).append(index)
    often = {text: found for text, found in places.items() if len(found) >= CHROME}
    labels = {text for text in often if text.endswith((":", "："))}
    below = {text: [place for place in found if lines[place - 1].text in labels] for text, found in often.items()}
    always = [place for text, found in below.items() if len(found) >= 0.9 * len(often[text]) for place in found]
    return {place for text in labels for place in often[text]} | set(always)


def _site_labels(lines: list[Line], named: dict[int, str]) -> set[int]:
    """Words that are of a site only beside others that are: 文書 above 前へ and 次へ."""
    if sum(as_ == "page furniture" for as_ in named.values()) < _PAGES_FOR_HEADERS:
        return set()
    return {index for index, line in enumerate(lines) if line.text in _SITE_LABELS}


def _counts(lines: list[Line]) -> set[int]:
    """12: alone on a line, where such lines count up by one: an export counts its speeches."""
    matches = ((index, _COUNTED.fullmatch(line.text)) for index, line in enumerate(lines))
    found = [(index, int(match[1])) for index, match in matches if match]
    values = [value for _, value in found]
    rising = all(after in (before + 1, 1) for before, after in pairwise(values))
    return {index for index, _ in found} if len(found) >= _PAGES_FOR_HEADERS and rising else set()


def _site_foot(lines: list[Line]) -> set[int]:
    """A notice of copyright near the end, and the links below it."""
    last = range(max(0, len(lines) - _FOOT_LINES), len(lines))
    first = next((index for index in last if _COPYRIGHT.match(lines[index].text)), len(lines))
    return set(range(first, len(lines)))


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
    """How the text is set. `full` is the display width from which a line counts as full; 0: lines are paragraphs.

    `margin` is the indent of the lines inside a paragraph: more than 0 where labels hang out.
    """

    full: int
    indents: bool
    margin: int = 0

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
    margin = Counter(line.indent for line in long).most_common(1)[0][0] if wrapped else 0
    indented = sum(line.indent > margin for line in lines)
    return Measure(full if wrapped else 0, indented >= len(lines) / 20, margin)
