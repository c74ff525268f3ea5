"""What filters need to know of every statement, as arrays: derived from minutes.db, so that opening reads no rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from index.minutes import Kind
from index.store import Columns

KINDS: tuple[str, ...] = get_args(Kind)
# One record a statement, in statement order: its row and that of its meeting in minutes.db, the place of its kind in
# KINDS, the place of the first statement of the same speaker and that of the question that it answers, -1 for none.
RECORD = np.dtype([("row", "<i8"), ("meeting", "<i8"), ("kind", "u1"), ("speaker", "<i4"), ("question", "<i4")])

Catalogue = npt.NDArray[Any]
"""An array of RECORD: shape (statements,)."""


def catalogue(columns: Columns) -> Catalogue:
    """The records of these statements; a kind that is none of KINDS is counted past their end."""
    found = np.empty(len(columns.rows), dtype=RECORD)
    kinds = {kind: place for place, kind in enumerate(KINDS)}
    found["row"] = columns.rows
    found["meeting"] = columns.meetings
    found["kind"] = [kinds.get(kind, len(KINDS)) for kind in columns.kinds]
    found["speaker"] = _first_of_each(columns.speakers)
    places = {id_: place for place, id_ in enumerate(columns.ids)}
    found["question"] = [places.get(reply, -1) if reply else -1 for reply in columns.replies]
    return found


def _first_of_each(values: Sequence[str | None]) -> list[int]:
    """For each value the place where it stands first, -1 for none."""
    first: dict[str, int] = {}
    return [first.setdefault(value, place) if value else -1 for place, value in enumerate(values)]


def numbered(places: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The places that occur, sorted and without -1, and for each of `places` which of them it is, -1 for none."""
    known = np.unique(places[places >= 0])
    return known, np.where(places >= 0, np.searchsorted(known, places), -1).astype(np.int32)
