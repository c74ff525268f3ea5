"""The image of a PDF page with the cited passage marked on it, and the buttons that turn and enlarge it."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index.errors import MinutesError
from index.minutes import Span
from index.reading import Box, Document, boxes, page_image, prepare
from index.search import Snapshot
from index.sources import current_source, source_file
from qa.citing import Cited
from qa.places import quote_spans
from qa.render import Html, element
from web.opened import ZOOMS, Opened
from web.texts import Texts
from web.viewer_texts import ViewerTexts, viewer_texts

SHARPNESS = 1.5
"""Pixels for each point of a page that is as wide as the panel; a page that is enlarged has more, up to SHARPEST."""
SHARPEST = 3.0
KEPT = 24
"""Page images kept in memory, some half a megabyte each."""


def has_pages(cited: Cited, snapshot: Snapshot) -> bool:
    """Whether the source has page images; raises nothing but IndexDamaged."""
    return cited.meeting.row in snapshot.meetings and snapshot.document(cited.meeting.document).media == "pdf"


def prepare_pages(snapshot: Snapshot) -> None:
    """Have page images ready to be made where the index holds a PDF."""
    if any(source.path.lower().endswith(".pdf") for row in snapshot.meetings.values() for source in row.sources):
        with suppress(MinutesError):  # said when a page is opened
            prepare()


def toolbar_to_html(opened: Opened, words: Texts, turning: Html | None = None) -> Html:
    """The choice between page image and text, with what turns and enlarges the page where an image is seen."""
    own = viewer_texts(words.language)
    views = element(
        "div",
        _button(own.as_page, f"page:{opened.page}", aria_pressed=str(turning is not None).lower()),
        _button(own.as_text, "text", aria_pressed=str(turning is None).lower()),
        class_="views",
        role="group",
        aria_label=own.views,
    )
    return element("div", views, turning, class_="tools")


def leaf_to_html(opened: Opened, cited: Cited, snapshot: Snapshot, words: Texts) -> Html | str:
    """The page that is looked at, or in plain words why there is no image of it."""
    own = viewer_texts(words.language)
    source = current_source(cited.meeting)
    if source is None:
        return own.no_file["gone" if cited.file == "gone" else "changed"]
    file, document = source_file(source), snapshot.document(cited.meeting.document)
    first = cited.statement.spans[0].page
    page = min(max(1, opened.page or first), len(document.pages))
    try:
        image = _image(file, document, page, min(SHARPEST, SHARPNESS * ZOOMS[opened.zoom]))
        whole = _boxes(file, document, cited.statement.spans, page)
        quoted = _boxes(file, document, quote_spans(cited.statement, cited.quotes, document.text), page)
    except MinutesError:
        return own.no_image
    alt = own.page_image.format(title=cited.meeting.meeting.title or words.no_title, page=page)
    return element(
        "section",
        toolbar_to_html(opened, words, _turning(opened, page, len(document.pages), first, own)),
        None if whole else element("p", own.not_marked, class_="place"),
        _desk(image, alt, opened.zoom, [*_marks(whole, "whole"), *_marks(quoted, "quoted")]),
        class_="pages",
    )


def _desk(image: _Image, alt: str, zoom: int, marks: Iterable[Html]) -> Html:
    """The page under its marks, in what scrolls sideways when it is enlarged."""
    shown = element("img", src=image.address, width=image.width, height=image.height, alt=alt)
    leaf = element("div", shown, *marks, class_="leaf", style=f"width:{ZOOMS[zoom]:.0%}")
    return element("div", leaf, class_="desk", tabindex="0")


_SIZE = struct.Struct(">II")
"""Width and height in the head of a PNG; with them the page stands in its size before its image is decoded."""


@dataclass(frozen=True, slots=True)
class _Image:
    address: str
    width: str
    height: str


@lru_cache(maxsize=KEPT)
def _image(file: Path, document: Document, page: int, scale: float) -> _Image:
    """The page as an address that holds the image itself: nothing is fetched, no file is served."""
    png = page_image(file, document, page, scale)
    width, height = _SIZE.unpack_from(png, 16)
    return _Image(f"data:image/png;base64,{base64.b64encode(png).decode()}", str(width), str(height))


def _boxes(file: Path, document: Document, spans: Sequence[Span], page: int) -> list[Box]:
    on_page = [span for span in spans if span.page == page]
    return boxes(file, document, on_page) if on_page else []


def _marks(found: Iterable[Box], kind: str) -> Iterator[Html]:
    """Rectangles over the image, in parts of its sides; the first of the passage is what is scrolled to."""
    for place, box in enumerate(found):
        left, width = box.left / box.width, (box.right - box.left) / box.width
        top, height = 1 - box.top / box.height, (box.top - box.bottom) / box.height
        yield element(
            "span",
            class_=f"box {kind} target" if kind == "whole" and place == 0 else f"box {kind}",
            style=f"left:{left:.3%};top:{top:.3%};width:{width:.3%};height:{height:.3%}",
            aria_hidden="true",
        )


def _turning(opened: Opened, page: int, pages: int, first: int, own: ViewerTexts) -> Html:
    zoom = opened.zoom
    return element(
        "div",
        _sign("‹", own.previous, f"page:{page - 1}", disabled=page == 1),
        element("span", own.page_of.format(page=page, pages=pages), class_="count", role="status"),
        _sign("›", own.next, f"page:{page + 1}", disabled=page == pages),
        _button(own.to_passage, f"page:{first}") if page != first else None,
        _sign("−", own.smaller, f"zoom:{zoom - 1}", disabled=zoom == 0),
        _sign("＋", own.larger, f"zoom:{zoom + 1}", disabled=zoom == len(ZOOMS) - 1),
        class_="turning",
    )


def _sign(sign: str, label: str, wish: str, *, disabled: bool) -> Html:
    return _button(
        sign, wish, aria_label=label, title=label, disabled=disabled, data_role=wish.partition(":")[0] + sign
    )


def _button(text: str, wish: str, **attributes: str | bool | None) -> Html:
    return element("button", text, type="button", data_action="view", data_value=wish, **attributes)
