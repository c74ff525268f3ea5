"""A file becomes a Document: its text exactly as it stands, where its pages begin, and the hash of its bytes.

Text files keep their line ends; only a byte order mark is removed. The pages of a PDF are joined by form feeds.
Nothing is normalised, replaced or guessed: what cannot be read without loss is refused with SourceError.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index.errors import SourceError

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

MAX_BYTES = 50 * 1024 * 1024
"""Files above this size are refused: minutes are text, and a larger file is something else."""

TEXT_SUFFIXES = (".txt", ".text", ".md")
READABLE_SUFFIXES = (*TEXT_SUFFIXES, ".pdf")
"""The endings of file names that `read` accepts, in lower case."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_HALFWIDTH_KANA = re.compile("[｡-ﾟ]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_JIS_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJ])")
_PDF_HYPHENS = {0x02: "-", 0xFFFE: "-"}  # what pdfium gives for a hyphen that is printed at the end of a line


@dataclass(frozen=True, slots=True)
class Document:
    """One file as text. `path` is for display, `sha256` is of the file's bytes, `pages` holds where pages start."""

    path: str
    sha256: str
    text: str
    pages: tuple[int, ...]
    media: Literal["text", "pdf"]


def read(path: Path, name: str | None = None) -> Document:
    """The document in the file at `path`, called `name` in messages and citations (default: the file's name).

    Raises SourceError with one line that says which file, why, and what to do.
    """
    name = name or path.name
    content = _content(path, name)
    if content.startswith(b"%PDF-"):
        text = _pdf_text(content, name)
        media: Literal["text", "pdf"] = "pdf"
    elif path.suffix.lower() == ".pdf":
        raise SourceError(f"{name}: this is not a PDF although its name says so; save it again as PDF or text")
    else:
        text = _decoded(content, name)
        media = "text"
    if not text.strip():
        raise SourceError(f"{name}: the file holds no text; nothing to index")
    starts = [0, *(match.end() for match in re.finditer("\f", text))]
    return Document(name, hashlib.sha256(content).hexdigest(), text, tuple(starts), media)


def page_of(document: Document, offset: int) -> int:
    """The page, counted from 1, on which the character at `offset` stands."""
    return max(1, bisect_right(document.pages, offset))


def _content(path: Path, name: str) -> bytes:
    if path.suffix.lower() not in READABLE_SUFFIXES:
        kinds = " ".join(READABLE_SUFFIXES)
        raise SourceError(f"{name}: this type of file is not read; save it as one of {kinds}")
    try:
        # Without blocking: a FIFO that takes the place of a file must not stop the build.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise SourceError(f"{name}: this is not a regular file; give a file of minutes")
            if found.st_size > MAX_BYTES:
                size, limit = found.st_size // 2**20, MAX_BYTES // 2**20
                raise SourceError(f"{name}: {size} MB is over the limit of {limit} MB (MAX_BYTES); split the file")
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{name}: cannot be opened ({error.strerror}); check the path and its permissions") from error
    if not content:
        raise SourceError(f"{name}: the file is empty (0 bytes); nothing to index")
    return content


def _decoded(content: bytes, name: str) -> str:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            text = _try(content[len(bom) :], encoding)
            break
    else:
        text = _without_bom(content)
    if text is None or "\ufffd" in text:
        raise SourceError(f"{name}: the characters cannot be read without loss; save the file as UTF-8")
    if _CONTROL.search(text):
        raise SourceError(f"{name}: this is a binary file, not text; save the minutes as UTF-8 text or PDF")
    return text


def _without_bom(content: bytes) -> str | None:
    """Text whose encoding is not announced; None unless exactly one reading makes sense."""
    if b"\0" in content:
        return "\0"  # never text without a byte order mark: reported as binary
    if _JIS_ESCAPE.search(content):
        return _try(content, "iso2022_jp")
    text = _try(content, "utf-8")
    if text is not None:
        return text
    # Bytes of one Japanese encoding read as the other give half-width kana; prose without any kana is neither.
    readings = (_try(content, "cp932"), _try(content, "euc_jp"))
    sensible = [reading for reading in readings if reading is not None and _is_prose(reading)]
    return sensible[0] if len(sensible) == 1 else None


def _is_prose(text: str) -> bool:
    return len(_KANA.findall(text)) > len(_HALFWIDTH_KANA.findall(text))


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _pdf_text(content: bytes, name: str) -> str:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise SourceError(f"{name}: the PDF is encrypted; save a copy without a password") from error
        raise SourceError(f"{name}: the PDF is damaged or cut short; download or export it again") from error
    try:
        texts = [_page_text(page) for page in pdf]
    except pypdfium2.PdfiumError as error:
        raise SourceError(f"{name}: a page of the PDF is damaged; export it again") from error
    finally:
        pdf.close()
    if not any(text.strip() for text in texts):
        raise SourceError(
            f"{name}: the PDF has no text layer (a scan?); add one by OCR: ocrmypdf -l jpn+eng in.pdf out.pdf"
        )
    text = "\f".join(texts)
    if "\ufffd" in text:
        raise SourceError(f"{name}: the PDF does not say which characters its glyphs are; add a text layer by OCR")
    return text


def _page_text(page: PdfPage) -> str:
    """The text of one page; a form feed inside would look like a page end, so it becomes a line end."""
    layer = page.get_textpage()
    try:
        return str(layer.get_text_range()).translate(_PDF_HYPHENS).replace("\f", "\n")
    finally:
        layer.close()
        page.close()
