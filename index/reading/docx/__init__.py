"""DOCX -> its paragraphs and tables as they print: numbers and bullets, indents, one line for each paragraph.

Deleted text, comments, headers and footers, and readings above characters are left out; inserted text, text boxes
and notes are kept.
"""

from __future__ import annotations

from collections.abc import Callable

from index.errors import SourceError
from index.reading.document import Content
from index.reading.docx.body import Body
from index.reading.docx.numbering import Numbering
from index.reading.docx.package import child, package
from index.reading.docx.styles import Styles
from index.reading.limits import MAX_CHARACTERS

__all__ = ["read_docx"]


def read_docx(content: bytes, name: str, beat: Callable[[], None]) -> Content:
    """The text of a Word document; `beat` is called as it goes on.

    Raises SourceError for a document that is damaged or over the limits.
    """
    parts = package(content, name)
    beat()
    root = child(parts.document, "body")
    if root is None:
        raise SourceError(f"{name}: this is no whole Word document; open it in Word and save it again")
    body = Body(Styles(parts.styles), Numbering(parts.numbering), beat)
    lines = body.lines(root)
    notes = [*body.notes(parts.footnotes), *body.notes(parts.endnotes)]
    if notes:
        lines.extend(["", *notes])
    text = "\n".join(lines).replace("\n\f\n", "\f").replace("\n\f", "\f").strip("\f")
    if len(text) > MAX_CHARACTERS:
        raise SourceError(f"{name}: more than {MAX_CHARACTERS} characters (MAX_CHARACTERS); split the file")
    return Content(text, "docx")
