"""What styles say of a paragraph: how it is indented, placed and numbered."""

from __future__ import annotations

from collections.abc import Iterator

from index.reading.docx.package import Element, attribute, child, local, value

_CHARACTER = 210  # twentieths of a point: 10.5 points, the size that Japanese documents begin with


class Styles:
    """Styles by their id, each with those that it is based on."""

    def __init__(self, root: Element | None) -> None:
        elements = list(root) if root is not None else []
        self._styles = {attribute(one, "styleId") or "": one for one in elements if local(one) == "style"}
        paragraphs = [one for one in self._styles.values() if attribute(one, "type") == "paragraph"]
        self._default = next((one for one in paragraphs if attribute(one, "default") in ("1", "true", "on")), None)
        defaults = child(root, "docDefaults")
        size = value(self._default, "rPr", "sz") or value(defaults, "rPrDefault", "rPr", "sz")
        self.character = int(size) * 10 if size and size.isdecimal() and 8 <= int(size) <= 144 else _CHARACTER

    def layouts(self, paragraph: Element | None) -> Iterator[tuple[str, Element]]:
        """The paragraph properties (pPr) of the styles of a paragraph with their ids, the nearest first."""
        name = value(paragraph, "pStyle")
        style = self._styles.get(name) if name else self._default
        seen: set[str] = set()
        while style is not None:
            name = attribute(style, "styleId") or ""
            if name in seen:
                return
            seen.add(name)
            properties = child(style, "pPr")
            if properties is not None:
                yield name, properties
            style = self._styles.get(value(style, "basedOn") or "")


def indent(layouts: list[Element], character: int) -> int:
    """How many characters the first line stands in, by the paragraph properties in their order of precedence."""
    left = _measure(layouts, {"leftChars": 100, "startChars": 100, "left": character, "start": character})
    first = {"hangingChars": -100, "firstLineChars": 100, "hanging": -character, "firstLine": character}
    return max(0, round(left + _measure(layouts, first)))


def _measure(layouts: list[Element], units: dict[str, int]) -> float:
    """Characters by the nearest properties that name one of some attributes, each with its unit.

    A measure in characters goes before one in points, unless it is 0: Word then means the points.
    """
    for properties in layouts:
        given = {name: _integer(attribute(child(properties, "ind"), name)) for name in units}
        named = {name: amount for name, amount in given.items() if amount is not None}
        if named:
            name = next((name for name in units if named.get(name)), next(iter(named)))
            return max(-60.0, min(60.0, named[name] / units[name]))
    return 0.0


def _integer(written: str | None) -> int | None:
    return int(written) if written and written.lstrip("-").isdecimal() and len(written) < 9 else None
