"""From folders of minutes to one new version of the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from index import derived, store
from index.build import caches
from index.build.before import Before
from index.build.files import Fate, FileFate, Wanted, owners, read_files, with_ids
from index.encoder import Encoder, load_encoder
from index.errors import IndexShrinking, UsageError
from index.lexical import tokeniser_fingerprint
from index.names import settled
from index.scan import EVERYTHING, Found, Patterns, scan
from index.store import Store, Version, Writer

__all__ = ["BuildReport", "Fate", "FileFate", "build"]

# A build that would remove more than this share of the statements needs --prune.
SHRINK_LIMIT = 0.5


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did, or would do (`dry_run`): counts of statements. `version` is None while there is none."""

    version: int | None
    files: tuple[FileFate, ...]
    statements: int
    added: int
    removed: int
    embedded: int
    dry_run: bool

    @property
    def skipped(self) -> tuple[FileFate, ...]:
        """The files that were not read."""
        return tuple(file for file in self.files if file.fate == "skipped")


def build(
    folders: Sequence[Path],
    directory: Path,
    encoder: str | None = None,
    *,
    patterns: Patterns = EVERYTHING,
    prune: bool = False,
    dry_run: bool = False,
    progress: bool = True,
) -> BuildReport:
    """Make the index in `directory` equal to those files of `folders` that `patterns` let through.

    `encoder` None keeps the index's own encoder (the embedded one for a new index), and so does naming the same model
    without a revision. Raises UsageError for a folder that does not exist, IndexShrinking, IndexBusy, IndexMismatch,
    ModelUnavailable.
    """
    found = scan(folders, patterns)
    if dry_run:
        return _dry(folders, found, directory, prune, progress)
    # Before a folder is made for a new index: a wrong name must leave nothing behind.
    engine = None if (directory / store.DATABASE).exists() else load_encoder(encoder)
    with Writer(directory) as writer:
        plan = _planned(folders, found, writer.connection, prune, progress)
        newest = plan.before.version
        name = settled(encoder, newest.encoder if newest else None)
        engine = engine or load_encoder(name, newest.fingerprint if newest else None)
        embedded = caches.fill(writer, engine, _texts_to_cache(writer.connection, plan, engine), progress)
        if not plan.changes_nothing(engine):
            version = _commit(writer, engine, plan)
            plan = replace(plan, version=version)
        return plan.report(embedded)


def _dry(folders: Sequence[Path], found: Sequence[Found], directory: Path, prune: bool, progress: bool) -> BuildReport:
    """What a build would do, read without writing anything: a dry run leaves no trace."""
    if not (directory / store.DATABASE).exists():
        return _planned(folders, found, None, prune, progress).report(0, dry_run=True)
    with closing(Store(directory).connect()) as connection, store.named_damage():
        return _planned(folders, found, connection, prune, progress).report(0, dry_run=True)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a build is going to do.

    `new` holds the ids of the statements in documents that were read, `old` of those in documents that go or were
    read anew, `reread` the latter of these. `version` is the newest, once it is written the new one.
    """

    before: Before
    version: Version | None
    wanted: Sequence[Wanted]
    fates: Sequence[FileFate]
    new: set[str]
    old: set[str]
    reread: set[str]

    @property
    def shrinks(self) -> bool:
        """Whether more than SHRINK_LIMIT of the statements would go; a better parser is no loss."""
        total = self.before.version.statements if self.before.version else 0
        return len(self.old - self.new - self.reread) > SHRINK_LIMIT * total

    def changes_nothing(self, engine: Encoder) -> bool:
        """Whether a new version would show nothing new."""
        version = self.before.version
        files = {(want.path, want.root, want.sha256, want.parser) for want in self.wanted}
        return (
            version is not None
            and files == {(source.path, source.root, source.sha256, source.parser) for source in self.before.sources}
            and version.fingerprint == engine.fingerprint
            and version.tokeniser == tokeniser_fingerprint()
        )

    def report(self, embedded: int, dry_run: bool = False) -> BuildReport:
        """The plan in words; what was embedded is known only afterwards."""
        total = self.before.version.statements if self.before.version else 0
        return BuildReport(
            version=self.version.id if self.version else None,
            files=tuple(sorted(self.fates, key=lambda fate: fate.path)),
            statements=total - len(self.old) + len(self.new),
            added=len(self.new - self.old),
            removed=len(self.old - self.new),
            embedded=embedded,
            dry_run=dry_run,
        )


def _planned(
    folders: Sequence[Path], found: Sequence[Found], connection: sqlite3.Connection | None, prune: bool, progress: bool
) -> _Plan:
    """Read the files and compare with the newest version. Raises IndexShrinking, UsageError for an empty folder."""
    before = Before.read(connection) if connection else Before()
    if not prune:
        _refuse_emptied(folders, found, before)
    wanted, fates = read_files(found, before, progress)
    wanted = with_ids(wanted, before)
    standing = owners(wanted)
    going = {
        sha256: store.read_ids(connection, before.version.id, source.document)
        for sha256, source in before.documents.items()
        if connection and before.version and (sha256 not in standing or standing[sha256].meetings is not None)
    }
    plan = _Plan(
        before,
        before.version,
        wanted,
        fates,
        new={one.id for want in standing.values() for meeting in want.meetings or () for one in meeting.statements},
        old=set().union(*going.values()),
        reread=set().union(*(ids for sha256, ids in going.items() if sha256 in standing)),
    )
    if plan.shrinks and not prune:
        raise IndexShrinking(
            f"this build would remove {len(plan.old - plan.new)} of {before.version and before.version.statements} "
            "statements; nothing was changed. If that is meant, add --prune"
        )
    return plan


def _refuse_emptied(folders: Sequence[Path], found: Sequence[Found], before: Before) -> None:
    """A folder that held files and holds none now is most likely a share that is not mounted."""
    held = {source.root for source in before.sources} - {item.root for item in found}
    for folder in folders:
        if str(folder.resolve()) in held:
            raise UsageError(
                f"the folder {folder.name!r} is empty and held minutes before; nothing was changed. "
                "Is it mounted? If it is meant to be empty, add --prune"
            )


def _texts_to_cache(connection: sqlite3.Connection, plan: _Plan, engine: Encoder) -> Iterator[str]:
    """The texts that may lack a vector or tokens: the new ones, all of them for another encoder or tokeniser."""
    for want in plan.wanted:
        for meeting in want.meetings or ():
            yield from (statement.text for statement in meeting.statements)
    version = plan.before.version
    if version and (version.fingerprint != engine.fingerprint or version.tokeniser != tokeniser_fingerprint()):
        yield from store.read_texts(connection, store.read_rows(connection, version.id))


def _commit(writer: Writer, engine: Encoder, plan: _Plan) -> Version:
    """Write everything that differs, publish the derived files, and only then let readers see the version."""
    before = plan.before
    old = None
    if before.version:
        old = derived.stored(writer.directory, before.version, store.read_derived(writer.connection, before.version.id))
    number = before.version.id + 1 if before.version else 1
    with writer.transaction() as connection:
        rows = _write_documents(connection, number, plan)
        _write_sources(connection, number, plan, rows)
        version = Version(
            id=number,
            created=store.now(),
            encoder=engine.exact,
            fingerprint=engine.fingerprint,
            dimension=engine.dimension,
            tokeniser=tokeniser_fingerprint(),
            statements=sum(store.count_statements(connection, number).values()),
            content=store.content_of_version(store.read_meetings(connection, number)),
        )
        store.insert(connection, "versions", **asdict(version))
        made = derived.derive(connection, version, old)
        derived.record(connection, number, derived.publish(writer.directory, made))
    derived.discard_others(writer.directory, {number} | ({before.version.id} if before.version else set()))
    return version


def _write_documents(connection: sqlite3.Connection, number: int, plan: _Plan) -> dict[str, int]:
    """Documents, meetings and statements that came, went or were understood anew; returns rows by SHA-256."""
    standing = owners(plan.wanted)
    rows = {sha256: source.document for sha256, source in plan.before.documents.items()}
    for sha256, row in rows.items():
        if sha256 not in standing or standing[sha256].meetings is not None:
            store.remove_document(connection, row, number)
    for sha256, owner in sorted(standing.items()):
        if owner.document is not None and owner.meetings is not None:
            rows[sha256] = store.insert_document(connection, owner.document)
            for place, meeting in enumerate(owner.meetings):
                store.insert_meeting(connection, meeting, rows[sha256], place, number)
    return rows


def _write_sources(connection: sqlite3.Connection, number: int, plan: _Plan, rows: Mapping[str, int]) -> None:
    new = {(want.path, want.root, rows[want.sha256], want.parser) for want in plan.wanted}
    old = {(source.path, source.root, source.document, source.parser) for source in plan.before.sources}
    for path, *_ in sorted(old - new):
        connection.execute("UPDATE sources SET removed = ? WHERE path = ? AND removed IS NULL", (number, path))
    for path, root, document, parser in sorted(new - old):
        store.insert(connection, "sources", path=path, root=root, document=document, parser=parser, added=number)
