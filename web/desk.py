"""Desk: what one visitor looks at in the tabs beside the chat. Every action gives a new Desk; nothing here draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from index.errors import MinutesError, QuestionRejected
from index.search import Filters, Index
from qa.answer import Asked
from qa.citing import Cited
from qa.library import News, news
from qa.views import TOPICS, By, Coverage, Match, Matches, Sort, all_matches, coverage, ordered
from web.texts import Language, explained, texts
from web.views_texts import views_texts

View = Literal["chat", "compare", "coverage", "timeline", "matches", "library"]
VIEWS: tuple[View, ...] = get_args(View)
ROWS = 50
"""Statements or meetings that a tab shows at first, and that one click adds."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in the table of coverage."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Desk:
    """The open tab with what each of them shows.

    Comparison, timeline and all matches are three looks at one topic: `asked` with what was `found`. `saving` says
    that the table is to be saved now. `turns` counts the actions, so that the page sees each of them answered.
    """

    view: View = "chat"
    asked: Asked | None = None
    found: Matches | None = None
    by: By = "speaker"
    sort: Sort = "relevance"
    topics: tuple[str, ...] = ()
    table: Coverage | None = None
    cell: Cell | None = None
    sought: str = ""
    news: News | None = None
    rows: int = ROWS
    saving: bool = False
    turns: int = 0
    error: str | None = None

    @property
    def cited(self) -> tuple[Cited, ...]:
        """Every statement that a tab may show."""
        of = [self.found] if self.found else []
        of += self.table.topics if self.table else ()
        return tuple(match.cited for matches in of for match in matches.matches)

    @property
    def in_cell(self) -> Match | None:
        """The statement of the open cell."""
        return self.table.cells[self.cell.row][self.cell.column] if self.table and self.cell else None

    def turning(self, view: str) -> Desk:
        """Go to a tab; a name that none has changes nothing."""
        known = next((one for one in VIEWS if one == view), None)
        return replace(self, view=known, rows=ROWS, saving=False, error=None) if known else self

    def looking(self, asked: Asked, index: Index, language: Language) -> Desk:
        """Look for everything on a topic."""
        begun = replace(self, asked=asked, found=None, rows=ROWS, saving=False, error=None)
        if not asked.text.strip():
            return replace(begun, asked=None)
        try:
            found = all_matches(asked, index.snapshot(), date.today(), sort=self.sort)
        except MinutesError as error:
            return replace(begun, error=refused(error, asked.text, language))
        return replace(begun, found=found)

    def covering(self, topics: Sequence[str], speakers: tuple[str, ...], index: Index, language: Language) -> Desk:
        """Look who speaks on which of several topics."""
        kept = tuple(dict.fromkeys(topic.strip() for topic in topics if topic.strip()))
        begun = replace(self, topics=kept, table=None, cell=None, saving=False, error=None)
        if not kept:
            return begun
        if len(kept) > TOPICS:
            return replace(begun, error=views_texts(language).too_many.format(limit=TOPICS, count=len(kept)))
        given, snapshot = Filters(speakers=speakers), index.snapshot()
        found: list[Matches] = []
        for topic in kept:
            try:
                found.append(all_matches(Asked(topic, given=given), snapshot, date.today()))
            except MinutesError as error:
                return replace(begun, error=refused(error, topic, language))
        return replace(begun, table=coverage(found))

    def opening(self, row: int, column: str) -> Desk:
        """Open a cell of the table of coverage, or close it."""
        cell = Cell(row, int(column)) if column.isdecimal() and len(column) < 4 else None
        cells = self.table.cells if self.table else ()
        if cell is None or not 0 <= cell.row < len(cells) or not cell.column < len(cells[cell.row]):
            return self
        return replace(self, cell=None if cell == self.cell else cell, saving=False)

    def grouping(self, by: str) -> Desk:
        """Compare speakers, roles or affiliations."""
        known = next((one for one in get_args(By) if one == by), self.by)
        return replace(self, by=known, saving=False)

    def sorting(self, sort: str) -> Desk:
        """Put the matches in another order."""
        known = next((one for one in get_args(Sort) if one == sort), None)
        if known is None:
            return self
        found = ordered(self.found, known) if self.found else None
        return replace(self, sort=known, found=found, saving=False)

    def widening(self) -> Desk:
        """Show more rows."""
        return replace(self, rows=self.rows + ROWS, saving=False)

    def saved(self) -> Desk:
        """Save the table that is shown."""
        return replace(self, saving=True)

    def seeking(self, sought: str) -> Desk:
        """Search the library."""
        return replace(self, sought=sought.strip(), rows=ROWS, saving=False)

    def visited(self, version: str, index: Index) -> Desk:
        """Say what is new since a version that this browser has seen, as `seen` named it."""
        try:
            snapshot = index.snapshot()
            known = next((one for one in snapshot.versions() if version == f"{one.id} {one.created}"), None)
            return replace(self, news=news(known.id, snapshot) if known else None)
        except MinutesError:
            # The library stands without its news; asking says what is wrong.
            return self


def refused(error: MinutesError, text: str, language: Language) -> str:
    """Why nothing can be looked for, for the one who asked."""
    if isinstance(error, QuestionRejected) and str(error).startswith("the question names no"):
        return views_texts(language).names_nothing
    return explained(error, text, texts(language))
