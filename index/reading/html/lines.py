"""The lines that an element shows: blocks end lines, white space collapses as in a browser, tables go row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from index.reading.cells import row_lines, without_gaps
from index.reading.counting import letters, roman

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "textarea",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
        "xmp",
        "listing",
    ]
)
_SPACED = frozenset(
    ["blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"]
)
_AS_IT_STANDS = frozenset(("pre", "textarea", "xmp", "listing"))
_SPACES = re.compile(r"[ \t\n\r\f]+")
_LOST = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_BREAK_IN_JAPANESE = re.compile(f"(?<=[{_CJK}])[ \t\r\f]*\n[ \t\r\n\f]*(?=[{_CJK}])")
# A list item that prints its own mark needs none: ・ ○ (1) ① 1. ア、
_OWN_MARK = re.compile(
    r"\s*(?:[・･○◯〇●◎◆◇■□▪▲△→※＊*•‣－—–-]|[（(〔【［\[]?[0-9０-９一二三四五六七八九十ア-ンa-zA-Z]{1,3}[）)．.、〕】］\]]|[①-⑳㉑-㉟㊀-㊉ⅰ-ⅹⅠ-Ⅻ⑴-⒇])"
)
_UNMARKED = re.compile(r"list-style(?:-type)?\s*:\s*none|unstyled")


@dataclass(slots=True)
class _Column:
    """Lines being written: of the page, or of one cell of a table."""

    lines: list[str] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    mark: str = ""
    blank: bool = False


@dataclass(slots=True)
class _List:
    marked: bool
    ordered: bool
    number: int
    step: int
    style: str


class _Lines:
    """Takes the events of a walk over the elements and keeps the lines."""

    def __init__(self) -> None:
        self.columns = [_Column()]
        self.rows: list[list[list[str]]] = []
        self.lists: list[_List] = []
        self.verbatim = 0

    def text(self, words: str) -> None:
        self.columns[-1].run.append(words)

    def enter(self, node: LexborNode, tag: str) -> None:
        column = self.columns[-1]
        if tag == "br":
            self.end_line(even_empty=True)
            return
        if tag in ("td", "th"):
            self.columns.append(_Column())
            return
        if tag not in _BLOCKS:
            return
        self.end_line()
        column.blank = column.blank or tag in _SPACED
        if tag == "tr":
            self.rows.append([])
        elif tag in ("ul", "ol", "menu", "dir"):
            self.lists.append(_list(node, tag == "ol"))
        elif tag == "li":
            column.mark = self.item(node)
        elif tag in _AS_IT_STANDS:
            self.verbatim += 1

    def leave(self, tag: str) -> None:
        if tag in ("td", "th") and len(self.columns) > 1:
            self.end_line()
            lines = self.columns.pop().lines
            if self.rows:
                self.rows[-1].append(lines)
            else:
                self.columns[-1].lines.extend(lines)
            return
        if tag not in _BLOCKS:
            return
        self.end_line()
        column = self.columns[-1]
        column.blank = column.blank or tag in _SPACED
        if tag == "tr" and self.rows:
            for line in row_lines(self.rows.pop()):
                self.put(line)
        elif tag in ("ul", "ol", "menu", "dir") and self.lists:
            self.lists.pop()
        elif tag == "li":
            column.mark = ""
        elif tag in _AS_IT_STANDS:
            self.verbatim -= 1

    def item(self, node: LexborNode) -> str:
        """The mark of a list item, indented as deep as its list lies in others."""
        if not self.lists or not self.lists[-1].marked:
            return ""
        of = self.lists[-1]
        indent = "\u3000" * (len(self.lists) - 1)
        if not of.ordered:
            return indent + "・"
        of.number = _number(node.attributes.get("value"), of.number)
        mark = _ordinal(of.number, of.style)
        of.number += of.step
        return f"{indent}{mark}. "

    def end_line(self, *, even_empty: bool = False) -> None:
        column = self.columns[-1]
        words = _LOST.sub("", "".join(column.run).replace("\f", "\n"))
        column.run.clear()
        if self.verbatim:
            lines = re.split(r"\r\n|\r|\n", words)
            if lines and not lines[-1].strip() and not even_empty:
                lines.pop()
            for line in lines:
                self.put(line.rstrip(), even_empty=True)
            return
        line = _SPACES.sub(" ", _BREAK_IN_JAPANESE.sub("", words)).strip(" ").rstrip()
        if line:
            mark = column.mark
            column.mark = ""
            self.put(line if mark and _OWN_MARK.match(line) else mark + line)
        elif even_empty:
            self.put("", even_empty=True)

    def put(self, line: str, *, even_empty: bool = False) -> None:
        column = self.columns[-1]
        if column.blank and line and column.lines and column.lines[-1]:
            column.lines.append("")
        if line:
            column.blank = False
        if line or even_empty:
            column.lines.append(line)


def lines_under(node: LexborNode | None) -> list[str]:
    """The lines of an element, without empty ones at the ends and with no more than one between two others."""
    lines = _Lines()
    for entering, tag, found in _walk(node) if node is not None else ():
        if tag == "-text":
            lines.text(found.text_content or "")
        elif entering:
            lines.enter(found, tag)
        else:
            lines.leave(tag)
    lines.end_line()
    while len(lines.columns) > 1:
        rest = lines.columns.pop().lines
        lines.columns[-1].lines.extend(rest)
    return without_gaps(lines.columns[0].lines)


def _walk(top: LexborNode) -> Iterator[tuple[bool, str, LexborNode]]:
    """Elements as they open (True) and close (False), and texts, in document order; without recursion."""
    node: LexborNode = top
    while True:
        tag = node.tag or ""
        yield True, tag, node
        child = node.first_child if tag != "-text" else None
        if child is not None:
            node = child
            continue
        while True:
            tag = node.tag or ""
            if tag != "-text":
                yield False, tag, node
            if node.mem_id == top.mem_id:
                return
            following = node.next
            if following is not None:
                node = following
                break
            parent = node.parent
            if parent is None:
                return
            node = parent


def _list(node: LexborNode, ordered: bool) -> _List:
    given = node.attributes
    backwards = "reversed" in given
    first = sum(child.tag == "li" for child in node.iter()) if backwards else 1
    marked = not _UNMARKED.search(f"{given.get('style') or ''} {given.get('class') or ''}")
    return _List(marked, ordered, _number(given.get("start"), first), -1 if backwards else 1, given.get("type") or "1")


def _number(value: str | None, otherwise: int) -> int:
    try:
        number = int(value or "")
    except ValueError:
        return otherwise
    return number if abs(number) < 1_000_000 else otherwise


def _ordinal(number: int, style: str) -> str:
    if number > 0 and style in "aA":
        return letters(number).upper() if style == "A" else letters(number)
    if number > 0 and style in "iI":
        return roman(number) if style == "I" else roman(number).lower()
    return str(number)
