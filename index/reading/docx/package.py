"""The parts of a Word document: a ZIP of XML files that name each other."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

from lxml import etree

from index.errors import SourceError
from index.reading.archive import opened

Element: TypeAlias = "etree._Element"

_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, etree.XMLSyntaxError)


def local(element: Element) -> str:
    """The name of an element without its namespace: transitional and strict documents differ in nothing else."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element | None, name: str) -> str | None:
    """The attribute of that name in any namespace."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down a path of names."""
    for name in path:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner) == name), None)
    return element


def value(element: Element | None, *path: str) -> str | None:
    """The `val` of the element down a path; None if there is none."""
    return attribute(child(element, *path), "val")


def is_on(element: Element | None, *path: str) -> bool:
    """Whether a switch stands down the path and is not turned off."""
    found = child(element, *path)
    return found is not None and attribute(found, "val") not in ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Package:
    """The roots of the parts that are read; None for those that a document lacks."""

    document: Element
    styles: Element | None
    numbering: Element | None
    footnotes: Element | None
    endnotes: Element | None


def package(content: bytes, name: str) -> Package:
    """The parts of a document. Raises SourceError if it is damaged, over the limits, or declares entities."""
    with opened(content, name) as archive:
        try:
            main = next(_related(archive, "", "officeDocument"), "word/document.xml")
            parts = {
                kind: next(_related(archive, main, kind), None)
                for kind in ("styles", "numbering", "footnotes", "endnotes")
            }
            roots = {kind: _root(archive, path, name) for kind, path in parts.items() if path}
            return Package(
                _root(archive, main, name),
                roots.get("styles"),
                roots.get("numbering"),
                roots.get("footnotes"),
                roots.get("endnotes"),
            )
        except _DAMAGES as error:
            raise SourceError(
                f"{name}: this is no whole Word document, or it nests too deep; open it in Word and save it again"
            ) from error


def _related(archive: zipfile.ZipFile, part: str, kind: str) -> Iterator[str]:
    """The paths of the parts that a part names as of a kind and the ZIP holds."""
    base = PurePosixPath(part)
    relations = str(base.parent / "_rels" / f"{base.name}.rels") if part else "_rels/.rels"
    names = set(archive.namelist())
    if relations not in names:
        return
    for relation in etree.fromstring(archive.read(relations), _parser()):
        target = relation.get("Target") or ""
        path = target.lstrip("/") if target.startswith("/") else str(base.parent / target)
        if (relation.get("Type") or "").endswith(f"/{kind}") and path in names:
            yield path


def _root(archive: zipfile.ZipFile, path: str, name: str) -> Element:
    written = archive.read(path)
    root = None if b"<!DOCTYPE" in written else etree.fromstring(written, _parser())
    if root is None or root.getroottree().docinfo.doctype:
        raise SourceError(f"{name}: its XML declares a document type or entities; open it in Word and save it again")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
