"""PDF -> text in the order and with the white space of print; a quote's place on the page image."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pypdfium2

from index.errors import SourceError
from index.reading.document import Content
from index.reading.limits import MAX_CHARACTERS, MAX_PAGE_CHARACTERS, MAX_PAGES
from index.reading.pdf.glyphs import UNKNOWN, PageTooLarge, page_glyphs
from index.reading.pdf.layout import Rows, measures, page_text, rows_of
from index.reading.pdf.lines import page_lines
from index.reading.pdf.standin import StandIn

__all__ = ["MISSING", "opened", "read_pdf"]

MISSING = "〓"
"""What Japanese print puts where a character could not be set, and we where a font does not name one."""

_FEW = 0.002  # share of unknown characters up to which a file is still read


@dataclass(frozen=True, slots=True)
class _Page:
    rows: Rows
    vertical: bool
    ordered: bool


def read_pdf(content: bytes, name: str, beat: Callable[[], None]) -> Content:
    """The text of all pages joined by form feeds; `beat` is called after each page.

    Raises SourceError for what is encrypted, damaged, scanned, too large, or in fonts without characters.
    """
    pages = _pages(content, name, beat)
    written = [page.rows for page in pages if page.rows.rows]
    if not written:
        raise SourceError(
            f"{name}: the PDF has no text layer (a scan?); add one by OCR: ocrmypdf -l jpn+eng in.pdf out.pdf"
        )
    usual = measures(written)
    text = "\f".join(page_text(page.rows, number, usual) for number, page in enumerate(pages))
    unknown = text.count(UNKNOWN)
    if unknown > _FEW * len(text):
        raise SourceError(f"{name}: the PDF does not say which characters its glyphs are; add a text layer by OCR")
    return Content(text.replace(UNKNOWN, MISSING), "pdf", warnings=tuple(_warnings(pages, unknown)))


def _pages(content: bytes, name: str, beat: Callable[[], None]) -> list[_Page]:
    pages: list[_Page] = []
    characters = 0
    with opened(content, name) as pdf:
        if len(pdf) > MAX_PAGES:
            raise SourceError(f"{name}: {len(pdf)} pages are over the limit of {MAX_PAGES} (MAX_PAGES); split the file")
        for number in range(len(pdf)):
            pages.append(_page(pdf, number, name))
            characters += sum(len(row.text) for row in pages[-1].rows.rows)
            if characters > MAX_CHARACTERS:
                raise SourceError(f"{name}: more than {MAX_CHARACTERS} characters (MAX_CHARACTERS); split the file")
            beat()
    return pages


def _page(pdf: pypdfium2.PdfDocument, number: int, name: str) -> _Page:
    try:
        page = pdf[number]
        try:
            found = page_glyphs(page)
        finally:
            page.close()
    except pypdfium2.PdfiumError as error:
        raise SourceError(f"{name}: page {number + 1} of the PDF is damaged; export it again") from error
    except PageTooLarge as error:
        raise SourceError(
            f"{name}: page {number + 1} holds more than {MAX_PAGE_CHARACTERS} characters (MAX_PAGE_CHARACTERS); "
            "save the minutes as text"
        ) from error
    lines = page_lines(found.fragments)
    return _Page(rows_of(lines.lines), found.vertical, lines.ordered)


@contextmanager
def opened(content: bytes, name: str) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF, closed again at the end. Raises SourceError if it is encrypted or no PDF can be made of the bytes."""
    _stand_in()
    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise SourceError(f"{name}: the PDF is encrypted; save a copy without a password") from error
        raise SourceError(f"{name}: the PDF is damaged or cut short; download or export it again") from error
    try:
        yield pdf
    finally:
        pdf.close()


@cache
def _stand_in() -> StandIn:
    """The font for fonts that are missing; pdfium asks for it as long as this process lives."""
    found = StandIn()
    found.setup()
    return found


def _warnings(pages: Sequence[_Page], unknown: int) -> Iterator[str]:
    numbered = list(enumerate(pages, 1))
    if empty := _numbers(number for number, page in numbered if not page.rows.rows):
        yield f"pages without a text layer (scans?): {empty}; add one by OCR: ocrmypdf in.pdf out.pdf"
    for number, page in numbered:
        if page.vertical:
            yield f"page {number} is set vertically: check the order of its text"
    if lost := _numbers(number for number, page in numbered if not page.ordered):
        yield f"pages whose lines stand in no clear order: {lost}; compare them with the PDF"
    if unknown:
        yield f"{unknown} characters are not named by their font and stand as {MISSING}"


def _numbers(pages: Iterator[int]) -> str:
    numbers = list(pages)
    return ", ".join(map(str, numbers[:10])) + (" and more" if len(numbers) > 10 else "")
