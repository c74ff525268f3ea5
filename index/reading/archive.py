"""ZIP -> the documents of its members, each with its own path and hash; what is wrong with one stops no other."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.errors import SourceError
from index.reading import limits
from index.reading.files import is_minutes_name
from index.reading.formats import Beat, Found, Refused, format_of, read_content

_WORD = "word/document.xml"
_OFFICE = {
    "xl/": ("a spreadsheet", "save the sheet as CSV with the columns meeting, date, speaker and text"),
    "ppt/": ("a presentation", "save it as PDF"),
    "content.xml": ("an OpenDocument file", "save it as DOCX or PDF"),
    "META-INF/container.xml": ("an e-book", "save it as PDF or HTML"),
}
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@dataclass(slots=True)
class _Budget:
    """What the ZIPs of one file may still unpack, all together; `name` is that file's."""

    name: str
    members: int = field(default_factory=lambda: limits.MAX_MEMBERS)
    unpacked: int = field(default_factory=lambda: limits.MAX_UNPACKED)


class _Overdrawn(SourceError):
    """The file as a whole is over a limit: nothing more of it is read, and nothing of it kept."""


def opened(content: bytes, name: str) -> zipfile.ZipFile:
    """The ZIP in some bytes. Raises SourceError if there is none, or its members are over the limits."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGES as error:
        raise SourceError(f"{name}: the ZIP is damaged or cut short; pack or download it again") from error
    _checked(archive, _Budget(name), name)
    return archive


def _checked(archive: zipfile.ZipFile, budget: _Budget, name: str) -> None:
    """Take the members out of the budget before anything is unpacked: a ZIP states how large they are."""
    members = archive.infolist()
    budget.members -= len(members)
    if budget.members < 0:
        raise _Overdrawn(f"{budget.name}: more than {limits.MAX_MEMBERS} files in a ZIP (MAX_MEMBERS); pack fewer")
    budget.unpacked -= sum(member.file_size for member in members)
    if budget.unpacked < 0:
        size = limits.MAX_UNPACKED // 2**20
        raise _Overdrawn(f"{budget.name}: more than {size} MB when unpacked (MAX_UNPACKED); pack fewer files")
    for member in members:
        packed = max(1, member.compress_size)
        if member.file_size > limits.MIN_RATIO_BYTES and member.file_size > limits.MAX_RATIO * packed:
            raise SourceError(
                f"{name}: a file in it grows more than {limits.MAX_RATIO} times when unpacked (MAX_RATIO); "
                "this is no ordinary file: pack the minutes alone"
            )


def is_docx(content: bytes, name: str) -> bool:
    """Whether a ZIP is a Word document. Raises SourceError for files of other office programs."""
    with opened(content, name) as archive:
        names = archive.namelist()
    if _WORD in names or any(member.startswith("word/document") for member in names):
        return True
    for member, (what, advice) in _OFFICE.items():
        if any(one == member or (member.endswith("/") and one.startswith(member)) for one in names):
            raise SourceError(f"{name}: this is {what}, which is not read; {advice}")
    return False


def read_zip(content: bytes, name: str, beat: Beat) -> list[Found]:
    """A document, or the reason for refusing it, for each member that may hold minutes.

    Raises SourceError for a ZIP that is damaged, over the limits, or without any such member.
    """
    found: list[Found] = []
    for path, inner in _members(content, name, _Budget(name), 1):
        beat()
        found.append(_document(path, inner, beat) if isinstance(inner, bytes) else inner)
    if not found:
        raise SourceError(f"{name}: the ZIP holds no file of minutes; nothing to index")
    return found


def digests(content: bytes, name: str, beat: Beat) -> dict[str, str]:
    """SHA-256 of each readable member by its path under `name`. Raises SourceError as `read_zip` does."""
    hashes = {}
    for path, inner in _members(content, name, _Budget(name), 1):
        beat()
        if isinstance(inner, bytes):
            hashes[path] = hashlib.sha256(inner).hexdigest()
    return hashes


def _document(path: str, content: bytes, beat: Beat) -> Found:
    try:
        (document,) = read_content(content, path, beat)
    except SourceError as error:
        return Refused(path, str(error))
    return document


def _members(content: bytes, name: str, budget: _Budget, depth: int) -> Iterator[tuple[str, bytes | Refused]]:
    """The bytes of each member, or why they are refused; ZIPs inside are opened up."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGES as error:
        raise SourceError(f"{name}: the ZIP is damaged or cut short; pack or download it again") from error
    with archive:
        _checked(archive, budget, name)
        taken: set[str] = set()
        for member in archive.infolist():
            inner = _name(member)
            parts = inner.split("/")
            if member.is_dir() or _is_passed_by(parts):
                continue
            path = f"{name}/{inner}"
            try:
                if inner in taken:
                    raise SourceError(f"{path}: the ZIP holds two files of this name; rename one")
                taken.add(inner)
                unpacked = _unpacked(archive, member, inner, path)
                if not _is_zip(unpacked, path):
                    yield path, unpacked
                    continue
                if depth >= limits.MAX_NESTING:
                    raise SourceError(f"{path}: a ZIP in a ZIP more than {depth} deep (MAX_NESTING); unpack it")
                yield from _members(unpacked, path, budget, depth + 1)
            except _Overdrawn:
                raise
            except SourceError as error:
                yield path, Refused(path, str(error))


def _is_passed_by(parts: list[str]) -> bool:
    """Whether a member is silently left out: hidden, or put there by the program that packed."""
    named = [part for part in parts if part not in ("", ".", "..")]
    return "__MACOSX" in named or not all(map(is_minutes_name, named))


def _is_zip(content: bytes, path: str) -> bool:
    return format_of(content, path) == "zip" and not is_docx(content, path)


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member; where the ZIP does not say that it is UTF-8, Japanese Windows has written CP932."""
    if not member.flag_bits & _UTF8_NAME:
        stored = member.orig_filename.encode("cp437", "replace")
        for encoding in ("utf-8", "cp932"):
            try:
                return stored.decode(encoding).replace("\\", "/")
            except UnicodeDecodeError:
                continue
    return member.filename.replace("\\", "/")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, inner: str, path: str) -> bytes:
    if inner.startswith("/") or ".." in inner.split("/") or inner[1:2] == ":":
        raise SourceError(f"{path}: this name leads out of the ZIP; pack the file under an ordinary name")
    if member.flag_bits & _ENCRYPTED:
        raise SourceError(f"{path}: encrypted in the ZIP; pack it without a password")
    if member.file_size > limits.MAX_BYTES:
        limit = limits.MAX_BYTES // 2**20
        raise SourceError(f"{path}: over the limit of {limit} MB (MAX_BYTES); split the file")
    try:
        content = archive.read(member)
    except _DAMAGES as error:
        raise SourceError(f"{path}: damaged in the ZIP; pack it again") from error
    if not content:
        raise SourceError(f"{path}: the file is empty (0 bytes); nothing to index")
    return content


def find_member(content: bytes, name: str, sha256: str, beat: Beat) -> bytes | None:
    """The member of a ZIP that has this SHA-256; None if there is none. Raises SourceError as `read_zip` does."""
    for _, inner in _members(content, name, _Budget(name), 1):
        beat()
        if isinstance(inner, bytes) and hashlib.sha256(inner).hexdigest() == sha256:
            return inner
    return None
