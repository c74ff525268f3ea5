"""From pieces of lines to the text of a statement and its spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.minutes import Span
from index.reading import Document, page_of

STATEMENT_CHARS = 600
"""A paragraph above this length is split at ends of sentences: encoders read little more at once."""
LONGEST_SENTENCE = 4 * STATEMENT_CHARS
"""What has no end of a sentence for longer is no sentence: it is split at a comma, a blank, or anywhere."""

_CJK = (
    "\u2e80-\u2fdf\u3001-\u303f\u3040-\u30ff\u3100-\u312f\u3190-\u9fff\uf900-\ufaff\uff01-\uff9f\uffe0-\uffe6"
    "①-⓿─-◿☀-⛿‐-‧※→←↑↓⇒×÷\U00020000-\U0003ffff"
)
_IS_CJK = re.compile(f"[{_CJK}]")
_BLANK_INSIDE = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")
_OPENING = frozenset("「『（(【〔［[｛{〈《“")
_CLOSING = frozenset("」』）)】〕］]｝}〉》”")
_ENDS = frozenset("。！？!?｡")
_DIGIT = re.compile(r"\d")
_CAPITAL_FOLLOWS = re.compile(r"\s+[\"“‘'(\[]*[A-ZÀ-Þ]")
_SMALL_FOLLOWS = re.compile(r"\s+[a-z]")
_ABBREVIATED = re.compile(
    r"(?<![^\W\d_])(?:Mr|Mrs|Ms|Mses|Messrs|Dr|Prof|St|Jr|Sr|No|Nos|vs|approx|e\.g|i\.e|cf|Fig|[A-Z])$|"
    r"(?<!\S)\d{1,2}$"
)
_PAUSE = re.compile(r"[、，､,;；\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A slice of one line that belongs to a statement; `fresh` starts it on a line of its own in the text."""

    start: int
    end: int
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of a statement and its places in the document."""

    text: str
    spans: tuple[Span, ...]


def tidy(line: str) -> str:
    """A line without the blanks between two CJK characters; every other character stays as it is."""
    return _BLANK_INSIDE.sub("", line.strip())


def passages(document: Document, pieces: list[Piece]) -> Iterator[Passage]:
    """One passage, or several of at most STATEMENT_CHARS where the sentences allow."""
    for group in _groups(document.text, pieces):
        yield Passage(_text(document.text, group), _spans(document, group))


def _text(text: str, pieces: list[Piece]) -> str:
    parts: list[str] = []
    before = ""
    for piece in pieces:
        part = tidy(text[piece.start : piece.end])
        parts += (_glue(before, part, piece.fresh), part)
        before = part or before
    return "".join(parts)


def _glue(before: str, after: str, fresh: bool) -> str:
    """What stands between two lines: nothing in Japanese, one blank between Latin words."""
    if not before or not after:
        return ""
    if fresh:
        return "\n"
    left, right = before[-1], after[0]
    if _IS_CJK.match(left) or _IS_CJK.match(right) or left == "-":
        return ""
    # A number broken by a hard wrap in Japanese prose stays one number.
    in_japanese = bool(_IS_CJK.search(before[-20:]) and _IS_CJK.search(after[:20]))
    return "" if in_japanese and _DIGIT.match(left) and _DIGIT.match(right) else " "


def _spans(document: Document, pieces: list[Piece]) -> tuple[Span, ...]:
    """One span for each stretch with nothing but white space, and no page break, inside."""
    spans: list[Span] = []
    for piece in pieces:
        between = document.text[spans[-1].end : piece.start] if spans else "\f"
        if between.strip() or "\f" in between:
            spans.append(Span(page_of(document, piece.start), piece.start, piece.end))
        else:
            spans[-1] = Span(spans[-1].page, spans[-1].start, piece.end)
    return tuple(spans)


def _groups(text: str, pieces: list[Piece]) -> Iterator[list[Piece]]:
    """The pieces of each passage: all together, or cut at ends of sentences where they are too many characters."""
    total = sum(piece.end - piece.start for piece in pieces)
    if total <= STATEMENT_CHARS:
        yield pieces
        return
    cuts = iter(_cuts(text, pieces, total))
    cut = next(cuts, None)
    group: list[Piece] = []
    for piece in pieces:
        start, fresh = piece.start, piece.fresh
        while cut is not None and cut <= piece.end:
            if cut > start:
                yield [*group, Piece(start, cut, fresh)]
                rest = text[cut : piece.end]
                group, start, fresh = [], cut + len(rest) - len(rest.lstrip()), False
            cut = next(cuts, None)
        if start < piece.end:
            group.append(Piece(start, piece.end, fresh))
    if group:
        yield group


def _cuts(text: str, pieces: list[Piece], total: int) -> list[int]:
    """Places to cut: the last end of a sentence before each passage would grow too long."""
    goal = min(STATEMENT_CHARS, total // -(-total // STATEMENT_CHARS) + 60)
    cuts: list[int] = []
    length, last_end = 0, pieces[0].start
    for end, characters in _bounded(text, pieces, _sentences(text, pieces)):
        if length and length + characters > goal:
            cuts.append(last_end)
            length = 0
        length += characters
        last_end = end
    return cuts


def _sentences(text: str, pieces: list[Piece]) -> list[tuple[int, int]]:
    """Where each sentence ends, and how many characters it has; the end of the pieces closes the last one."""
    outside: list[tuple[int, int]] = []
    anywhere: list[tuple[int, int]] = []
    depth = since_outside = since_anywhere = 0
    for piece in pieces:
        for place in range(piece.start, piece.end):
            since_outside += 1
            since_anywhere += 1
            character = text[place]
            depth = max(0, depth + (character in _OPENING) - (character in _CLOSING))
            if not _ends_here(text, place, piece.end):
                continue
            anywhere.append((place + 1, since_anywhere))
            since_anywhere = 0
            if depth == 0:
                outside.append((place + 1, since_outside))
                since_outside = 0
    end = pieces[-1].end
    # A bracket that never closes must not keep a whole speech together.
    return [*anywhere, (end, since_anywhere)] if depth else [*outside, (end, since_outside)]


def _bounded(text: str, pieces: list[Piece], sentences: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The sentences, those above LONGEST_SENTENCE in parts: after the last pause that fits, else just there."""
    if all(characters <= LONGEST_SENTENCE for _, characters in sentences):
        yield from sentences
        return
    places = [place for piece in pieces for place in range(piece.start, piece.end)]
    first = 0
    for end, characters in sentences:
        last = first + characters
        while last - first > LONGEST_SENTENCE:
            fitting = range(first + LONGEST_SENTENCE - 1, first + LONGEST_SENTENCE // 2, -1)
            cut = next((i for i in fitting if _PAUSE.match(text[places[i]])), fitting[0]) + 1
            yield places[cut - 1] + 1, cut - first
            first = cut
        yield end, last - first
        first = last


def _ends_here(text: str, place: int, end: int) -> bool:
    character = text[place]
    following = text[place + 1] if place + 1 < end else ""
    if character in _ENDS:
        return following not in _ENDS and following not in _CLOSING if following else True
    before = text[place - 1 : place]
    if character in '"”' and before in tuple(".!?"):
        return bool(_CAPITAL_FOLLOWS.match(text, place + 1, end))
    if character != "." or not following.isspace() or _ABBREVIATED.search(text, max(0, place - 8), place):
        return False
    return bool(_CAPITAL_FOLLOWS.match(text, place + 1, end)) or (
        before.islower() and not _SMALL_FOLLOWS.match(text, place + 1, end)
    )
