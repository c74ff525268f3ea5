"""The interfaces of the page: named endpoints, which are the tools of the MCP server as well.

Each gives JSON as text: gradio_client takes every object with a "path" in it for a file to download, and a
statement's source has one. What cannot be done gives {"error": "…"}. Docstrings are what other programs read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from index.errors import MinutesError, QuestionRejected
from index.search import Index
from qa.__main__ import MAX_TOP
from qa.answer import Asked, ask
from qa.listing import changes_since, meetings_of, ranked
from qa.render import answer_to_json
from qa.render.listing import changes_to_json, meetings_to_json, ranked_to_json
from qa.render.tracing import resolved_to_json
from qa.tracing import resolve
from web import arguments

SECONDS = 20.0
"""How long one call may take; what goes on behind a call that was given up is bounded by AT_ONCE."""
AT_ONCE = 4
"""Calls answered at the same time."""
MOST = 1_000
"""Meetings or changes that one call gives at the most."""


class Interfaces:
    """The endpoints over an index, each called as its method is named."""

    def __init__(self, index: Index, seconds: float = SECONDS) -> None:
        self._index = index
        self._seconds = seconds
        self._workers = ThreadPoolExecutor(AT_ONCE, "interfaces")

    @property
    def all(self) -> tuple[Callable[..., str], ...]:
        """Every endpoint."""
        return (self.ask, self.search, self.statement, self.meetings, self.changes)

    def ask(
        self,
        question: str,
        history: list[str] | None = None,
        top: int = 5,
        speakers: list[str] | None = None,
        meetings: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        without: list[str] | None = None,
        named: list[str] | None = None,
    ) -> str:
        """Ask the minutes a question; gives the statements that answer it, word for word, with speaker, meeting and
        source, or says that none was found ("answered": false, with near misses, which are no answer). Nothing is
        generated. Quote only "text" and "quotes", and cite with "citation". Ask in Japanese or English.

        Args:
            question: At most 1,000 characters. Speakers, meetings and days in it are understood as filters.
            history: Earlier questions of the conversation, oldest first, for a follow-up such as 総務大臣は？
            top: How many statements at the most, from 1 to 100.
            speakers: Only statements of these people: role (外務大臣), full name or label as printed.
            meetings: Only these meetings: title, part of a title, or id.
            since: First day, as 2023-02-14 or 令和5年2月14日.
            until: Last day, included.
            without: Words of the question (as in filters.understood) from which nothing is to be understood.
            named: Words (as in filters.offered) for people whose own statements are asked for.
        """

        def answered() -> dict[str, Any]:
            given = arguments.filters(speakers, meetings, since, until)
            asked = Asked(
                arguments.question("question", question),
                arguments.history(history),
                given,
                frozenset(arguments.texts("without", without)),
                frozenset(arguments.texts("named", named)),
                arguments.number("top", top, MAX_TOP),
            )
            return answer_to_json(ask(asked, self._index))

        return self._within_limits(answered)

    def search(
        self,
        topic: str,
        top: int = 10,
        speakers: list[str] | None = None,
        meetings: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        without: list[str] | None = None,
    ) -> str:
        """Search the minutes for a topic; gives the nearest statements, best first, without judging whether they answer
        anything: the last ones may be far from the topic. Use ask for a question.

        Args:
            topic: What it is about, at most 1,000 characters; filters in it are understood as in a question.
            top: How many statements, from 1 to 100.
            speakers: Only statements of these people: role (外務大臣), full name or label as printed.
            meetings: Only these meetings: title, part of a title, or id.
            since: First day, as 2023-02-14 or 令和5年2月14日.
            until: Last day, included.
            without: Words of the topic (as in filters.understood) from which nothing is to be understood.
        """

        def found() -> dict[str, Any]:
            asked = Asked(
                arguments.question("topic", topic),
                given=arguments.filters(speakers, meetings, since, until),
                without=frozenset(arguments.texts("without", without)),
                top=arguments.number("top", top, MAX_TOP),
            )
            return ranked_to_json(ranked(asked, self._index.snapshot(), date.today()))

        return self._within_limits(found)

    def statement(self, id: str) -> str:  # noqa: A002 - the name that everybody who calls it sees
        """Look up one statement by its id; gives it with its citation in every form, what it was before and what became
        of it: "state" is current, corrected (its successor is shown), removed or forgotten.

        Args:
            id: The id of a statement, as ask and search give it.
        """

        def looked_up() -> dict[str, Any]:
            found = resolve(arguments.text("id", id), self._index.snapshot())
            if found is None:
                raise QuestionRejected("no version of the index has a statement with this id")
            return resolved_to_json(found)

        return self._within_limits(looked_up)

    def meetings(
        self,
        meetings: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        top: int = 100,
    ) -> str:
        """List the meetings whose minutes are here, the latest first, with their number.

        Args:
            meetings: Only these: title, part of a title, or id.
            since: First day, as 2023-02-14 or 令和5年2月14日.
            until: Last day, included.
            top: How many at the most, from 1 to 1,000; "count" says how many there are.
        """

        def listed() -> dict[str, Any]:
            most = arguments.number("top", top, MOST)
            found = meetings_of(arguments.filters(None, meetings, since, until), self._index.snapshot())
            return meetings_to_json(found, most)

        return self._within_limits(listed)

    def changes(self, since: str, top: int = 100) -> str:
        """List what was added, removed, corrected or attributed anew in the minutes since a version or a day, the
        newest version first. "counts" counts every change of a version, also where not all of them are listed.

        Args:
            since: A version (what came after it; 0 for everything) or a day (that day included), as 2023-02-14.
            top: How many changes are listed at the most, from 1 to 1,000.
        """

        def changed() -> dict[str, Any]:
            most = arguments.number("top", top, MOST)
            snapshot = self._index.snapshot()
            return changes_to_json(changes_since(arguments.version_or_day("since", since), snapshot), snapshot, most)

        return self._within_limits(changed)

    def _within_limits(self, work: Callable[[], dict[str, Any]]) -> str:
        """The JSON text of what the work gives, or why there is nothing."""
        running = self._workers.submit(work)
        try:
            shown = running.result(self._seconds)
        except TimeoutError:
            running.cancel()
            shown = {"error": f"this took more than {self._seconds:g} seconds; ask for less, or again later"}
        except MinutesError as error:
            shown = {"error": str(error)}
        return json.dumps(shown, ensure_ascii=False)
