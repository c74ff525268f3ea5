"""From the files that a build finds to what the new version shall know of each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from index.build.before import Before
from index.errors import SourceError
from index.identity import identified, identity
from index.layouts import PARSER_VERSION, parse
from index.layouts.filenames import said_by_name
from index.minutes import Meeting, Metadata
from index.reading import Document, Refused, digest_of_file, read_all
from index.roster import Roster, roster_for
from index.scan import Found
from index.sidecar import load_sidecar
from index.sources import source_file
from index.store import Source

Fate = Literal["added", "changed", "renamed", "unchanged", "removed", "skipped", "excluded"]
# Fewer files than these are read before anybody looks for a progress bar.
FEW = 10


@dataclass(frozen=True, slots=True)
class FileFate:
    """What became of one file; `note` says why it was skipped, or what the parser warns of. `was` is its old path."""

    path: str
    fate: Fate
    statements: int = 0
    note: str | None = None
    was: str | None = None

    @property
    def message(self) -> str:
        """The note, naming the file: why a file was skipped names it already."""
        return f"{self.note}" if self.fate == "skipped" else f"{self.path}: {self.note}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file as the new version shall know it. `meetings` is None where the index has them already."""

    path: str
    root: str
    sha256: str
    parser: str
    document: Document | None = None
    meetings: tuple[Meeting, ...] | None = None


def read_files(found: Sequence[Found], before: Before, progress: bool = True) -> tuple[list[Wanted], list[FileFate]]:
    """Read every file, parse what is new; a bad file is named, keeps what was read of it before, stops nothing."""
    wanted: list[Wanted] = []
    fates: list[FileFate] = []
    rosters = cache(roster_for)
    statements = 0
    with tqdm(found, desc="reading", unit="file", mininterval=1, disable=not progress or len(found) < FEW) as bar:
        for item in bar:
            for want, fate in _read_one(item, before, rosters):
                fates.append(fate)
                statements += fate.statements
                if want is not None:
                    wanted.append(want)
                elif fate.fate == "skipped":
                    wanted += _kept(fate.path, item.root, before)
            bar.set_postfix_str(f"{statements} statements", refresh=False)
    present = {want.path for want in wanted} | {fate.path for fate in fates}
    gone = [source.path for source in before.sources if source.path not in present]
    return wanted, _with_old_paths(fates, gone, wanted, before) + [FileFate(path, "removed") for path in gone]


def _kept(path: str, root: str, before: Before) -> Iterator[Wanted]:
    """What is known of a file that can no longer be read; of a ZIP, of each file in it."""
    for old in before.sources:
        if old.path == path or old.path.startswith(f"{path}/"):
            yield Wanted(old.path, root, old.sha256, old.parser)


def _with_old_paths(
    fates: Sequence[FileFate], gone: Sequence[str], wanted: Sequence[Wanted], before: Before
) -> list[FileFate]:
    """The fates with the path that each renamed file had."""
    old = {before.by_path[path].sha256: path for path in gone}
    new = {want.path: want.sha256 for want in wanted}
    return [replace(fate, was=old.get(new[fate.path])) if fate.fate == "renamed" else fate for fate in fates]


def _read_one(
    item: Found, before: Before, rosters: Callable[[Path, Path], Roster]
) -> Iterator[tuple[Wanted | None, FileFate]]:
    """What becomes of a file, or of each file in a ZIP; no Wanted for one that is not read."""
    if item.excluded:
        yield None, FileFate(item.path, "removed" if item.path in before.by_path else "excluded")
        return
    try:
        if any("\ud800" <= character <= "\udfff" for character in item.path + item.root):
            raise SourceError(f"{item.path}: the name is not in UTF-8; rename the file or its folder")
        if item.refused:
            raise SourceError(f"{item.path}: {item.refused}")
        stated = load_sidecar(item.file, item.path)
        roster = rosters(item.file.parent, Path(item.root))
        parser = _parser_fingerprint(item.path, stated, roster)
        sha256 = digest_of_file(item.file, item.path, Path(item.root))
        if before.knows(sha256, parser):
            yield _as_before(Wanted(item.path, item.root, sha256, parser), before)
            return
        found = read_all(item.file, item.path, Path(item.root))
    except SourceError as error:
        yield None, FileFate(item.path, "skipped", note=str(error))
        return
    for one in found:
        if isinstance(one, Refused):
            yield None, FileFate(one.path, "skipped", note=one.reason)
        else:
            # What a sidecar beside a ZIP of several files says cannot be true of each.
            yield _understood(one, item.root, stated if len(found) == 1 else None, roster, before)


def _as_before(want: Wanted, before: Before) -> tuple[Wanted, FileFate]:
    """A file whose document the index has, understood in the same way."""
    old = before.by_path.get(want.path)
    fate: Fate = "unchanged" if old and old.sha256 == want.sha256 else "renamed"
    return want, FileFate(want.path, fate, before.statements_in(want.sha256))


def _understood(
    document: Document, root: str, stated: Metadata | None, roster: Roster, before: Before
) -> tuple[Wanted, FileFate]:
    want = Wanted(document.path, root, document.sha256, _parser_fingerprint(document.path, stated, roster))
    if before.knows(want.sha256, want.parser):
        return _as_before(want, before)
    parsed = parse(document, stated, roster)
    fate = FileFate(
        document.path,
        "changed" if want.path in before.by_path else "renamed" if want.sha256 in before.documents else "added",
        sum(len(meeting.statements) for meeting in parsed.meetings),
        "; ".join(parsed.warnings) or None,
    )
    return replace(want, document=document, meetings=parsed.meetings), fate


def read_again(source: Source) -> list[tuple[Document, tuple[Meeting, ...]]]:
    """What a file of the index says now, for a ZIP what each file in it says; empty where it is understood otherwise.

    Raises SourceError where it cannot be read.
    """
    file, root = source_file(source), Path(source.root)
    found = read_all(file, "/".join([root.name, *file.relative_to(root).parts]), root)
    stated = load_sidecar(file, source.path) if len(found) == 1 else None
    roster = roster_for(file.parent, root)
    if _parser_fingerprint(source.path, stated, roster) != source.parser:
        return []
    return [(one, parse(one, stated, roster).meetings) for one in found if isinstance(one, Document)]


def _parser_fingerprint(path: str, stated: Metadata | None, roster: Roster) -> str:
    """Names what decides how a file is understood: the parser, the roster, its sidecar and what its name says."""
    beside = hashlib.sha256(repr((stated, said_by_name(path))).encode()).hexdigest()[:16]
    return f"parser={PARSER_VERSION} roster={roster.digest[:16]} stated={beside}"


def owners(wanted: Sequence[Wanted]) -> dict[str, Wanted]:
    """The file that stands for each document: of several identical ones the first by path."""
    return {want.sha256: want for want in sorted(wanted, key=lambda want: want.path, reverse=True)}


def with_ids(wanted: Sequence[Wanted], before: Before) -> list[Wanted]:
    """Meetings keep the ids that they had: through renames, corrections of the file and new parsers."""
    standing = owners(wanted)
    used = {
        row.meeting.id for row in before.meetings if row.sha256 in standing and standing[row.sha256].meetings is None
    }
    named: list[Wanted] = []
    for want in wanted:
        if want.meetings is None or standing[want.sha256] is not want:
            named.append(want)
            continue
        old_ids = _old_ids(want, standing, before)
        meetings = []
        for place, meeting in enumerate(want.meetings):
            id_ = old_ids.get(place, meeting.id)
            while id_ in used:
                id_ = identity(id_, "another")
            used.add(id_)
            meetings.append(identified(meeting, id_))
        named.append(replace(want, meetings=tuple(meetings)))
    return named


def _old_ids(want: Wanted, standing: Mapping[str, Wanted], before: Before) -> dict[int, str]:
    """The ids of the document's meetings, or of what stood under its path before, by their place in it."""
    sha256 = want.sha256
    old = before.by_path.get(want.path)
    if sha256 not in before.documents and old and old.sha256 not in standing:
        sha256 = old.sha256
    return {row.place: row.meeting.id for row in before.meetings if row.sha256 == sha256}
