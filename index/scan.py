"""Which files lie under the folders that a build was given, and which of them it shall read.

A pattern is written as in a .gitignore and matches a file's path below the given folder: `案.txt` at any depth,
`/案.txt` only at the top, `下書き/` folders alone, `2023/*.pdf`, `**/別添/**`. It makes no difference how a file system
composes letters. A file .minutesignore holds such patterns for its folder.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from wcmatch import glob

from index.errors import SourceError, UsageError
from index.reading.files import content_of, is_minutes_name
from index.roster import ROSTER_NAME
from index.sidecar import SIDECAR_SUFFIX

IGNORE_NAME = ".minutesignore"
MAX_GLOBSTARS = 3
"""How often `**` may stand in a pattern: each one multiplies the time that matching can take."""

_FLAGS = glob.GLOBSTAR | glob.DOTGLOB | glob.CASE | glob.FORCEUNIX


@dataclass(frozen=True, slots=True)
class Patterns:
    """A build reads the files that match one of `include` (where it is empty: all) and none of `exclude`.

    Raises UsageError for a pattern that is empty, a comment, begins with `!` or holds `**` too often.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for pattern in (*self.include, *self.exclude):
            rule = _rule(pattern)
            if rule is None or rule.takes_back:
                raise UsageError(
                    f"the pattern {pattern!r} names no file; write # and ! at its beginning as \\# and \\!"
                )


EVERYTHING = Patterns()


@dataclass(frozen=True, slots=True)
class Found:
    """A file on disk. `path` begins with the folder's own name; `root` is the folder's place on this machine.

    `refused` says why something that bears the name of a file is not to be opened. `excluded` are those that a
    pattern or a .minutesignore leaves out.
    """

    path: str
    root: str
    file: Path
    refused: str | None = None
    excluded: bool = False


Stamp = frozenset[tuple[str, int, int, int]]
"""Path, size, times of the last change of content and of rights (ns) of every file that a build would look at."""


def scan(folders: Sequence[Path], patterns: Patterns = EVERYTHING) -> list[Found]:
    """Every file under the folders (or the single files given), sorted; links, pipes and devices are refused.

    What is clearly no minutes (hidden files, sidecars, rosters, files of the system) is left out, and so is what lies
    under an excluded folder. A file that was given itself is never excluded. Raises UsageError for a folder or
    .minutesignore that does not exist, cannot be read or goes meanwhile, since it must not remove anything.
    """
    found: dict[str, Found] = {}
    for folder in folders:
        for path, root, entry in _below(folder, patterns):
            if not entry.is_minutes:
                continue
            known = found.get(path)
            if known and known.file != entry.file:
                raise UsageError(f"two folders named {root.name!r} both hold {path!r}; rename one of them")
            if known is None or known.excluded:
                refused = None if entry.excluded else _refusal(entry.file)
                found[path] = Found(path, str(root), entry.file, refused, entry.excluded)
    return [found[path] for path in sorted(found)]


def stamp(folders: Sequence[Path], patterns: Patterns = EVERYTHING) -> Stamp:
    """What tells whether a build would see anything new: sidecars, rosters and .minutesignore count as well.

    Raises UsageError as `scan` does.
    """
    seen = set()
    for folder in folders:
        for path, _, entry in _below(folder, patterns):
            if not entry.excluded:
                try:
                    status = entry.file.lstat()
                except OSError:
                    continue  # it has just gone: the next stamp differs
                seen.add((path, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    return frozenset(seen)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file, link, pipe or device; `is_minutes` is False for what lies beside minutes."""

    file: Path
    is_minutes: bool = True
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    """One pattern; one that `takes_back` began with `!`."""

    matcher: glob.WcMatcher[str]
    takes_back: bool


@dataclass(frozen=True, slots=True)
class _Rules:
    """Patterns that count under `base`: "" or a path that ends with a slash."""

    base: str
    rules: tuple[_Rule, ...]

    def match(self, path: str) -> bool | None:
        """Whether `path` is meant: the last pattern that matches decides; None where none does."""
        inner = path.removeprefix(self.base)
        return next((not rule.takes_back for rule in reversed(self.rules) if rule.matcher.match(inner)), None)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to look through. `path` is below the given folder, composed (NFC): "" or ending with a slash."""

    place: Path
    path: str
    included: bool
    excluding: tuple[_Rules, ...]
    """The first that matches decides: the call's own, then .minutesignore, the nearest first."""

    def excludes(self, path: str) -> bool:
        """Whether something in this folder is left out."""
        said = (rules.match(path) for rules in self.excluding)
        return next((meant for meant in said if meant is not None), False)

    def ignoring(self, rules: tuple[_Rule, ...]) -> _Folder:
        """This folder with the patterns of its .minutesignore."""
        called, *outer = self.excluding
        return replace(self, excluding=(called, _Rules(self.path, rules), *outer))


def _below(folder: Path, patterns: Patterns) -> Iterator[tuple[str, Path, _Entry]]:
    """Each entry below a given folder, or the file given itself: its path, the folder that this begins with, and it."""
    before = _status(folder)
    root = folder.resolve()
    if not stat.S_ISDIR(before.st_mode):
        yield f"{root.parent.name}/{root.name}", root.parent, _Entry(root)
        return
    for entry in _walk(root, patterns):
        yield _path(entry.file, root), root, entry
    # A share can be unmounted meanwhile, and leaves an empty folder in its place.
    if not os.path.samestat(_status(root), before):
        raise UsageError(f"the folder {root.name!r} was replaced while it was read; nothing was changed")


def _status(folder: Path) -> os.stat_result:
    try:
        return folder.stat()
    except FileNotFoundError as error:
        raise UsageError(f"the folder {folder.name!r} does not exist; nothing was changed") from error
    except OSError as error:
        raise UsageError(
            f"the folder {folder.name!r} cannot be read ({error.strerror}); nothing was changed"
        ) from error


def _walk(root: Path, patterns: Patterns) -> Iterator[_Entry]:
    include = _Rules("", _rules(patterns.include))
    waiting = [_Folder(root, "", not patterns.include, (_Rules("", _rules(patterns.exclude)),))]
    while waiting:
        folder = waiting.pop()
        names = _names(folder.place, root)
        if IGNORE_NAME in names:
            folder = folder.ignoring(_ignored(folder.place / IGNORE_NAME, root))
        for name, is_folder in names.items():
            path = folder.path + _composed(name) + "/" * is_folder
            excluded = folder.excludes(path)
            included = folder.included or include.match(path) is True
            if not is_folder:
                is_minutes = is_minutes_name(name)
                yield _Entry(folder.place / name, is_minutes, is_minutes and (excluded or not included))
            elif not excluded:
                waiting.append(_Folder(folder.place / name, path, included, folder.excluding))


def _names(folder: Path, root: Path) -> dict[str, bool]:
    """The names in a folder that mean something here, and whether each is a folder; a link is none."""
    try:
        with os.scandir(folder) as entries:
            found = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    except OSError as error:
        raise UsageError(
            f"the folder {_path(folder, root)!r} cannot be read ({error.strerror}); nothing was changed"
        ) from error
    return {
        name: is_folder for name, is_folder in found.items() if is_minutes_name(name) or _is_beside(name, is_folder)
    }


def _is_beside(name: str, is_folder: bool) -> bool:
    return name == IGNORE_NAME or (not is_folder and (name == ROSTER_NAME or name.endswith(SIDECAR_SUFFIX)))


def _ignored(file: Path, root: Path) -> tuple[_Rule, ...]:
    """The patterns in a .minutesignore. Raises UsageError where they cannot be known: guessing would remove files."""
    name = _path(file, root)
    try:
        status = file.lstat()
        is_empty = stat.S_ISREG(status.st_mode) and status.st_size == 0
        text = "" if is_empty else content_of(file, name, root).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: this is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{name}: cannot be opened ({error.strerror}); check its permissions") from error
    except SourceError as error:
        raise UsageError(str(error)) from error
    try:
        return _rules(text.split("\n"))
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from error


def _rules(lines: Iterable[str]) -> tuple[_Rule, ...]:
    return tuple(rule for line in lines if (rule := _rule(line)) is not None)


@lru_cache(maxsize=1000)
def _rule(line: str) -> _Rule | None:
    """A line of a .gitignore; None for one that is empty or a comment."""
    text = re.sub(r"(?<!\\)[ \t\r]+$", "", _composed(line))
    takes_back = text.startswith("!")
    pattern = text[takes_back:]
    if not pattern.strip("/") or text.startswith("#"):
        return None
    if pattern.count("**") > MAX_GLOBSTARS:
        raise UsageError(f"the pattern {line!r} holds ** more than {MAX_GLOBSTARS} times (MAX_GLOBSTARS); use fewer")
    if "/" not in pattern.rstrip("/"):
        pattern = f"**/{pattern}"
    # A folder's ** is what lies in it, not the folder itself: `!` can still take a part of it back.
    pattern = re.sub(r"/\*\*(/?)$", r"/**/*\1", pattern)
    return _Rule(glob.compile(pattern.removeprefix("/"), flags=_FLAGS), takes_back)


def _composed(name: str) -> str:
    """A name in one form: macOS decomposes が into か and its mark, other systems do not."""
    return unicodedata.normalize("NFC", name)


def _path(file: Path, root: Path) -> str:
    return "/".join([root.name, *file.relative_to(root).parts])


def _refusal(file: Path) -> str | None:
    try:
        mode = file.lstat().st_mode
    except OSError:
        return None  # it has gone since, or cannot be looked at: opening it says why
    if stat.S_ISLNK(mode):
        return "this is a link, and links are not followed; put the file or folder itself there"
    return None if stat.S_ISREG(mode) else "this is a pipe, socket or device, not a file; remove it from the folder"
