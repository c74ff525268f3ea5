"""Bytes -> text without loss, or refusal by name: nothing is replaced and U+FFFD never enters."""

from __future__ import annotations

import re

from index.errors import SourceError

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
_LOST = re.compile("[\ufffd\ud800-\udfff]")
_JIS_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_JIS_RUN = re.compile(rb"\x1b\$[@B]([\x21-\x7e]*)|\x1b\([BJ]")
# What pages and files declare, and the name under which all of it can be decoded.
_DECLARED = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "euc-jp": "euc_jp",
    "x-euc-jp": "euc_jp",
    "eucjp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}


def decoded(content: bytes, name: str) -> str:
    """The text of a file called `name` in messages; only a byte order mark is taken away.

    Raises SourceError unless exactly one reading of the bytes makes sense.
    """
    return _found(_with_bom(content) if _bom(content) else _without_bom(content), name)


def declared_text(content: bytes, charset: str | None, name: str) -> str:
    """The text of a file that names its own encoding; what it says counts unless the bytes disagree.

    Raises SourceError as `decoded` does.
    """
    if _bom(content):
        return decoded(content, name)
    # Pages are often saved as UTF-8 under a declaration of before; other bytes are hardly ever valid UTF-8.
    encodings = ["utf-8", _DECLARED.get((charset or "").lower(), "")]
    if _JIS_ESCAPE.search(content):
        encodings.insert(0, "iso2022_jp")
    texts = (_try(content, encoding) for encoding in encodings if encoding)
    text = next((text for text in texts if text is not None), None)
    return decoded(content, name) if text is None else checked(text, name)


def checked(text: str, name: str) -> str:
    """The text itself. Raises SourceError for characters that stand for lost ones, or that no text holds."""
    return _found(None if _LOST.search(text) else text, name)


def _found(text: str | None, name: str) -> str:
    if text is None or _LOST.search(text):
        raise SourceError(f"{name}: the characters cannot be read without loss; save the file as UTF-8")
    if _CONTROL.search(text):
        raise SourceError(f"{name}: this is a binary file, not text; save the minutes as UTF-8 text or PDF")
    return text


def _bom(content: bytes) -> tuple[bytes, str] | None:
    return next(((bom, encoding) for bom, encoding in _BOMS if content.startswith(bom)), None)


def _with_bom(content: bytes) -> str | None:
    found = _bom(content)
    return _try(content[len(found[0]) :], found[1]) if found else None


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
    """The text, or None; ① and other characters that vendors added to the Japanese encodings count as well."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "iso2022_jp":
            return _try(_JIS_RUN.sub(_to_euc, content), "euc_jis_2004") if b"\x1b(I" not in content else None
        if encoding == "euc_jp":
            return _try(content, "euc_jis_2004")
        return None


def _to_euc(run: re.Match[bytes]) -> bytes:
    return bytes(byte | 0x80 for byte in run.group(1) or b"")
