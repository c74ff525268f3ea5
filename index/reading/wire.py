"""What goes between this process and the child that reads foreign formats: frames of JSON, and bytes beside them.

A frame is its length as four bytes, big-endian, and then that many bytes. Nothing is unpickled.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, BinaryIO

from index.minutes import Metadata
from index.reading.document import Document, Part, Speech
from index.reading.formats import Found, Refused

_LENGTH = struct.Struct(">I")


def send(stream: BinaryIO, frame: bytes) -> None:
    """Write one frame."""
    stream.write(_LENGTH.pack(len(frame)))
    stream.write(frame)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end of the stream."""
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(length)[0]
    frame = stream.read(size)
    return frame if len(frame) == size else None


def found_to_json(found: Found) -> dict[str, Any]:
    """A document or refusal as JSON. Lists of attendees and speakers are not carried: no reader fills them."""
    if isinstance(found, Refused):
        return {"path": found.path, "reason": found.reason}
    shown = asdict(found)
    for part in shown["parts"]:
        stated = {key: value for key, value in part["stated"].items() if value not in (None, ())}
        if "date" in stated:
            stated["date"] = stated["date"].isoformat()
        part["stated"] = stated
    return shown


def found_from_json(shown: Mapping[str, Any]) -> Found:
    """What `found_to_json` wrote."""
    if "reason" in shown:
        return Refused(shown["path"], shown["reason"])
    return Document(
        path=shown["path"],
        sha256=shown["sha256"],
        text=shown["text"],
        pages=tuple(shown["pages"]),
        media=shown["media"],
        parts=tuple(map(_part, shown["parts"])),
        warnings=tuple(shown["warnings"]),
    )


def _part(shown: Mapping[str, Any]) -> Part:
    stated = dict(shown["stated"])
    if "date" in stated:
        stated["date"] = date.fromisoformat(stated["date"])
    speeches = tuple(Speech(**speech) for speech in shown["speeches"])
    return Part(shown["start"], shown["end"], Metadata(**stated), speeches)
