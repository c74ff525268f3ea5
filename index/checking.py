"""Check: whether the index is what was written, and what was written is what the files say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from index import derived
from index.errors import SourceError
from index.proof import proven
from index.reading import Document, read_all
from index.sources import source_file, source_state
from index.store import MeetingRow, Store, damage, named_damage, read_in_meeting

FileState = Literal["current", "changed", "gone", "differs"]
# Fewer meetings than these are checked before anybody looks for a progress bar.
FEW = 50


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A file as it is now. It `differs` where the same bytes give another text than when they were indexed."""

    path: str
    state: FileState


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: `damage` of the database, names of `derived` files, statements that are not in their source."""

    version: int
    damage: tuple[str, ...]
    derived: tuple[str, ...]
    unproven: tuple[str, ...]
    files: tuple[FileCheck, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is what was written. A file that has changed since only waits for the next build."""
        return not (self.damage or self.derived or self.unproven or any(one.state == "differs" for one in self.files))


def check(store: Store) -> Checked:
    """Verify the rows and digests of the database, the derived files, and every statement against its source."""
    version = store.latest()
    found = damage(store)
    unproven: list[str] = []
    files: list[FileCheck] = []
    if not found:
        meetings = store.meetings(version.id)
        unproven = list(_unproven(store, meetings))
        files = sorted({one.path: one for one in _files(store, meetings)}.values(), key=lambda one: one.path)
    return Checked(version.id, tuple(found), tuple(derived.damaged(store, version)), tuple(unproven), tuple(files))


def _unproven(store: Store, meetings: Sequence[MeetingRow]) -> Iterator[str]:
    """Statements that are not word for word at their spans of the document."""
    with closing(store.connect()) as connection, named_damage():
        for meeting in _shown(meetings, "proving"):
            text = store.document(meeting.document).text
            for statement in read_in_meeting(connection, meeting.row):
                if not proven(statement, text):
                    yield f"{meeting.paths[0]}: the statement {statement.id} is not in its source"


def _files(store: Store, meetings: Sequence[MeetingRow]) -> Iterator[FileCheck]:
    """Every file as it is now; one that is unchanged is read again, and must give the text that is stored."""
    for meeting in _shown(meetings, "reading again"):
        state: FileState = source_state(meeting)
        if state == "current" and not _reads_alike(store, meeting):
            state = "differs"
        yield from (FileCheck(path, state) for path in meeting.paths)


def _reads_alike(store: Store, meeting: MeetingRow) -> bool:
    stored = store.document(meeting.document).text
    for source in meeting.sources:
        try:
            found = read_all(source_file(source), source.path, Path(source.root))
        except SourceError:
            continue  # this copy of the file has changed; another one may not have
        texts = [one.text for one in found if isinstance(one, Document) and one.sha256 == source.sha256]
        if texts:
            return texts[0] == stored
    return False


def _shown(meetings: Sequence[MeetingRow], what: str) -> Iterator[MeetingRow]:
    return iter(tqdm(meetings, desc=what, unit="meeting", mininterval=1, disable=len(meetings) < FEW))
