"""Before: what the newest version holds, as far as a build needs to know it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from index import store
from index.store import MeetingRow, Source, Version


@dataclass(frozen=True)
class Before:
    """The newest version before a build; empty for a new index. `counts` is of statements, by document row."""

    version: Version | None = None
    sources: tuple[Source, ...] = ()
    meetings: tuple[MeetingRow, ...] = ()
    counts: Mapping[int, int] | None = None

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Before:
        """Read it. Raises IndexDamaged, also where a version is lost: its meetings would come in a second time."""
        if missing := store.missing_version(connection):
            raise store.damaged(f"version {missing} is missing")
        version = store.latest_version(connection)
        if version is None:
            return cls()
        return cls(
            version,
            tuple(store.read_sources(connection, version.id)),
            tuple(store.read_meetings(connection, version.id)),
            store.count_statements(connection, version.id),
        )

    @cached_property
    def by_path(self) -> dict[str, Source]:
        """The files by path."""
        return {source.path: source for source in self.sources}

    @cached_property
    def documents(self) -> dict[str, Source]:
        """The file that stands for each document, by SHA-256; of several paths the first one's sidecar counts."""
        return {source.sha256: source for source in reversed(self.sources)}

    def statements_in(self, sha256: str) -> int:
        """How many statements a document has."""
        return (self.counts or {}).get(self.documents[sha256].document, 0)

    def knows(self, sha256: str, parser: str) -> bool:
        """Whether the document is there, understood in this way."""
        return sha256 in self.documents and self.documents[sha256].parser == parser
