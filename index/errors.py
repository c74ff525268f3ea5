"""Everything that this program can refuse, in one tree.

MinutesError
├── UsageError          the call itself is wrong: a folder that does not exist, an option without sense
├── SourceError         a file cannot be read as minutes
├── IndexMissing        there is no index where one was expected
├── IndexDamaged        the database is not what was written
├── IndexBusy           another process is writing
├── IndexReadOnly       the index folder cannot be written: rights, a full disk
├── IndexMismatch       the index was made with another format, encoder or tokeniser
├── IndexShrinking      a build would remove more than half of the statements
├── QuestionRejected    the question is empty, too long or holds what no question holds
└── ModelUnavailable    an encoder cannot be loaded

A message says what failed, with which value, and what to do next; it never holds an absolute path.
Each class knows the exit code of the command that stops on it.
"""

from __future__ import annotations

import unicodedata


def one_line(message: str) -> str:
    """A message as it may be printed: characters of a file name that control a terminal, or are none, are escaped."""
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else character
        for character in message
    )


class MinutesError(Exception):
    """Base of all foreseeable failures; `exit_code` is what a command returns when it stops on it."""

    exit_code = 1


class UsageError(MinutesError):
    """The call itself is wrong."""

    exit_code = 2


class SourceError(MinutesError):
    """A file cannot be read as minutes: which, why, what to do."""

    exit_code = 1


class IndexMissing(MinutesError):
    """There is no index where one was expected."""

    exit_code = 3


class IndexDamaged(MinutesError):
    """The database is not what was written."""

    exit_code = 3


class IndexBusy(MinutesError):
    """Another process is writing the index."""

    exit_code = 3


class IndexReadOnly(MinutesError):
    """The index folder cannot be written: its rights, a full disk, a quota."""

    exit_code = 3


class IndexMismatch(MinutesError):
    """The index was made with another format, encoder or tokeniser."""

    exit_code = 3


class IndexShrinking(MinutesError):
    """A build would remove more than half of the statements; `--prune` allows it."""

    exit_code = 2


class QuestionRejected(MinutesError):
    """The question is empty, too long or holds characters that no question holds."""

    exit_code = 1


class ModelUnavailable(MinutesError):
    """An encoder cannot be loaded: which, why, what to do."""

    exit_code = 3
