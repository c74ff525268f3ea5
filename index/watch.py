"""The index follows its folders: it is built at the start, and again whenever they have changed and settled."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event

import watchfiles

from index.build import BuildReport, build
from index.build.files import FileFate
from index.errors import IndexShrinking, MinutesError, UsageError, one_line
from index.scan import EVERYTHING, Patterns, Stamp, stamp

SETTLE = 2.0
"""Seconds in which nothing may change before a build: a file that is still being copied is not read half."""
EVERY = 60.0
"""Seconds after which the folders are looked at though nothing was reported: network shares report nothing."""
PATIENCE = 60.0
"""Seconds after which a file that goes on changing is named, since no build comes before it has settled."""
RETRY = 3600.0
"""Seconds after which files that were skipped are tried again: a share may have failed only for a moment."""

_STEP_MS = 200


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched and where its index lies; `settle` and `every` are seconds.

    Raises UsageError for an index that lies in a watched folder: each build would start the next.
    """

    folders: tuple[Path, ...]
    directory: Path
    encoder: str | None = None
    patterns: Patterns = EVERYTHING
    prune: bool = False
    settle: float = SETTLE
    every: float = EVERY

    def __post_init__(self) -> None:
        for folder in self.folders:
            if self.directory.resolve().is_relative_to(folder.resolve()):
                raise UsageError(
                    f"the index {self.directory.name!r} lies in the watched folder {folder.name!r}, so that each build "
                    "would start the next; give an --index elsewhere"
                )


def watch(watched: Watched) -> None:
    """Keep the index equal to the folders until SIGTERM, and say on standard error, one line each, what changes.

    Nothing that may pass stops it: a folder that is away, another writer, a full disk. Raises KeyboardInterrupt on
    SIGINT. A build under way is interrupted by either; it loses nothing.
    """
    names = ", ".join(folder.name or folder.resolve().name for folder in watched.folders)
    with _stopping_on_sigterm() as asked:
        _log(f"watching {names}: building whenever something has changed, looking every {watched.every:g} s")
        follower = Follower(watched)
        # An interrupt can be lost in a library that catches it; what was asked is not.
        while not asked.is_set():
            follower.look()
            follower.wait()
    _log("stopped")


class _Stopped(KeyboardInterrupt):
    """Not KeyboardInterrupt itself: Python ends by SIGINT, though it was caught, where that one passed an exec()."""


@contextmanager
def _stopping_on_sigterm() -> Iterator[Event]:
    """SIGTERM sets the event and interrupts what stands inside, as SIGINT does; it is the regular end."""
    asked = Event()

    def stop(*_: object) -> None:
        asked.set()
        raise _Stopped

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield asked
    except KeyboardInterrupt:
        if not asked.is_set():
            raise
    finally:
        signal.signal(signal.SIGTERM, before)


class Follower:
    """What is known between two looks."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._reports = Reports(watched.folders)
        self._devices: dict[Path, int] = {}
        self._is_first = True
        self._built: Stamp | None = None
        """Of the last build; None while there is none or it failed, so that the next look tries again."""
        self._retry_at = float("inf")
        self._left_out: dict[str, str] = {}
        """The line on each file that the last build did not read."""
        self._version: int | None = None
        self._failure: str | None = None

    def look(self) -> None:
        """Build if anything has changed since the last build, or that failed; say what came of it."""
        try:
            self._reports.renew()
            self._check_mounts()
            settled = self._settled()
            if settled == self._built and time.monotonic() < self._retry_at:
                return
            report = build(
                self._watched.folders,
                self._watched.directory,
                self._watched.encoder,
                patterns=self._watched.patterns,
                prune=self._watched.prune,
                progress=False,
            )
        except (MinutesError, OSError) as error:
            self._built = None
            self._tell_failure(error)
        else:
            self._built = settled
            self._retry_at = time.monotonic() + RETRY if report.skipped else float("inf")
            self._tell(report)

    def wait(self) -> None:
        """Until the file system reports a change, or it is time to look all the same."""
        self._reports.wait(self._watched.every)

    def _check_mounts(self) -> None:
        """A share that was unmounted may leave an empty folder, which must not remove what the share holds."""
        for folder in self._watched.folders:
            if not folder.is_dir():
                continue
            device = folder.stat().st_dev
            if any(folder.iterdir()):
                self._devices[folder] = device
            elif self._devices.get(folder, device) != device:
                raise UsageError(
                    f"the folder {folder.name!r} is empty, and what was mounted there is away; nothing was changed"
                )

    def _settled(self) -> Stamp:
        """The stamp of the folders once nothing has changed for `settle` seconds; at once where it is the known one."""
        started, settle = time.monotonic(), self._watched.settle
        now = stamp(self._watched.folders, self._watched.patterns)
        # At the start nobody has to wait for files that were left alone for long.
        if now == self._built or (self._is_first and _is_old(now, settle)):
            self._is_first = False
            return now
        self._is_first = False
        is_told = False
        while True:
            time.sleep(settle)
            before, now = now, stamp(self._watched.folders, self._watched.patterns)
            if now == before:
                return now
            if not is_told and time.monotonic() - started > PATIENCE:
                is_told = True
                _log(f"waiting for {min(now ^ before)[0]}, which goes on changing")

    def _tell_failure(self, error: MinutesError | OSError) -> None:
        # What the system says by number: its own words may hold places on this machine.
        message = str(error) if isinstance(error, MinutesError) else f"the build failed ({_reason(error)})"
        if isinstance(error, IndexShrinking):
            message += " to one call of python -m index build with these folders"
        if message != self._failure:
            self._failure = message
            _log(f"{message}; trying again every {self._watched.every:g} s")

    def _tell(self, report: BuildReport) -> None:
        left_out = {file.path: _line(file) for file in report.files if file.fate in ("skipped", "excluded")}
        for file in report.files:
            if file.path in left_out:
                is_new = left_out[file.path] != self._left_out.get(file.path)
            else:
                is_new = file.fate != "unchanged" or file.path in self._left_out
            if is_new:
                _log(_line(file))
        if self._failure or report.version != self._version:
            _log(f"version {report.version} holds {report.statements} statements")
        self._left_out, self._version, self._failure = left_out, report.version, None


class Reports:
    """What the file system reports of changes under the folders."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._heard: Iterator[object] = iter(())
        self._identities: dict[Path, tuple[int, int]] = {}
        self._is_deaf = False

    def renew(self) -> None:
        """Listen to the folders that are there now: one that went and came back is another one."""
        there = {folder: folder.stat() for folder in self._folders if folder.exists()}
        identities = {folder: (status.st_dev, status.st_ino) for folder, status in there.items()}
        if identities != self._identities:
            self._identities = identities
            self._heard = self._listened(*identities) if identities else iter(())
            # It listens from its first step on: what changes during a build is not missed.
            next(self._heard, None)

    def wait(self, seconds: float) -> None:
        """Until a change was reported, at most `seconds`."""
        end = time.monotonic() + seconds
        for changes in self._heard:
            if changes or time.monotonic() >= end:
                return
        time.sleep(max(0.0, end - time.monotonic()))

    def _listened(self, *folders: Path) -> Iterator[object]:
        """Each set of changes, an empty one where there are none for a moment; ends where listening is impossible."""
        try:
            yield from watchfiles.watch(
                *folders,
                watch_filter=None,
                step=_STEP_MS,
                rust_timeout=_STEP_MS,
                yield_on_timeout=True,
                force_polling=False,
                ignore_permission_denied=True,
            )
        except (OSError, RuntimeError):
            if not self._is_deaf:
                self._is_deaf = True
                _log("changes are not reported here (raise fs.inotify.max_user_watches?); looking at times is enough")


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else type(error).__name__


def _is_old(seen: Stamp, seconds: float) -> bool:
    limit = time.time_ns() - int(seconds * 1e9)
    return all(max(changed, moved) < limit for _, _, changed, moved in seen)


def _line(file: FileFate) -> str:
    """What became of a file, in one line; why one was skipped names it already."""
    match file.fate:
        case "skipped":
            return f"skipped {file.note}"
        case "removed" | "excluded":
            return f"{file.fate} {file.path}"
        case _:
            return f"{file.fate} {file.path} ({file.statements} statements)" + (f": {file.note}" if file.note else "")


def _log(message: str) -> None:
    sys.stderr.write(f"{datetime.now().astimezone().isoformat(timespec='seconds')} {one_line(message)}\n")
    sys.stderr.flush()
