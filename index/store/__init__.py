"""The SQLite database: the only truth, and the only place that writes under INDEX.

A row that carries `added` and `removed` belongs to every version v with added <= v < removed; nothing
is deleted, so a reader that has settled on a version keeps reading it while a build goes on. Every row
carries a digest over its columns, every version a digest over what it shows, in order (without ids and
row numbers, so that an index grown step by step and one built at once can be compared).
"""

from __future__ import annotations

from index.store.damage import damage, damaged_caches, damaged_meetings, damaged_rows, missing_version
from index.store.reader import Store
from index.store.rows import (
    content_of_version,
    count_statements,
    latest_version,
    ordered,
    read_columns,
    read_derived,
    read_files,
    read_forgotten,
    read_ids,
    read_in_meeting,
    read_lives,
    read_meetings,
    read_rows,
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
    Columns,
    Forgotten,
    Life,
    MeetingRow,
    Source,
    Version,
    digest_of,
    named_damage,
    text_key,
    unwritable,
)
from index.store.writer import (
    Writer,
    document_values,
    insert,
    insert_document,
    insert_meeting,
    meeting_values,
    now,
    remove_document,
    statement_values,
)

__all__ = [
    "DATABASE",
    "DIGESTED",
    "FORMAT",
    "SCHEMA",
    "Columns",
    "Forgotten",
    "Life",
    "MeetingRow",
    "Source",
    "Store",
    "Version",
    "Writer",
    "content_of_version",
    "count_statements",
    "damage",
    "damaged_caches",
    "damaged_meetings",
    "damaged_rows",
    "digest_of",
    "document_values",
    "insert",
    "insert_document",
    "insert_meeting",
    "latest_version",
    "meeting_values",
    "missing_version",
    "named_damage",
    "now",
    "ordered",
    "read_columns",
    "read_derived",
    "read_files",
    "read_forgotten",
    "read_ids",
    "read_in_meeting",
    "read_lives",
    "read_meetings",
    "read_rows",
    "read_sources",
    "read_texts",
    "read_tokens",
    "read_vectors",
    "read_versions",
    "remove_document",
    "statement_values",
    "text_key",
    "unwritable",
]
