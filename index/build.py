"""From folders of minutes to one new version of the index."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from index import derived, store
from index.encoder import EMBEDDED, Encoder, load_encoder
from index.errors import IndexShrinking, SourceError
from index.identity import identified, identity
from index.layouts import PARSER_VERSION, parse
from index.layouts.filenames import said_by_name
from index.lexical import tokeniser_fingerprint, tokens
from index.minutes import Meeting, Metadata
from index.reading import Document, Refused, read_all
from index.roster import Roster, roster_for
from index.scan import Found, scan
from index.sidecar import load_sidecar
from index.store import MeetingRow, Source, Version, Writer, text_key

EMBED_BATCH = 512
# A build that would remove more than this share of the statements needs --prune.
SHRINK_LIMIT = 0.5

Fate = Literal["added", "changed", "renamed", "unchanged", "removed", "skipped"]


@dataclass(frozen=True, slots=True)
class FileFate:
    """What became of one file; `note` says why it was skipped, or what the parser warns of."""

    path: str
    fate: Fate
    statements: int = 0
    note: str | None = None

    @property
    def message(self) -> str:
        """The note, naming the file: why a file was skipped names it already."""
        return f"{self.note}" if self.fate == "skipped" else f"{self.path}: {self.note}"


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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file as the new version shall know it. `meetings` is None where the index has them already."""

    path: str
    root: str
    sha256: str
    parser: str
    document: Document | None = None
    meetings: tuple[Meeting, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Before:
    """The newest version before this build; empty for a new index. `texts` is by document row, then statement id."""

    version: Version | None
    sources: tuple[Source, ...]
    meetings: tuple[MeetingRow, ...]
    texts: Mapping[int, Mapping[str, str]]

    @property
    def parsers(self) -> dict[str, tuple[int, str]]:
        """Document row and parser by SHA-256; of several paths the first one's sidecar counts."""
        return {source.sha256: (source.document, source.parser) for source in reversed(self.sources)}


def build(
    folders: Sequence[Path], directory: Path, encoder: str | None = None, *, prune: bool = False, dry_run: bool = False
) -> BuildReport:
    """Make the index in `directory` equal to `folders`.

    `encoder` None keeps the index's own encoder (the embedded one for a new index). Raises UsageError
    for a folder that does not exist, IndexShrinking, IndexBusy, IndexMismatch, ModelUnavailable.
    """
    found = scan(folders)
    # Before a folder is made for a new index: a wrong name must leave nothing behind.
    engine = None if dry_run or (directory / store.DATABASE).exists() else load_encoder(encoder or EMBEDDED)
    with Writer(directory) as writer:
        before = _before(writer.connection)
        wanted, fates = _read_all(found, before)
        wanted = _with_ids(wanted, before)
        texts = _texts(wanted, before)
        change = _change(texts, wanted, before)
        if change.shrinks and not prune:
            raise IndexShrinking(
                f"this build would remove {len(change.removed)} of {len(change.old)} statements; nothing was changed. "
                "If that is meant, add --prune"
            )
        if dry_run:
            return _report(before.version, fates, change, 0, dry_run=True)
        name = encoder or (before.version.encoder if before.version else EMBEDDED)
        engine = engine or load_encoder(name)
        embedded = _fill_caches(writer, engine, texts.values())
        version = before.version
        if version is None or not _same(version, engine, wanted, before):
            version = _commit(writer, name, engine, wanted, before)
            derived.discard_others(directory, {version.id} | ({before.version.id} if before.version else set()))
        return _report(version, fates, change, embedded)


def _before(connection: sqlite3.Connection) -> _Before:
    version = store.latest_version(connection)
    if version is None:
        return _Before(None, (), (), {})
    return _Before(
        version,
        tuple(store.read_sources(connection, version.id)),
        tuple(store.read_meetings(connection, version.id)),
        store.read_texts(connection, version.id),
    )


def _read_all(found: Sequence[Found], before: _Before) -> tuple[list[_Wanted], list[FileFate]]:
    """Read every file, parse what is new; a bad file is named, keeps what was read of it before, stops nothing."""
    known = {source.path: source for source in before.sources}
    wanted: list[_Wanted] = []
    fates: list[FileFate] = []
    for item in tqdm(found, desc="reading", unit="file", mininterval=1, disable=len(found) < 10):
        for want, fate in _read_one(item, known, before):
            fates.append(fate)
            if want is not None:
                wanted.append(want)
            else:
                kept = [old for path, old in known.items() if path == fate.path or path.startswith(f"{fate.path}/")]
                wanted.extend(_Wanted(old.path, item.root, old.sha256, old.parser) for old in kept)
    present = {want.path for want in wanted} | {fate.path for fate in fates}
    fates.extend(FileFate(source.path, "removed") for source in before.sources if source.path not in present)
    return wanted, fates


def _read_one(item: Found, known: Mapping[str, Source], before: _Before) -> Iterator[tuple[_Wanted | None, FileFate]]:
    """What becomes of a file, or of each file in a ZIP; None for one that cannot be read."""
    try:
        if any("\ud800" <= character <= "\udfff" for character in item.path + item.root):
            raise SourceError(f"{item.path}: the name is not in UTF-8; rename the file or its folder")
        if item.refused:
            raise SourceError(f"{item.path}: {item.refused}")
        found = read_all(item.file, item.path, Path(item.root))
        stated = load_sidecar(item.file, item.path)
        roster = roster_for(item.file.parent, Path(item.root))
    except SourceError as error:
        yield None, FileFate(item.path, "skipped", note=str(error))
        return
    for one in found:
        if isinstance(one, Refused):
            yield None, FileFate(one.path, "skipped", note=one.reason)
        else:
            # What a sidecar beside a ZIP of several files says cannot be true of each.
            yield _understood(one, item.root, stated if len(found) == 1 else None, roster, known, before)


def _understood(
    document: Document,
    root: str,
    stated: Metadata | None,
    roster: Roster,
    known: Mapping[str, Source],
    before: _Before,
) -> tuple[_Wanted, FileFate]:
    parser = _parser_fingerprint(document.path, stated, roster)
    old = known.get(document.path)
    want = _Wanted(document.path, root, document.sha256, parser)
    row, known_parser = before.parsers.get(document.sha256, (None, None))
    if known_parser == parser:
        same = old is not None and old.sha256 == document.sha256
        return want, FileFate(document.path, "unchanged" if same else "renamed", len(before.texts.get(row or 0, {})))
    parsed = parse(document, stated, roster)
    fate = FileFate(
        document.path,
        "changed" if old else "renamed" if row else "added",
        sum(len(meeting.statements) for meeting in parsed.meetings),
        "; ".join(parsed.warnings) or None,
    )
    return replace(want, document=document, meetings=parsed.meetings), fate


def _parser_fingerprint(path: str, stated: Metadata | None, roster: Roster) -> str:
    """Names what decides how a file is understood: the parser, the roster, its sidecar and what its name says."""
    beside = hashlib.sha256(repr((stated, said_by_name(path))).encode()).hexdigest()[:16]
    return f"parser={PARSER_VERSION} roster={roster.digest[:16]} stated={beside}"


@dataclass(frozen=True, slots=True)
class _Change:
    """Texts by statement id, after and before."""

    new: Mapping[str, str]
    old: Mapping[str, str]
    reread: set[str]
    """Ids of documents that stay and are only understood anew: a better parser is no loss."""

    @property
    def removed(self) -> set[str]:
        return set(self.old) - set(self.new)

    @property
    def shrinks(self) -> bool:
        return len(self.removed - self.reread) > SHRINK_LIMIT * len(self.old)


def _change(texts: Mapping[str, str], wanted: Sequence[_Wanted], before: _Before) -> _Change:
    staying = {before.parsers[want.sha256][0] for want in wanted if want.sha256 in before.parsers}
    return _Change(
        new=texts,
        old={id_: text for of in before.texts.values() for id_, text in of.items()},
        reread={id_ for row in staying for id_ in before.texts.get(row, {})},
    )


def _owners(wanted: Sequence[_Wanted]) -> dict[str, _Wanted]:
    """The file that stands for each document: of several identical ones the first by path."""
    return {want.sha256: want for want in sorted(wanted, key=lambda want: want.path, reverse=True)}


def _with_ids(wanted: Sequence[_Wanted], before: _Before) -> list[_Wanted]:
    """Meetings keep the ids that they had: through renames, corrections of the file and new parsers."""
    owners = _owners(wanted)
    known = {source.path: source for source in before.sources}
    used = {row.meeting.id for row in before.meetings if row.sha256 in owners and owners[row.sha256].meetings is None}
    identified_: list[_Wanted] = []
    for want in wanted:
        if want.meetings is None or owners[want.sha256] is not want:
            identified_.append(want)
            continue
        old_sha256 = want.sha256
        if want.sha256 not in before.parsers and want.path in known and known[want.path].sha256 not in owners:
            old_sha256 = known[want.path].sha256
        old_ids = {row.place: row.meeting.id for row in before.meetings if row.sha256 == old_sha256}
        meetings = []
        for place, meeting in enumerate(want.meetings):
            id_ = old_ids.get(place, meeting.id)
            while id_ in used:
                id_ = identity(id_, "another")
            used.add(id_)
            meetings.append(identified(meeting, id_))
        identified_.append(replace(want, meetings=tuple(meetings)))
    return identified_


def _texts(wanted: Sequence[_Wanted], before: _Before) -> dict[str, str]:
    """Every text of the version to be, by statement id."""
    texts: dict[str, str] = {}
    for sha256, owner in _owners(wanted).items():
        if owner.meetings is None:
            texts.update(before.texts.get(before.parsers[sha256][0], {}))
        else:
            texts.update(
                (statement.id, statement.text) for meeting in owner.meetings for statement in meeting.statements
            )
    return texts


def _fill_caches(writer: Writer, engine: Encoder, texts: Iterable[str]) -> int:
    """Embed and tokenise what the caches lack, in committed batches; returns the number of texts embedded."""
    by_key = {text_key(text): text for text in texts}
    tokeniser = tokeniser_fingerprint()
    missing = sorted(writer.missing("tokens", tokeniser, by_key))
    for keys in _batches(missing, "tokenising"):
        values = {key: json.dumps(tokens(by_key[key]), ensure_ascii=False).encode() for key in keys}
        writer.cache("tokens", tokeniser, values)
    missing = sorted(writer.missing("vectors", engine.fingerprint, by_key))
    for keys in _batches(missing, "embedding"):
        vectors = engine.encode_documents([by_key[key] for key in keys]).astype("float16")
        writer.cache(
            "vectors", engine.fingerprint, {key: row.tobytes() for key, row in zip(keys, vectors, strict=True)}
        )
    return len(missing)


def _batches(keys: Sequence[str], what: str) -> Iterable[Sequence[str]]:
    with tqdm(total=len(keys), desc=what, unit="statement", mininterval=1, disable=len(keys) < EMBED_BATCH) as bar:
        for start in range(0, len(keys), EMBED_BATCH):
            batch = keys[start : start + EMBED_BATCH]
            yield batch
            bar.update(len(batch))


def _same(version: Version, engine: Encoder, wanted: Sequence[_Wanted], before: _Before) -> bool:
    """Whether a new version would show nothing new."""
    files = {(want.path, want.root, want.sha256, want.parser) for want in wanted}
    return (
        files == {(source.path, source.root, source.sha256, source.parser) for source in before.sources}
        and version.fingerprint == engine.fingerprint
        and version.tokeniser == tokeniser_fingerprint()
    )


def _commit(writer: Writer, name: str, engine: Encoder, wanted: Sequence[_Wanted], before: _Before) -> Version:
    """Write everything that differs, publish the derived files, and only then let readers see the version."""
    number = before.version.id + 1 if before.version else 1
    with writer.transaction() as connection:
        rows = _write_documents(connection, number, wanted, before)
        _write_sources(connection, number, wanted, before, rows)
        texts = [text for (text,) in connection.execute(store.ordered("s.text"), {"v": number})]
        version = Version(
            id=number,
            created=store.now(),
            encoder=str(Path(name).resolve()) if Path(name).is_dir() else name,
            fingerprint=engine.fingerprint,
            dimension=engine.dimension,
            tokeniser=tokeniser_fingerprint(),
            statements=len(texts),
            content=store.content_digest(connection, number),
        )
        store.insert(connection, "versions", **asdict(version))
        engines = derived.derive(connection, version, texts)
        derived.record(connection, number, derived.publish(writer.directory, number, engines))
    return version


def _write_documents(
    connection: sqlite3.Connection, number: int, wanted: Sequence[_Wanted], before: _Before
) -> dict[str, int]:
    """Documents, meetings and statements that came, went or were understood anew; returns rows by SHA-256."""
    owners = _owners(wanted)
    rows = {sha256: row for sha256, (row, _) in before.parsers.items()}
    for sha256, row in rows.items():
        if sha256 not in owners or owners[sha256].meetings is not None:
            store.remove_document(connection, row, number)
    for sha256, owner in sorted(owners.items()):
        if owner.document is not None and owner.meetings is not None:
            rows[sha256] = store.insert_document(connection, owner.document)
            for place, meeting in enumerate(owner.meetings):
                store.insert_meeting(connection, meeting, rows[sha256], place, number)
    return rows


def _write_sources(
    connection: sqlite3.Connection, number: int, wanted: Sequence[_Wanted], before: _Before, rows: Mapping[str, int]
) -> None:
    new = {(want.path, want.root, rows[want.sha256], want.parser) for want in wanted}
    old = {(source.path, source.root, source.document, source.parser) for source in before.sources}
    for path, *_ in sorted(old - new):
        connection.execute("UPDATE sources SET removed = ? WHERE path = ? AND removed IS NULL", (number, path))
    for path, root, document, parser in sorted(new - old):
        store.insert(connection, "sources", path=path, root=root, document=document, parser=parser, added=number)


def _report(
    version: Version | None, fates: Sequence[FileFate], change: _Change, embedded: int, dry_run: bool = False
) -> BuildReport:
    return BuildReport(
        version=version.id if version else None,
        files=tuple(sorted(fates, key=lambda fate: fate.path)),
        statements=len(change.new),
        added=len(set(change.new) - set(change.old)),
        removed=len(change.removed),
        embedded=embedded,
        dry_run=dry_run,
    )
