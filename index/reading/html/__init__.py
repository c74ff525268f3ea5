"""HTML -> the lines of its main content, as a browser would show them."""

from __future__ import annotations

import re
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser

from index.errors import SourceError
from index.reading.decoding import declared_text
from index.reading.document import Content
from index.reading.html.content import main_content
from index.reading.html.lines import lines_under
from index.reading.limits import MAX_CHARACTERS, MAX_ELEMENTS

__all__ = ["read_html"]

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,30})""", re.IGNORECASE)
_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{2,30})""", re.IGNORECASE)
_HEAD = 4096
_SEPARATOR = re.compile(r"\s*[|｜«»]\s*|\s[-－–—:：/／<>]\s")
_MEETING = re.compile("会議|委員会|部会|審議|議会|定例会|臨時会|研究会|懇談会|検討会|分科会|会見|[Mm]eeting|[Mm]inutes")


def read_html(content: bytes, name: str, beat: Callable[[], None]) -> Content:
    """The main content of a page; navigation, forms, scripts and what is not shown are left out.

    Raises SourceError for a page that cannot be decoded, is too large, or shows no text.
    """
    head = content[:_HEAD]
    charset = _DECLARATION.search(head) or _CHARSET.search(head)
    source = declared_text(content, charset.group(1).decode("ascii") if charset else None, name)
    if source.count("<") > MAX_ELEMENTS:
        raise SourceError(f"{name}: more than {MAX_ELEMENTS} elements (MAX_ELEMENTS); save the minutes as text")
    page = LexborHTMLParser(source)
    beat()
    lines = lines_under(main_content(page))
    beat()
    text = "\n".join(lines)
    if len(text) > MAX_CHARACTERS:
        raise SourceError(f"{name}: more than {MAX_CHARACTERS} characters (MAX_CHARACTERS); split the file")
    if not text.strip():
        if page.css_first("frame, iframe"):
            raise SourceError(f"{name}: the page only frames another; open the frame with the minutes and save that")
        raise SourceError(f"{name}: the page shows no text; save the page of the minutes itself")
    return Content(_titled(page, text), "html")


def _titled(page: LexborHTMLParser, text: str) -> str:
    """The text, under the page's title where the text itself begins without naming a meeting."""
    title = page.css_first("head > title")
    if title is None or _MEETING.search("".join(text.split("\n")[:8])):
        return text
    words = _SEPARATOR.split(" ".join((title.text() or "").split()))
    named = next((part.strip() for part in words if part and _MEETING.search(part)), None)
    return f"{named}\n\n{text}" if named and named not in text else text
