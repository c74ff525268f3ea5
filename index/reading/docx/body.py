"""The lines of a Word document, from its elements."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain

from index.reading.cells import row_lines
from index.reading.docx.numbering import Mark, Numbering, integer
from index.reading.docx.package import Element, attribute, child, is_on, local, value
from index.reading.docx.styles import Styles, indent

_PAGE = "\f"
# Wrappers whose content is shown as if they were not there.
_TRANSPARENT = frozenset(("ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml"))
_FORMULA = frozenset(
    ("oMath", "oMathPara", "e", "num", "den", "sup", "sub", "deg", "fName", "f", "rad", "sSup", "sSub", "d")
)
_SIGNS = {"tab": "\u3000", "ptab": "\u3000", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = {0xF0B7: "・", 0xF06C: "●", 0xF06E: "■", 0xF06F: "□", 0xF075: "◆", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓"}
_TEXT_WIDTH = 8504  # twentieths of a point between the margins of a Japanese A4 page
_NOT_TEXT = dict.fromkeys([*range(9), *range(11, 32), 127, 0xFFFD, 0xFFFE, 0xFFFF])


class Body:
    """Takes the blocks of a document one after the other and keeps their lines."""

    def __init__(self, styles: Styles, numbering: Numbering, beat: Callable[[], None]) -> None:
        self.styles = styles
        self.numbering = numbering
        self.beat = beat
        self.width = _TEXT_WIDTH
        self.noted: list[str] = []
        self.carried = ""

    def lines(self, block: Element) -> list[str]:
        """The lines of everything in a body, a cell or a text box; a form feed alone is a page's end."""
        return list(chain.from_iterable(self._block(one) for one in block))

    def _block(self, element: Element) -> Iterator[str]:
        name = local(element)
        if name == "p":
            yield from self._paragraph(element)
        elif name == "tbl":
            self.beat()
            yield from self._table(element)
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
            yield from self.lines(element)
        elif name == "AlternateContent":
            yield from self.lines(_choice(element))

    def _table(self, table: Element) -> Iterator[str]:
        for row in _within(table, "tr"):
            if child(row, "trPr", "del") is None:
                cells = [cell for cell in _within(row, "tc") if not _is_continued(cell)]
                yield from row_lines([self.lines(cell) for cell in cells])

    def _paragraph(self, paragraph: Element) -> Iterator[str]:
        properties = child(paragraph, "pPr")
        boxes: list[Element] = []
        text = "".join(self._inline(paragraph, boxes))
        mark = self._mark(properties)
        if child(properties, "rPr", "del") is not None:  # its end is deleted: it goes on in the next paragraph
            self.carried += text
            return
        text, self.carried = self.carried + text, ""
        if is_on(properties, "pageBreakBefore"):
            yield _PAGE
        layouts = self._layouts(properties, mark)
        if text.strip(" ") or not boxes:
            yield from self._printed(text, mark, layouts)
        for box in boxes:
            yield from self.lines(box)
        section = child(properties, "sectPr")
        if section is not None and value(section, "type") != "continuous":
            yield _PAGE

    def _printed(self, text: str, mark: Mark | None, layouts: list[Element]) -> Iterator[str]:
        """The lines of a paragraph, the first with its mark and its place from the margin."""
        lines = text.replace(_PAGE, f"\n{_PAGE}\n").split("\n")
        if len(lines) > 1 and not lines[-1]:
            lines.pop()
        if lines and lines[0].strip(" "):
            line = (mark.text if mark else "") + lines[0].lstrip(" ")
            lines[0] = "\u3000" * self._before(line, layouts) + line
        for line in lines:
            yield line if line == _PAGE else line.rstrip()

    def _before(self, line: str, layouts: list[Element]) -> int:
        """How many characters a line stands in from the margin."""
        placed = next((value(one, "jc") for one in layouts if child(one, "jc") is not None), None)
        if placed not in ("center", "right", "end"):
            return indent(layouts, self.styles.character)
        width = sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line) / 2
        free = max(0, int(self.width / self.styles.character - width))
        return free // 2 if placed == "center" else free

    def _layouts(self, properties: Element | None, mark: Mark | None) -> list[Element]:
        own = [properties] if properties is not None else []
        marked = [mark.layout] if mark is not None and mark.layout is not None else []
        return [*own, *marked, *(layout for _, layout in self.styles.layouts(properties))]

    def _mark(self, properties: Element | None) -> Mark | None:
        """The number or bullet of a paragraph, by itself or by its style."""
        own = child(properties, "numPr")
        if value(own, "numId") is not None:
            return self.numbering.mark(value(own, "numId") or "", integer(value(own, "ilvl"), 0))
        for style, layout in self.styles.layouts(properties):
            number = value(layout, "numPr", "numId")
            if number is not None:
                level = value(own, "ilvl") or value(layout, "numPr", "ilvl")
                return self.numbering.mark(number, integer(level, self.numbering.level_of_style(number, style)))
        return None

    def _inline(self, element: Element, boxes: list[Element]) -> Iterator[str]:
        """What the inside of a paragraph prints; text boxes are put aside."""
        for one in element:
            name = local(one)
            if name == "t":
                yield (one.text or "").translate(_NOT_TEXT)
            elif name == "r":
                if not is_on(one, "rPr", "vanish"):
                    yield from self._inline(one, boxes)
            elif name in _SIGNS:
                yield _SIGNS[name]
            elif name == "br":
                yield _PAGE if attribute(one, "type") == "page" else "\n"
            elif name == "sym":
                yield _symbol(attribute(one, "char"))
            elif name == "ruby":
                yield from self._inline(child(one, "rubyBase") if child(one, "rubyBase") is not None else one, boxes)
            elif name in ("footnoteReference", "endnoteReference"):
                self.noted.append(f"{name[:-9]}{attribute(one, 'id')}")
            elif name in ("drawing", "pict", "object"):
                boxes.extend(_outermost(one, "txbxContent"))
            elif name == "AlternateContent":
                yield from self._inline(_choice(one), boxes)
            elif name in _TRANSPARENT or name in _FORMULA or name in ("dir", "bdo"):
                yield from self._inline(one, boxes)

    def notes(self, root: Element | None) -> list[str]:
        """The lines of the foot or end notes that the text refers to, in its order."""
        if root is None:
            return []
        found = {f"{local(one)}{attribute(one, 'id')}": one for one in root}
        lines = []
        for number, reference in enumerate([one for one in self.noted if one in found], 1):
            words = " ".join(line.strip() for line in self.lines(found[reference]) if line.strip())
            lines.append(f"（注{number}）{words}")
        return lines


def _choice(element: Element) -> Element:
    """The form of alternate content that new programs show; the other says the same once more."""
    chosen = child(element, "Choice")
    fallback = child(element, "Fallback")
    return chosen if chosen is not None else fallback if fallback is not None else element


def _within(element: Element, name: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those in content controls or tracked insertions."""
    for one in element:
        if local(one) == name:
            yield one
        elif local(one) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _within(one, name)


def _is_continued(cell: Element) -> bool:
    """Whether a cell only continues the one above it."""
    merged = child(cell, "tcPr", "vMerge")
    return merged is not None and attribute(merged, "val") != "restart"


def _outermost(element: Element, name: str) -> Iterator[Element]:
    for one in element:
        if local(one) == name:
            yield one
        elif local(one) != "Fallback":
            yield from _outermost(one, name)


def _symbol(code: str | None) -> str:
    try:
        number = int(code or "", 16)
    except ValueError:
        return ""
    if 0xF000 <= number <= 0xF0FF:
        return _SYMBOLS.get(number, "・")
    return chr(number) if 32 <= number < 0xD800 else ""
