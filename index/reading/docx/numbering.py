"""The numbers and bullets that Word puts before paragraphs, which stand nowhere in their text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.reading.counting import counted
from index.reading.docx.package import Element, attribute, child, is_on, local, value

_PRINTED = re.compile("[○◯〇●◎◆◇■□▪▲△▼▽→⇒※＊*・‐–—－―☆★✓✔➢>»-]")
_LEVEL = re.compile("%([1-9])")
_SUFFIX = {"nothing": "", "space": " "}


@dataclass(slots=True)
class _List:
    """What numbers of one kind share: their levels, and how far each has counted."""

    levels: dict[int, Element]
    counts: dict[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is printed before a paragraph, and the element that says how such paragraphs are indented."""

    text: str
    layout: Element | None


class Numbering:
    """Counts on as paragraphs come by; lists are kept by their abstract definition, as Word does."""

    def __init__(self, root: Element | None) -> None:
        elements = list(root) if root is not None else []
        self._lists = {
            attribute(one, "abstractNumId"): _List(_levels(one), {}) for one in elements if local(one) == "abstractNum"
        }
        self._linked = {
            value(one, "styleLink"): attribute(one, "abstractNumId") for one in elements if local(one) == "abstractNum"
        }
        self._links = {
            attribute(one, "abstractNumId"): value(one, "numStyleLink")
            for one in elements
            if local(one) == "abstractNum"
        }
        self._numbers = {attribute(one, "numId"): one for one in elements if local(one) == "num"}
        self._started: set[tuple[str, int]] = set()

    def level_of_style(self, number: str, style: str) -> int:
        """The level that a numbered style stands for."""
        of = self._list(number)
        levels = of.levels.items() if of else ()
        return next((level for level, element in levels if value(element, "pStyle") == style), 0)

    def mark(self, number: str, level: int) -> Mark | None:
        """The mark of the next paragraph of this list and level; None for a list that is not defined."""
        of = self._list(number)
        if of is None or level not in of.levels:
            return None
        override = self._override(number, level)
        element = child(override, "lvl")
        element = of.levels[level] if element is None else element
        self._count(of, number, level, element, value(override, "startOverride"))
        style = value(element, "numFmt") or "decimal"
        template = value(element, "lvlText") or ""
        if style == "bullet":
            return Mark(_bullet(template), child(element, "pPr"))
        text = _LEVEL.sub(lambda found: self._number(of, int(found[1]) - 1, element), template)
        suffix = _SUFFIX.get(attribute(child(element, "suff"), "val") or "tab", "\u3000")
        return Mark(text + suffix if text else "", child(element, "pPr"))

    def _list(self, number: str) -> _List | None:
        element = self._numbers.get(number)
        abstract = value(element, "abstractNumId")
        if link := self._links.get(abstract):
            abstract = self._linked.get(link, abstract)
        return self._lists.get(abstract)

    def _override(self, number: str, level: int) -> Element | None:
        element = self._numbers.get(number)
        overrides = [one for one in element if local(one) == "lvlOverride"] if element is not None else []
        return next((one for one in overrides if attribute(one, "ilvl") == str(level)), None)

    def _count(self, of: _List, number: str, level: int, element: Element, restart: str | None) -> None:
        start = integer(value(element, "start"), 1)
        if restart is not None and (number, level) not in self._started:
            of.counts[level] = integer(restart, start)
        else:
            of.counts[level] = of.counts[level] + 1 if level in of.counts else start
        self._started.add((number, level))
        for deeper in [other for other in of.counts if other > level]:
            after = integer(value(of.levels.get(deeper), "lvlRestart"), deeper)
            if after != 0 and level < after:
                del of.counts[deeper]

    def _number(self, of: _List, level: int, element: Element) -> str:
        at = of.levels.get(level)
        number = of.counts.get(level, integer(value(at, "start"), 1))
        style = "decimal" if is_on(element, "isLgl") else value(at, "numFmt") or "decimal"
        return counted(number, style)


def _levels(abstract: Element) -> dict[int, Element]:
    return {integer(attribute(one, "ilvl"), 0): one for one in abstract if local(one) == "lvl"}


def _bullet(template: str) -> str:
    """The bullet as printed where it is a character; those of symbol fonts are dots of some kind."""
    sign = template.strip()
    return sign if _PRINTED.fullmatch(sign) else "・" if sign else ""


def integer(written: str | None, otherwise: int) -> int:
    """The number that is written, if it is one that a list may count."""
    try:
        number = int(written or "")
    except ValueError:
        return otherwise
    return number if 0 <= number < 100_000 else otherwise
