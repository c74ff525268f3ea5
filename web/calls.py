"""Calls of an endpoint that cannot be: a plain answer for the caller, and nothing of the question in the log."""

from __future__ import annotations

from typing import Any

import gradio as gr  # slow: import this module only where a page is about to be served
from gradio.route_utils import FnIndexInferError
from starlette.requests import Request
from starlette.responses import JSONResponse

CALLS = "/gradio_api/call/"


class Blocks(gr.Blocks):
    """Gradio's Blocks, which would log a traceback with the whole question where a call has too few arguments."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        """Raises gr.Error, which the caller is told."""
        if len(inputs) < (wanted := len(block_fn.inputs)):
            raise gr.Error(
                f"this takes all {wanted} arguments in order; name those that you give at {CALLS}v2/",
                print_exception=False,
            )


async def _wrong_arguments(request: Request, error: Exception) -> JSONResponse:
    if not request.url.path.startswith(CALLS):
        raise error
    return JSONResponse({"error": "an argument that is needed is missing, or one has a name that is not known"}, 400)


async def _no_endpoint(request: Request, error: Exception) -> JSONResponse:
    if not request.url.path.startswith(CALLS):
        raise error
    return JSONResponse({"error": "there is no endpoint of this name"}, 404)


WRONG = {TypeError: _wrong_arguments, KeyError: _no_endpoint, FnIndexInferError: _no_endpoint}
"""What Gradio raises for a wrong call, and what is answered instead of status 500."""
