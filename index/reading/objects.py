"""JSON and JSON Lines: records of the Diet, tables of speeches, and what the councils' search systems answer."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.reading.decoding import checked
from index.reading.diet import is_diet, read_diet
from index.reading.document import Content
from index.reading.limits import MAX_ELEMENTS
from index.reading.tables import read_rows

_ACCEPTED = (
    "accepted are records of the Diet, tables with meeting, date, speaker and text, and the minutes of DiscussNet "
    "(tenant_minutes)"
)
_OBJECTS = re.compile(r'\s*(?:\{\s*"|\[\s*\{)')
_LINE_END = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h\d)>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]{0,300}>", re.DOTALL)


def is_objects(text: str) -> bool:
    """Whether a text of any name is JSON or JSON Lines of objects."""
    if not _OBJECTS.match(text):
        return False
    try:
        json.JSONDecoder().raw_decode(text.lstrip())
    except (json.JSONDecodeError, RecursionError):
        return False
    return True


def read_objects(text: str, name: str) -> Content:
    """The document of JSON or JSON Lines. Raises SourceError for JSON that is damaged or holds no minutes."""
    if sum(map(text.count, "[{,")) > MAX_ELEMENTS:
        raise SourceError(f"{name}: more than {MAX_ELEMENTS} values (MAX_ELEMENTS); split the file")
    try:
        values = _values(text)
    except RecursionError as error:
        raise SourceError(f"{name}: the JSON nests too deep; {_ACCEPTED}") from error
    except json.JSONDecodeError as error:
        raise SourceError(
            f"{name}: the JSON is damaged ({error.msg}, line {error.lineno}); save or fetch it again"
        ) from error
    if values and all(isinstance(value, dict) for value in values):
        if is_diet(values):
            return read_diet(values, name)
        if bodies := _bodies(values):
            return _minutes(bodies, name)
        if _is_rows(values):
            return read_rows(values, name)
    raise SourceError(f"{name}: this JSON holds no minutes; {_ACCEPTED}")


def _values(text: str) -> list[Any]:
    """The objects of a list, of one object alone, or of one object a line."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
            raise
        return [_line(line, number) for number, line in enumerate(lines, 1)]
    return value if isinstance(value, list) else [value]


def _line(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise json.JSONDecodeError(error.msg, "\n" * (number - 1), number - 1) from error


def _is_rows(values: list[dict[str, Any]]) -> bool:
    return all(not isinstance(value, dict | list) for value in values[0].values())


def _bodies(values: list[dict[str, Any]]) -> list[str]:
    """The texts of a list of objects with a `body`, wherever in the first levels of an answer it stands."""
    return max(_body_lists(values, 4), key=lambda bodies: sum(map(len, bodies)), default=[])


def _body_lists(value: Any, levels: int) -> Iterator[list[str]]:
    if isinstance(value, list):
        items = [item for item in value if isinstance(item, dict) and "text" not in item]
        if bodies := [item["body"] for item in items if isinstance(item.get("body"), str)]:
            yield bodies
    if levels and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value[:50]:
            yield from _body_lists(inner, levels - 1)


def _minutes(bodies: list[str], name: str) -> Content:
    texts = [html.unescape(_TAG.sub("", _LINE_END.sub("\n", body))).replace("\f", "\n").strip("\n") for body in bodies]
    text = checked("\n\n".join(texts), name)
    if not text.strip():
        raise SourceError(f"{name}: this JSON holds no minutes; {_ACCEPTED}")
    return Content(text, "text")
