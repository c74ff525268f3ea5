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
    left = _measure(layouts, ("leftChars", "startChars"), ("left", "start"), character)
    hanging = _measure(layouts, ("hangingChars",), ("hanging",), character)
    first = _measure(layouts, ("firstLineChars",), ("firstLine",), character)
    return max(0, round(left + (first or -hanging)))


def _measure(layouts: list[Element], by_characters: tuple[str, ...], by_points: tuple[str, ...], unit: int) -> float:
    for properties in layouts:
        given = child(properties, "ind")
        for names, share in ((by_characters, 100), (by_points, unit)):
            for name in names:
                written = attribute(given, name)
                if written and written.lstrip("-").isdecimal() and (int(written) != 0 or share == unit):
                    return max(-60.0, min(60.0, int(written) / share))
    return 0.0
