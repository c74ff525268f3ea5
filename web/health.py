"""Whether the page answers: GET /health, for those who watch over it. It needs no login, so it says nothing private."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from index.errors import MinutesError
from index.search import Filters, Index


def health(index: Index) -> Route:
    """The address /health: {"status": "ok", "version", "statements"}; status 503 where the index does not answer."""

    def look(request: Request) -> JSONResponse:  # noqa: ARG001 - whoever asks gets the same
        try:
            snapshot = index.snapshot()
            first = snapshot.listed(Filters(), 1)
            answers = len(snapshot.whole([hit.row for hit in first])) == len(first)
        except MinutesError:
            answers = False
        if not answers:
            return JSONResponse({"status": "the index does not answer"}, 503)
        return JSONResponse(
            {"status": "ok", "version": snapshot.version.id, "statements": snapshot.version.statements},
            headers={"Cache-Control": "no-store"},
        )

    return Route("/health", look, methods=["GET"])
