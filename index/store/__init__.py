"""The SQLite database: the only truth, and the only place that writes under INDEX.

A row that carries `added` and `removed` belongs to every version v with added <= v < removed; nothing
is deleted, so a reader that has settled on a version keeps reading it while a build goes on. Every row
carries a digest over its columns, every version a digest over what it shows, in order (without ids and
row numbers, so that an index grown step by step and one built at once can be compared).
"""

from __future__ import annotations

from index.store.reader import Store
from index.store.rows import (
    content_digest,
    latest_version,
    ordered,
    read_columns,
    read_meetings,
    read_sources,
    read_texts,
    read_tokens,
    read_vectors,
    read_versions,
)
from index.store.schema import (
    DATABASE,
    DIGESTED,
    FORMAT,
    SCHEMA,
    Column,
    MeetingRow,
    Source,
    Version,
    digest_of,
    text_key,
    unwritable,
)
from index.store.writer import Writer, insert, insert_document, insert_meeting, now, remove_document

__all__ = [
    "DATABASE",
    "DIGESTED",
    "FORMAT",
    "SCHEMA",
    "Column",
    "MeetingRow",
    "Source",
    "Store",
    "Version",
    "Writer",
    "content_digest",
    "digest_of",
    "insert",
    "insert_document",
    "insert_meeting",
    "latest_version",
    "now",
    "ordered",
    "read_columns",
    "read_meetings",
    "read_sources",
    "read_texts",
    "read_tokens",
    "read_vectors",
    "read_versions",
    "remove_document",
    "text_key",
    "unwritable",
]
