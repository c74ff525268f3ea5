"""Serving a page: everything that Gradio would load from outside, send or keep is off."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

import gradio as gr  # slow: import this module only where a page is about to be served
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from web.calls import WRONG
from web.theme import theme
from web.tools import OwnPagesOnly, check

HERE = Path(__file__).parent
ICON = HERE / "icon.svg"


def serve(
    blocks: gr.Blocks,
    host: str,
    port: int,
    logins: Sequence[tuple[str, str]],
    sheets: Sequence[str],
    routes: Sequence[BaseRoute] = (),
    *,
    mcp: bool = False,
    max_file_size: int = 1,
) -> None:
    """Serve a page until the process is interrupted; its address goes to standard output.

    `logins` are users with passwords, nobody else enters; empty lets everybody in. `sheets` are style sheets of this
    folder, `routes` addresses beside those of Gradio, each of which has to see for itself who may enter; `mcp` adds the
    MCP server. `max_file_size` is what one file that is sent in may hold in bytes; 1 takes none. Raises UsageError
    where there cannot be an MCP server.
    """
    if mcp:
        check(logins)
    # Not through Gradio's css option, which prefixes selectors and breaks those with a comma inside.
    style = "".join((HERE / sheet).read_text(encoding="utf-8") for sheet in sheets)
    with redirect_stdout(sys.stderr):  # Gradio announces the MCP server; standard output carries the address alone
        _, address, _ = blocks.launch(
            server_name=host,
            server_port=port,
            auth=list(logins) or None,
            theme=theme(),
            head=f"<style>{style}</style>",
            favicon_path=ICON,
            footer_links=[],
            allowed_paths=[],
            share=False,
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=mcp,
            app_kwargs={
                "routes": list(routes),
                "middleware": [Middleware(OwnPagesOnly)] if mcp else [],
                "exception_handlers": WRONG,
            },
            max_file_size=max_file_size,
            state_session_capacity=1_000,
            quiet=True,
            prevent_thread_lock=True,
        )
    print(address, flush=True)  # noqa: T201
    try:
        threading.Event().wait()
    finally:
        blocks.close(verbose=False)
