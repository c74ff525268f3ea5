"""A document of questions and cited statements -> Markdown and DOCX.

The DOCX is written by hand, in four small parts: python-docx would be one more dependency, for what `element` does.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.citing import Cited
from qa.render.citation import Form, cite, escaped, quoted
from qa.render.markup import Html, element

Kind = Literal["title", "question", "text", "small"]
# What XML 1.0 may not hold, in whatever form.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAY = (1980, 1, 1, 0, 0, 0)
"""The time that a part of the DOCX bears: the same document gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, in plain text."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """The sentences of a statement that answer, with its citation."""

    cited: Cited


Block = Paragraph | Quotation


def document_to_markdown(blocks: Iterable[Block]) -> str:
    """CommonMark; text of questions and minutes never becomes markup."""
    return "\n\n".join(map(_markdown, blocks)) + "\n"


def _markdown(block: Block) -> str:
    if isinstance(block, Quotation):
        return cite(block.cited, "markdown", quoted(block.cited, "markdown"))
    text = escaped(" ".join(block.text.split()))
    return {"title": f"# {text}", "question": f"## {text}", "text": text, "small": f"*{text}*"}[block.kind]


def document_to_docx(blocks: Iterable[Block], form: Form) -> bytes:
    """A Word document; `form` is the language of its citations."""
    body = element("w:body", *(_paragraph(block, form) for block in blocks))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in (*_PARTS, ("word/document.xml", _xml("w:document", (body,), **{"xmlns:w": _WORD}))):
            file.writestr(zipfile.ZipInfo(name, _DAY), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _paragraph(block: Block, form: Form) -> Html:
    if isinstance(block, Quotation):
        style, text = "Quote", cite(block.cited, form, quoted(block.cited, form))
    else:
        style = {"title": "Title", "question": "Heading1", "text": "Normal", "small": "Small"}[block.kind]
        text = block.text
    lines = _FORBIDDEN.sub("", text).splitlines()
    runs = [element("w:t", line, **{"xml:space": "preserve"}) for line in lines]
    broken = [piece for run in runs for piece in (element("w:br"), run)][1:]
    style_ = element("w:pPr", element("w:pStyle", **{"w:val": style}))
    return element("w:p", style_, element("w:r", *broken))


def _xml(tag: str, children: Sequence[Html], **attributes: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{element(tag, *children, **attributes).text}'


def _style(name: str, size: int, *, bold: bool = False, indent: int = 0, outline: int | None = None) -> Html:
    """A paragraph style; `size` in points, `indent` in twentieths of a point."""
    level = element("w:outlineLvl", **{"w:val": str(outline)}) if outline is not None else None
    spacing = element("w:spacing", **{"w:before": "240" if bold else "80", "w:after": "80"})
    return element(
        "w:style",
        element("w:name", **{"w:val": {"Heading1": "heading 1"}.get(name, name)}),
        element("w:pPr", spacing, element("w:ind", **{"w:left": str(indent)}), level),
        element(
            "w:rPr",
            element("w:b") if bold else None,
            element("w:sz", **{"w:val": str(2 * size)}),
            element("w:lang", **{"w:eastAsia": "ja-JP"}),
        ),
        **{"w:type": "paragraph", "w:styleId": name},
    )


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_STYLES = (
    _style("Normal", 11),
    _style("Title", 18, bold=True),
    _style("Heading1", 14, bold=True, outline=0),
    _style("Quote", 11, indent=400),
    _style("Small", 9, indent=400),
)


def _relation(kind: str, target: str) -> Html:
    return element("Relationship", Id="r1", Type=f"{_OFFICE}/{kind}", Target=target)


def _type(part: str, kind: str) -> Html:
    return element("Override", PartName=part, ContentType=f"{_TYPE}.{kind}+xml")


_PARTS = (
    (
        "[Content_Types].xml",
        _xml(
            "Types",
            (
                element(
                    "Default",
                    Extension="rels",
                    ContentType="application/vnd.openxmlformats-package.relationships+xml",
                ),
                _type("/word/document.xml", "document.main"),
                _type("/word/styles.xml", "styles"),
            ),
            xmlns=f"{_PACKAGE}/content-types",
        ),
    ),
    (
        "_rels/.rels",
        _xml("Relationships", (_relation("officeDocument", "word/document.xml"),), xmlns=f"{_PACKAGE}/relationships"),
    ),
    (
        "word/_rels/document.xml.rels",
        _xml("Relationships", (_relation("styles", "styles.xml"),), xmlns=f"{_PACKAGE}/relationships"),
    ),
    ("word/styles.xml", _xml("w:styles", _STYLES, **{"xmlns:w": _WORD})),
)
