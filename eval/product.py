"""The product as it is evaluated: indexes of given minutes, on a fixed day."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from index.build import build
from index.search import Index

TODAY = date(2024, 1, 1)
"""The day on which questions are asked, fixed so that 昨年 means the same in every run."""

ASKED_FOR = frozenset({"speaker", "follow-up", "date", "meeting"})
"""The kinds of question in which somebody is asked for, in the question itself or in one before it."""


@contextmanager
def indexed(folders: Sequence[Path], encoder: str | None = None, reranker: str | None = None) -> Iterator[Index]:
    """An index of `folders` in a temporary place, by the embedded encoder unless another is named.

    Raises ModelUnavailable.
    """
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place) / "index"
        build(folders, directory, encoder)
        yield Index.open(directory, reranker)
