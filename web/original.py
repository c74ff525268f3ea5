"""The way to the original of a statement: the very bytes that were indexed, and nothing else, ever."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from index.errors import MinutesError
from index.reading import original
from index.search import Index
from index.sources import current_source, source_file
from web.links import ID

PATH = "original"
"""Where originals are, under the address of the page: original/ID."""


def originals(index: Index) -> Route:
    """The route that hands out the file which holds a statement of the newest version.

    What the browser gives is a statement's id, never a path; a file that has other bytes by now is not handed out.
    """

    def download(request: Request) -> Response:
        if not _entered(request):
            return PlainTextResponse("Not authenticated", 401)
        found = _file(request.path_params["statement"], index)
        if found is None:
            return PlainTextResponse("There is no such file, or it has changed since it was indexed.", 404)
        name, content = found
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return Response(content, media_type="application/octet-stream", headers=headers)

    return Route(f"/{PATH}/{{statement}}", download, methods=["GET"])


def _file(statement: str, index: Index) -> tuple[str, bytes] | None:
    """Name and bytes of the source of a statement."""
    if not ID.fullmatch(statement):
        return None
    try:
        snapshot = index.snapshot()
        found = snapshot.statement(statement)
        source = current_source(found[0]) if found else None
        if found is None or source is None:
            return None
        return PurePosixPath(source.path).name, original(source_file(source), snapshot.document(source.document))
    except MinutesError:
        return None


def _entered(request: Request) -> bool:
    """Whether whoever asks may see the page: Gradio knows by its cookie whom it let in."""
    app = request.app
    cookies = (request.cookies.get(f"access-token-{kind}{app.cookie_id}") for kind in ("", "unsecure-"))
    return app.auth is None or any(token in app.tokens for token in cookies if token)
