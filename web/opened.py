"""The source that stands open: which statement, how much around it, and how its pages are looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.reading.limits import MAX_PAGES
from qa.citing import Cited
from qa.tracing import Resolved

AROUND = 4
"""Statements shown before and after the cited one when its source is opened."""
MORE = 10
"""Statements that one click on earlier or later adds."""
ZOOMS = (1.0, 1.5, 2.0, 3.0)
"""Widths of a page image, in widths of the panel."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A citation that is open, with how many statements around it.

    `cited` is None where a link leads to nothing that can be shown. `asked` is the id of the link that opened it, and
    `found` what that id stands for; both are empty where a card was opened. `page` is the page whose image is looked
    at, 0 for the one on which the passage begins; `zoom` is a place in ZOOMS; `as_text` prefers text to page images.
    `damaged` tells that the index could not say what the id stands for.
    """

    cited: Cited | None
    before: int = AROUND
    after: int = AROUND
    asked: str = ""
    found: Resolved | None = None
    page: int = 0
    zoom: int = 0
    as_text: bool = False
    damaged: bool = False

    @property
    def id(self) -> str:
        """What a permanent link names."""
        return self.asked or (self.cited.statement.id if self.cited else "")

    def widened(self, before: bool, after: bool) -> Opened:
        """With more statements around it."""
        return replace(self, before=self.before + before * MORE, after=self.after + after * MORE)

    def viewed(self, wish: str) -> Opened:
        """As `text`, at `page:3`, or at `zoom:1`; any other wish, which a browser may send, changes nothing."""
        kind, _, number = wish.partition(":")
        if kind == "text":
            return replace(self, as_text=True)
        if not (number.isdecimal() and len(number) <= len(str(MAX_PAGES))):
            return self
        if kind == "page":
            return replace(self, as_text=False, page=int(number))
        return replace(self, zoom=int(number)) if kind == "zoom" and int(number) < len(ZOOMS) else self
