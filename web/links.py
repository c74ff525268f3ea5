"""Permanent links: a query string opens what it names, and what is open has a query string.

`q` asks, with `speaker`, `meeting`, `since` and `until` as filters; earlier `q`s are what a follow-up leans on, and
`without` and `named` the words whose meaning the reader changed. `statement` opens the source of a statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode

from index.dates import parse_date
from index.errors import MinutesError
from index.search import Filters, Index
from qa.answer import Asked
from qa.conversation import HISTORY_TURNS
from qa.tracing import resolve
from web.opened import Opened
from web.session import Exchange, Session
from web.viewer_texts import viewer_texts

QUERY_CHARS = 20_000
"""Characters of a query string that are read."""
PARTS = 60
"""Fields of a query string that are read."""
ID = re.compile(r"[0-9a-f]{1,64}")
FIELDS = frozenset({"q", "speaker", "meeting", "since", "until", "without", "named"})
"""The fields that a question has in a link; an address may hold others."""
LEANED_ON = 3
"""Earlier questions that the link of a follow-up holds."""


def linked(session: Session, query: str, index: Index) -> Session:
    """The session after what a query string asks for; anything else in it is passed over."""
    fields = _Fields(tuple(parse_qsl(query[:QUERY_CHARS], max_num_fields=None)[:PARTS]))
    session = _asked(session, fields, index)
    for id_ in fields.all("statement")[-1:]:
        opened = session.opening(len(session.exchanges) - 1, id_)
        session = opened if opened.opened else replace(session, opened=_opened(id_, index))
    return session


@dataclass(frozen=True, slots=True)
class _Fields:
    pairs: Sequence[tuple[str, str]]

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a field that are not blank."""
        return tuple(value.strip() for key, value in self.pairs if key == name and value.strip())


def _asked(session: Session, fields: _Fields, index: Index) -> Session:
    *history, text = fields.all("q") or ("",)
    if not text:
        return session
    if session.exchanges:
        # The address follows what was asked last: after a reload that stands there already. Any other link begins anew.
        asks = [pair for pair in fields.pairs if pair[0] in FIELDS]
        if asks == _question(session.exchanges[-1]):
            return session
        session = session.cleared()
    days: dict[str, date | None] = {}
    for field in ("since", "until"):
        for value in fields.all(field)[-1:]:
            days[field] = parse_date(value)
            if days[field] is None:
                why = viewer_texts(session.language).no_day.format(value=value[:40])
                return replace(session, exchanges=(*session.exchanges, Exchange(Asked(text), error=why)))
    speakers, meetings = fields.all("speaker"), fields.all("meeting")
    given = Filters(speakers=speakers, meetings=meetings, since=days.get("since"), until=days.get("until"))
    without, named = fields.all("without"), frozenset(fields.all("named"))
    asked = Asked(text, tuple(history)[-HISTORY_TURNS:], given, frozenset(without), named)
    return session.adding(Exchange(asked, removed=without), index)


def _opened(id_: str, index: Index) -> Opened:
    if not ID.fullmatch(id_):
        return Opened(None, asked=id_[:64])
    try:
        found = resolve(id_, index.snapshot())
    except MinutesError:
        return Opened(None, asked=id_, damaged=True)
    return Opened(found.shown if found else None, asked=id_, found=found)


def link_of(session: Session) -> str:
    """The query string that opens what a session shows last; empty for a fresh page."""
    pairs = _question(session.exchanges[-1]) if session.exchanges else []
    if session.opened:
        pairs.append(("statement", session.opened.id))
    return _written(pairs)


def statement_link(id_: str) -> str:
    """The query string that opens a statement."""
    return _written([("statement", id_)])


def _question(exchange: Exchange) -> list[tuple[str, str]]:
    asked, given = exchange.asked, exchange.asked.given
    leans = exchange.answer is not None and exchange.answer.question.carried
    pairs = [("q", text) for text in asked.history[-LEANED_ON:]] if leans else []
    pairs.append(("q", asked.text))
    pairs += [("speaker", value) for value in given.speakers]
    pairs += [("meeting", value) for value in given.meetings]
    pairs += [(name, day.isoformat()) for name, day in (("since", given.since), ("until", given.until)) if day]
    pairs += [("without", words) for words in exchange.removed]
    return pairs + [("named", words) for words in sorted(asked.named)]


def _written(pairs: Sequence[tuple[str, str]]) -> str:
    return f"?{urlencode(pairs, quote_via=quote, errors='replace')}" if pairs else ""
