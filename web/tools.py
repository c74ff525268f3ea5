"""The MCP server: the endpoints of web/api.py as tools for assistants on this machine. Gradio does the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import UsageError

PATH = "/gradio_api/mcp"
"""Where it answers, below the address of the page."""
LOCAL = ("127.0.0.1", "localhost", "::1")


def check(logins: Sequence[tuple[str, str]]) -> None:
    """Raises UsageError where the server cannot be, or would let in whom --auth keeps out."""
    if logins:
        raise UsageError("--mcp knows no logins; leave --auth out and serve it on this machine alone")
    if find_spec("mcp") is None:
        raise UsageError("--mcp needs one more package; run: pip install -c constraints.txt -e '.[mcp]'")


class OwnPagesOnly:
    """Lets no page of another site use the tools through the visitor's browser, whatever name it gives this machine.

    Programs name no origin; browsers always do where a page posts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 403."""
        if scope["type"] == "http" and scope["path"].startswith(PATH):
            origin = Headers(scope=scope).get("origin")
            if origin is not None and _host(origin) not in LOCAL:
                await PlainTextResponse("this page may not use the tools\n", 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None
