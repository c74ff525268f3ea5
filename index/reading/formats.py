"""Which format bytes are in, and the reader of each; the suffix of the name decides only where the bytes do not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from index.errors import SourceError
from index.reading import limits
from index.reading.decoding import decoded
from index.reading.document import Content, Document

Format = Literal["pdf", "zip", "html", "xml", "text"]

TEXT_SUFFIXES = (".txt", ".text", ".md", ".markdown")
MARKUP_SUFFIXES = (".html", ".htm", ".xhtml", ".xml")
RECORD_SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
READABLE_SUFFIXES = (*TEXT_SUFFIXES, ".pdf", ".docx", *MARKUP_SUFFIXES, *RECORD_SUFFIXES, ".zip")
"""The endings of file names that are read, in lower case; a name without any ending is judged by its content."""

_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
_MARKUP = re.compile(r"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<(?:\?xml|!DOCTYPE|data>|records>)", re.IGNORECASE)
_XHTML = re.compile(r"<html\b", re.IGNORECASE)
_HEAD = 4000

_DOCX_OR_PDF = "save it as DOCX or PDF"
_CSV = "save the sheet as CSV with the columns meeting, date, speaker and text"
_OCR = "make a PDF with a text layer of it: ocrmypdf --image-dpi 300 -l jpn+eng in.png out.pdf"
_UNPACK = "unpack it, or pack the files as ZIP"
_TRANSCRIBE = "put its transcript into the folder"
# What a file is by its first bytes, and what to do.
_SIGNATURES = (
    (b"\x89PNG", "an image", _OCR),
    (b"\xff\xd8\xff", "an image", _OCR),
    (b"GIF8", "an image", _OCR),
    (b"II*\0", "an image", _OCR),
    (b"MM\0*", "an image", _OCR),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"{\\rtf", "RTF", _DOCX_OR_PDF),
    (b"ID3", "a recording", _TRANSCRIBE),
    (b"RIFF", "a recording or image", _TRANSCRIBE),
    (b"SQLite format 3", "a database", "export its minutes as CSV"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What a file is by its name, where its bytes do not tell or are not worth asking.
_REFUSED_SUFFIXES = {
    **dict.fromkeys(
        (".doc", ".dot", ".odt", ".rtf", ".jtd", ".pages"), ("a document of another program", _DOCX_OR_PDF)
    ),
    **dict.fromkeys((".xls", ".xlsx", ".xlsm", ".ods", ".numbers"), ("a spreadsheet", _CSV)),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key"), ("a presentation", "save it as PDF")),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".webp", ".heic"), ("an image", _OCR)),
    **dict.fromkeys((".mp3", ".m4a", ".wav", ".mp4", ".mov", ".wma"), ("a recording", _TRANSCRIBE)),
    **dict.fromkeys((".7z", ".rar", ".gz", ".tgz", ".tar", ".lzh", ".xz", ".bz2"), ("an archive", _UNPACK)),
    **dict.fromkeys((".mht", ".mhtml", ".eml", ".msg"), ("a mail or web archive", "save it as HTML or text")),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be read beside others that could: `reason` is one line that begins with its path."""

    path: str
    reason: str


Found = Document | Refused
Beat = Callable[[], None]


def format_of(content: bytes, name: str) -> Format:
    """The format of bytes by their beginning. Raises SourceError for one that is not read."""
    suffix = _suffix(name)
    if content.startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in content[:1024]):
        return "pdf"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")) and suffix not in _REFUSED_SUFFIXES:
        return "zip"
    _refuse_foreign(content, suffix, name)
    if suffix == ".pdf":
        raise SourceError(f"{name}: this is not a PDF although its name says so; save it again as PDF or text")
    if suffix in (".docx", ".zip"):
        raise SourceError(
            f"{name}: this is damaged, or no {suffix[1:].upper()} although its name says so; save it again"
        )
    head = content[:_HEAD]
    start = head.decode("utf-16", "ignore") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else _ascii(head)
    if _MARKUP.match(start) or (_XML.match(start) and _XHTML.search(start)):
        return "html"
    if suffix in (".html", ".htm", ".xhtml"):
        return "html"
    return "xml" if _XML.match(start) or suffix == ".xml" else "text"


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _ascii(head: bytes) -> str:
    return head.removeprefix(b"\xef\xbb\xbf").decode("ascii", "ignore")


def _refuse_foreign(content: bytes, suffix: str, name: str) -> None:
    """Refuse what no reader is there for, naming what it is and what to do."""
    for signature, what, advice in _SIGNATURES:
        if content.startswith(signature):
            raise SourceError(f"{name}: this is {what}, which is not read; {advice}")
    if content.startswith(_OLE) and suffix not in _REFUSED_SUFFIXES:
        raise SourceError(
            f"{name}: this is encrypted, or of an old version of Office; save it without a password as DOCX or PDF"
        )
    if suffix in _REFUSED_SUFFIXES:
        what, advice = _REFUSED_SUFFIXES[suffix]
        raise SourceError(f"{name}: this is {what}, which is not read; {advice}")
    if suffix and suffix not in READABLE_SUFFIXES:
        raise SourceError(f"{name}: this type of file is not read; save it as one of {' '.join(READABLE_SUFFIXES)}")


def read_content(content: bytes, name: str, beat: Beat) -> list[Found]:
    """The documents in some bytes, called `name`: one, or those of a ZIP. Raises SourceError if there is none."""
    format_ = format_of(content, name)
    if format_ == "zip":
        from index.reading.archive import is_docx, read_zip

        if not is_docx(content, name):
            return read_zip(content, name, beat)
        from index.reading.docx import read_docx

        return [documented(read_docx(content, name, beat), content, name)]
    if format_ == "pdf":
        from index.reading.pdf import read_pdf

        return [documented(read_pdf(content, name, beat), content, name)]
    if format_ == "html":
        from index.reading.html import read_html

        return [documented(read_html(content, name, beat), content, name)]
    if format_ == "xml":
        from index.reading.diet import read_xml

        return [documented(read_xml(content, name, beat), content, name)]
    return [documented(read_text(content, name), content, name)]


def read_text(content: bytes, name: str) -> Content:
    """The document of text as it stands, or of records that are written as text. Raises SourceError."""
    from index.reading.objects import is_objects, read_objects
    from index.reading.tables import is_table, read_csv

    text = decoded(content, name)
    suffix = _suffix(name)
    if suffix in _JSON_SUFFIXES or is_objects(text):
        return read_objects(text, name)
    if suffix in (".csv", ".tsv") or is_table(text):
        return read_csv(text, name)
    if len(text) > limits.MAX_CHARACTERS:
        raise SourceError(f"{name}: more than {limits.MAX_CHARACTERS} characters (MAX_CHARACTERS); split the file")
    return Content(text, "markdown" if suffix in (".md", ".markdown") else "text")


def documented(found: Content, content: bytes, name: str) -> Document:
    """The content as the document of its file. Raises SourceError if it holds no text."""
    if not found.text.strip():
        raise SourceError(f"{name}: the file holds no text; nothing to index")
    starts = (0, *(match.end() for match in re.finditer("\f", found.text)))
    sha256 = hashlib.sha256(content).hexdigest()
    return Document(name, sha256, found.text, starts, found.media, found.parts, found.warnings)
