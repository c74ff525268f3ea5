"""Session: what one visitor has asked and opened. Every action gives a new Session; nothing here draws or waits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.errors import MinutesError
from index.search import Index
from qa.answer import Answer, Asked, Cited, ask
from qa.question import HISTORY_TURNS
from web.texts import Language, explained, texts

EXCHANGES = 30
"""Questions that a conversation keeps on the page; older ones leave it."""
QUESTION_SHOWN = 200
"""Characters of a refused question that are kept on the page."""
AROUND = 4
"""Statements shown before and after the cited one when its source is opened."""
MORE = 10
"""Statements that one click on earlier or later adds."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer, or why there is none; `removed` holds the words of filters taken away."""

    asked: Asked
    answer: Answer | None = None
    error: str | None = None
    removed: tuple[str, ...] = ()

    @property
    def cited(self) -> tuple[Cited, ...]:
        """All statements shown."""
        return (*self.answer.statements, *self.answer.near_misses) if self.answer else ()


@dataclass(frozen=True, slots=True)
class Opened:
    """The source that is open: a citation, with how many statements around it."""

    cited: Cited
    before: int = AROUND
    after: int = AROUND


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation, oldest exchange first, and the source that stands open beside it."""

    language: Language = "ja"
    exchanges: tuple[Exchange, ...] = ()
    opened: Opened | None = None

    def asking(self, text: str, index: Index) -> Session:
        """Ask, leaning on the earlier questions that had an answer; a blank question changes nothing."""
        if not text.strip():
            return self
        history = tuple(exchange.asked.text for exchange in self.exchanges if exchange.answer)[-HISTORY_TURNS:]
        exchange = self._answered(Exchange(Asked(text.strip(), history)), index)
        return replace(self, exchanges=(*self.exchanges, exchange)[-EXCHANGES:])

    def dropping(self, place: int, words: str, index: Index) -> Session:
        """Take away the filters understood from these words and ask again, in the same place."""
        exchange = self._at(place)
        if exchange is None or exchange.answer is None or words in exchange.removed:
            return self
        parts = {(part.field, part.value) for part in exchange.answer.question.understood if part.words == words}
        if not parts:
            return self
        asked = replace(exchange.asked, without=exchange.asked.without | parts)
        return self._replaced(place, Exchange(asked, removed=(*exchange.removed, words)), index)

    def restoring(self, place: int, words: str, index: Index) -> Session:
        """Put the filters that were taken away with these words back and ask again."""
        exchange = self._at(place)
        if exchange is None or words not in exchange.removed:
            return self
        session = self._replaced(place, Exchange(replace(exchange.asked, without=frozenset())), index)
        for others in exchange.removed:
            session = session if others == words else session.dropping(place, others, index)
        return session

    def opening(self, place: int, statement: str) -> Session:
        """Open the source of a statement that was shown."""
        exchange = self._at(place)
        found = [entry for entry in exchange.cited if entry.statement.id == statement] if exchange else []
        return replace(self, opened=Opened(found[0])) if found else self

    def widening(self, *, before: bool = False, after: bool = False) -> Session:
        """Show more statements around the open one."""
        if self.opened is None:
            return self
        wider = replace(self.opened, before=self.opened.before + before * MORE, after=self.opened.after + after * MORE)
        return replace(self, opened=wider)

    def closing(self) -> Session:
        """Close the source."""
        return replace(self, opened=None)

    def cleared(self) -> Session:
        """A new conversation."""
        return Session(self.language)

    def translated(self) -> Session:
        """The same in the other language."""
        return replace(self, language="en" if self.language == "ja" else "ja")

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
