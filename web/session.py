"""Session: what one visitor has asked and opened. Every action gives a new Session; nothing here draws or waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, get_args

from index.dates import find_dates
from index.errors import MinutesError
from index.search import Index
from qa.answer import Answer, Asked, ask
from qa.citing import Cited
from qa.conversation import HISTORY_TURNS
from qa.feedback import Feedback
from qa.occasions import Understood
from qa.render.chips import GIVEN
from qa.render.labels import Calendar
from qa.views import Sort
from web.desk import Desk
from web.opened import Opened
from web.talks import Talks
from web.texts import Language, Texts, explained, texts

EXCHANGES = 30
"""Questions that a conversation keeps on the page; older ones leave it."""
QUESTION_SHOWN = 200
"""Characters of a refused question that are kept on the page."""


ORDERS: dict[str, Sort] = {order: order for order in get_args(Sort)}


def _emptied(field: str) -> dict[str, Any]:
    """The fields of Filters that taking away a given filter empties."""
    return {"since": None, "until": None} if field == "days" else {field: ()}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer, or why there is none; `removed` holds the words of filters taken away."""

    asked: Asked
    answer: Answer | None = None
    error: str | None = None
    removed: tuple[str, ...] = ()
    order: Sort = "relevance"

    @property
    def cited(self) -> tuple[Cited, ...]:
        """All statements shown."""
        if self.answer is None:
            return ()
        return (*self.answer.statements, *self.answer.near_misses, *self.answer.others)

    @property
    def given(self) -> tuple[Understood, ...]:
        """The filters that were put in the place of understood ones, as parts whose words name the field."""
        given = self.asked.given
        days = [("since", given.since), ("until", given.until)]
        return (
            *(Understood("speakers", value, f"{GIVEN}speakers") for value in given.speakers),
            *(Understood("meetings", value, f"{GIVEN}meetings") for value in given.meetings),
            *(Understood(field, day.isoformat(), f"{GIVEN}days") for field, day in days if day),  # type: ignore[arg-type]
        )

    def from_words(self, words: str) -> list[Understood]:
        """What was understood from these words of the question."""
        return [part for part in self.answer.question.understood if part.words == words] if self.answer else []


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation, oldest exchange first, the source that stands open beside it, and the other conversations.

    `said` holds the verdicts given on statements, `unsaid` the statement whose verdict could not be kept.
    """

    language: Language = "ja"
    exchanges: tuple[Exchange, ...] = ()
    opened: Opened | None = None
    calendar: Calendar = "western"
    desk: Desk = field(default_factory=Desk)
    talks: Talks = field(default_factory=Talks)
    said: tuple[Feedback, ...] = ()
    unsaid: str | None = None

    @property
    def words(self) -> Texts:
        """The texts of the page in this visitor's language and calendar."""
        return replace(texts(self.language), calendar=self.calendar)

    def asking(self, text: str, index: Index) -> Session:
        """Ask, leaning on the earlier questions that had an answer; a blank question changes nothing."""
        if not text.strip():
            return self
        history = tuple(exchange.asked.text for exchange in self.exchanges if exchange.answer)[-HISTORY_TURNS:]
        return self.adding(Exchange(Asked(text.strip(), history)), index)

    def adding(self, exchange: Exchange, index: Index) -> Session:
        """Ask what the exchange asks, at the end of the conversation."""
        exchange = self._answered(exchange, index)
        return replace(self, exchanges=(*self.exchanges, exchange)[-EXCHANGES:])

    def dropping(self, place: int, words: str, index: Index) -> Session:
        """Take away the filters understood from these words, or given in their place, and ask again."""
        exchange = self._at(place)
        if exchange is None or exchange.answer is None or words in exchange.removed:
            return self
        if words.startswith(GIVEN):
            field = words.removeprefix(GIVEN)
            if field not in {part.words.removeprefix(GIVEN) for part in exchange.given}:
                return self
            given = replace(exchange.asked.given, **_emptied(field))
            return self._replaced(place, replace(exchange, asked=replace(exchange.asked, given=given)), index)
        if not exchange.from_words(words):
            return self
        asked = replace(exchange.asked, without=exchange.asked.without | {words})
        return self._replaced(place, replace(exchange, asked=asked, removed=(*exchange.removed, words)), index)

    def changing(self, place: int, words: str, to: str, index: Index) -> Session:
        """Put another value in the place of the filters understood from these words, and ask again."""
        exchange = self._at(place)
        if exchange is None or exchange.answer is None:
            return self
        parts = [part for part in exchange.given if part.words == words] or exchange.from_words(words)
        if not to.strip():
            return self.dropping(place, words, index)
        if not parts:
            return self
        given = exchange.asked.given
        if parts[0].field == "speakers":
            given = replace(given, speakers=(to.strip(),))
        elif parts[0].field == "meetings":
            given = replace(given, meetings=(to.strip(),))
        elif days := find_dates(to, date.today()):
            since, until = days[0].since, days[-1].until
            given = replace(
                given, since=None if since == date.min else since, until=None if until == date.max else until
            )
        else:
            return self
        return self._replaced(place, replace(exchange, asked=replace(exchange.asked, given=given)), index)

    def naming(self, place: int, words: str, index: Index) -> Session:
        """Make speakers of people whom the question names as topic or addressee, and ask again."""
        exchange = self._at(place)
        if exchange is None or exchange.answer is None:
            return self
        if words not in {part.words for part in exchange.answer.question.offered}:
            return self
        asked = replace(exchange.asked, named=exchange.asked.named | {words})
        return self._replaced(place, replace(exchange, asked=asked), index)

    def restoring(self, place: int, words: str, index: Index) -> Session:
        """Put the filters that were taken away with these words back and ask again."""
        exchange = self._at(place)
        if exchange is None or words not in exchange.removed:
            return self
        asked = replace(exchange.asked, without=exchange.asked.without - {words})
        removed = tuple(other for other in exchange.removed if other != words)
        return self._replaced(place, replace(exchange, asked=asked, removed=removed), index)

    def opening(self, place: int, statement: str) -> Session:
        """Open the source of a statement that was shown."""
        exchange = self._at(place)
        found = [entry for entry in (exchange or self.desk).cited if entry.statement.id == statement]
        return replace(self, opened=Opened(found[0])) if found else self

    def widening(self, *, before: bool = False, after: bool = False) -> Session:
        """Show more statements around the open one."""
        return replace(self, opened=self.opened.widened(before, after)) if self.opened else self

    def viewing(self, wish: str) -> Session:
        """Show the open source as text, or another page of it, or larger."""
        return replace(self, opened=self.opened.viewed(wish)) if self.opened else self

    def closing(self) -> Session:
        """Close the source."""
        return replace(self, opened=None)

    def cleared(self) -> Session:
        """A new conversation."""
        talks = replace(self.talks, current=None)
        return replace(self, exchanges=(), opened=None, talks=talks, said=(), unsaid=None)

    def asking_again(self, exchanges: Iterable[Exchange], index: Index) -> Session:
        """These questions in the place of what is on the page, each leaning on those before it that have an answer."""
        done: list[Exchange] = []
        for exchange in list(exchanges)[-EXCHANGES:]:
            history = (*(done or [exchange])[0].asked.history, *(one.asked.text for one in done if one.answer))
            asked = replace(exchange.asked, history=history[-HISTORY_TURNS:])
            done.append(self._answered(replace(exchange, asked=asked), index))
        return replace(self, exchanges=tuple(done), opened=None)

    def translated(self) -> Session:
        """The same in the other language."""
        return replace(self, language="en" if self.language == "ja" else "ja")

    def dated(self) -> Session:
        """The same with the years of the other calendar first."""
        return replace(self, calendar="era" if self.calendar == "western" else "western")

    def sorting(self, place: int, order: str) -> Session:
        """List the statements of an answer in another order."""
        exchange = self._at(place)
        if exchange is None or order not in ORDERS:
            return self
        ordered = replace(exchange, order=ORDERS[order])
        return replace(self, exchanges=(*self.exchanges[:place], ordered, *self.exchanges[place + 1 :]))

    def _at(self, place: int) -> Exchange | None:
        return self.exchanges[place] if 0 <= place < len(self.exchanges) else None

    def _replaced(self, place: int, exchange: Exchange, index: Index) -> Session:
        answered = self._answered(exchange, index)
        return replace(self, exchanges=(*self.exchanges[:place], answered, *self.exchanges[place + 1 :]))

    def _answered(self, exchange: Exchange, index: Index) -> Exchange:
        try:
            return replace(exchange, answer=ask(exchange.asked, index))
        except MinutesError as error:
            text = exchange.asked.text
            kept = replace(exchange.asked, text=text if len(text) <= QUESTION_SHOWN else f"{text[:QUESTION_SHOWN]}…")
            return replace(exchange, asked=kept, error=explained(error, text, texts(self.language)))
