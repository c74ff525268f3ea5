"""Adding minutes to a folder: what an offered file says, then the file with its corrections set down beside the others.

A file waits outside the folder until it is confirmed. It is set down under a temporary name that no build reads,
flushed, and only then given its own name, never one that is taken: whatever is interrupted leaves no half file.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import tempfile
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

from index.build import BuildReport, build
from index.errors import SourceError, UsageError
from index.layouts import parse
from index.minutes import Meeting, Metadata, Parsed
from index.reading import Refused, digest_of_file, read_all
from index.reading.files import content_of, is_minutes_name
from index.reading.limits import MAX_BYTES
from index.roster import roster_for
from index.search import Snapshot
from index.sidecar import SIDECAR_SUFFIX, load_sidecar, sidecar_text

__all__ = ["FORGET_AFTER", "MAX_BYTES", "Desk", "Offered", "safe_name", "set_down", "understood"]

MAX_HELD = 1024 * 1024 * 1024
"""Bytes that may wait for confirmation, those of all visitors together."""
FORGET_AFTER = 6 * 3600
"""Seconds after which files that nobody confirms are thrown away."""
NAME_BYTES = 180
"""Bytes of a file's name: most systems allow 255, and a number and the sidecar's ending are added."""

_PREFIX = ".adding-"  # hidden, so that no build takes it for minutes
_FORBIDDEN = '<>:"|?*'


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that waits for confirmation, and what the parser understood of it: of each document in a ZIP.

    `digests` are the SHA-256 of the documents, `refused` the reasons why others in the ZIP cannot be read.
    """

    name: str
    file: Path
    sha256: str
    digests: tuple[str, ...]
    parsed: tuple[Parsed, ...]
    refused: tuple[str, ...] = ()

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        """All meetings, in the order of the file."""
        return tuple(meeting for one in self.parsed for meeting in one.meetings)

    @property
    def takes_corrections(self) -> bool:
        """Whether a sidecar counts for it: what it says cannot be true of several files in a ZIP."""
        return len(self.parsed) == 1 and not self.refused


class Desk:
    """Where offered files wait; the only one here that writes into the folder of minutes.

    Files go into the first of `folders` from `waiting`, which goes with the process; `directory` is the index that is
    built over all of the folders. Safe to use from
    several threads. Raises UsageError for a first folder that is none or cannot be written.
    """

    def __init__(self, folders: Sequence[Path], directory: Path) -> None:
        self._folders = tuple(folders)
        self.folder = folders[0].resolve()
        if not self.folder.is_dir():
            raise UsageError(f"--allow-upload: {folders[0].name!r} is no folder; name the one for new files first")
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise UsageError(f"--allow-upload: the folder {self.folder.name!r} cannot be written; fix its rights")
        self._directory = directory
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, ...], str] = {}
        self.waiting = Path(tempfile.mkdtemp(prefix="minutes-offered-"))
        atexit.register(shutil.rmtree, self.waiting, ignore_errors=True)
        for left in self.folder.glob(f"{_PREFIX}*"):  # by a process that was killed
            left.unlink(missing_ok=True)

    def take(self, file: Path, name: str) -> Offered:
        """Move a file that was sent in to those that wait, and read it. Raises SourceError; then nothing waits."""
        safe = safe_name(name)
        with self._lock:
            if self._held() > MAX_HELD:
                raise SourceError(f"{safe}: too many files wait for confirmation; try again later")
            handle, place = tempfile.mkstemp(dir=self.waiting)
            os.close(handle)
        waiting = Path(place)
        try:
            shutil.move(file, waiting)
            return understood(waiting, safe, self.folder)
        except OSError as error:
            waiting.unlink(missing_ok=True)
            raise SourceError(f"{safe}: the file did not arrive whole; send it again") from error
        except BaseException:
            waiting.unlink(missing_ok=True)
            raise

    def _held(self) -> int:
        """The bytes that wait, once those are gone that have waited too long: their visitors have left."""
        held = 0
        for file in self.waiting.iterdir():
            with contextlib.suppress(FileNotFoundError):
                status = file.stat()
                if status.st_mtime < time.time() - FORGET_AFTER:
                    file.unlink()
                else:
                    held += status.st_size
        return held

    def forget(self, offered: Offered) -> None:
        """Throw a waiting file away."""
        offered.file.unlink(missing_ok=True)

    def known(self, offered: Offered, snapshot: Snapshot) -> tuple[str, ...]:
        """Under which paths these very bytes are there already, indexed or just set down; empty for a new file."""
        paths = {row.sha256: row.paths for row in snapshot.meetings.values()}
        if all(sha256 in paths for sha256 in offered.digests):
            return tuple(dict.fromkeys(path for sha256 in offered.digests for path in paths[sha256]))
        name = self._kept.get(offered.digests)
        return (f"{self.folder.name}/{name}",) if name and (self.folder / name).exists() else ()

    def keep(self, offered: Offered, stated: Metadata, snapshot: Callable[[], Snapshot]) -> str | None:
        """Set the file down with what is stated of it; returns its name there, None where it is `known` by now.

        Raises SourceError.
        """
        with self._lock:  # of two visitors with the same file the second finds it known
            name = None if self.known(offered, snapshot()) else set_down(offered, stated, self.folder)
            if name:
                self._kept[offered.digests] = name
        self.forget(offered)
        return name

    def build(self) -> BuildReport:
        """Make the index equal to the folders. Raises what `index.build.build` raises."""
        with self._lock:
            return build(self._folders, self._directory, progress=False)


def understood(file: Path, name: str, folder: Path) -> Offered:
    """What the parser understands of the file as it would lie in the folder. Raises SourceError."""
    path = f"{folder.name}/{name}"
    try:
        found = read_all(file, path)
        roster = roster_for(folder, folder)
        documents = [one for one in found if not isinstance(one, Refused)]
        refused = tuple(one.reason.removeprefix(f"{folder.name}/") for one in found if isinstance(one, Refused))
        if not documents:
            raise SourceError(refused[0] if refused else f"{name}: nothing to index")
        sha256 = digest_of_file(file, path, file.parent)
    except SourceError as error:
        raise SourceError(str(error).removeprefix(f"{folder.name}/")) from error
    digests = tuple(document.sha256 for document in documents)
    return Offered(name, file, sha256, digests, tuple(parse(one, None, roster) for one in documents), refused)


def safe_name(name: str) -> str:
    """The name under which a file may lie in a folder of minutes, whatever its sender calls it."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(
        "_" if character in _FORBIDDEN else character for character in last if unicodedata.category(character)[0] != "C"
    )
    path = PurePosixPath(" ".join(shown.split()).lstrip(".~$ ").rstrip(". ") or "minutes")
    ending = path.suffix if len(path.suffix) <= 16 else ""
    stem = path.name.removesuffix(ending).encode()[: NAME_BYTES - len(ending.encode())].decode("utf-8", "ignore")
    safe = f"{stem}{ending}"
    return safe if is_minutes_name(safe) else f"minutes_{safe}"


def set_down(offered: Offered, stated: Metadata, folder: Path) -> str:
    """Write the file into the folder, with a sidecar where anything is stated; returns the name that it got.

    A name that is taken gets a number. Raises SourceError, and then nothing is left there.
    """
    content = content_of(offered.file, offered.name)
    if hashlib.sha256(content).hexdigest() != offered.sha256:
        raise SourceError(f"{offered.name}: the file has changed since it was read; send it again")
    words = sidecar_text(stated)
    try:
        with _written(folder, content) as file, _written(folder, words.encode()) as sidecar:
            if words:
                _check(sidecar, offered.name)
            name = next(name for name in _names(offered.name) if _named(folder, name, file, sidecar if words else None))
        _flush_folder(folder)
    except OSError as error:
        raise SourceError(f"{offered.name}: cannot be written ({error.strerror}); nothing was added") from error
    return name


def _check(sidecar: Path, name: str) -> None:
    """Raises SourceError where the sidecar would not be read back."""
    load_sidecar(sidecar.with_name(sidecar.name.removesuffix(SIDECAR_SUFFIX)), name)


@contextlib.contextmanager
def _written(folder: Path, content: bytes) -> Iterator[Path]:
    """A hidden file in the folder with this content, on the disk; it goes afterwards, its other names stay."""
    handle, place = tempfile.mkstemp(prefix=_PREFIX, suffix=SIDECAR_SUFFIX, dir=folder)
    path = Path(place)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o644)
            file.write(content)
            file.flush()
            os.fsync(handle)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _names(name: str) -> Iterator[str]:
    """The name, then the name with a number: after a low line, which leaves title and date in it readable."""
    yield name
    path = PurePosixPath(name)
    for number in count(2):
        yield f"{path.stem}_{number}{path.suffix}"


def _named(folder: Path, name: str, file: Path, sidecar: Path | None) -> bool:
    """Give the written files their names; False where one is taken, by a sidecar of somebody else's as well."""
    beside = folder / f"{name}{SIDECAR_SUFFIX}"
    taken = (folder / name, beside, folder / f"{PurePosixPath(name).stem}{SIDECAR_SUFFIX}")
    if any(os.path.lexists(path) for path in taken):
        return False
    try:
        if sidecar:  # first, so that no build sees the minutes without it
            os.link(sidecar, beside)
        try:
            os.link(file, folder / name)  # unlike a rename, never over another file
        except OSError:
            if sidecar:
                beside.unlink()
            raise
    except FileExistsError:
        return False
    return True


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
