"""The MCP server as an assistant uses it: a real client over HTTP on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import anyio
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from test_web import SECURITY, app, refused

NAMES = ["ask", "search", "statement", "meetings", "changes"]


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], minutes_directory: Path) -> str:
    return serve("--index", minutes_directory, "--mcp")


def used(address: str, *calls: tuple[str, dict[str, object]]) -> tuple[list[Any], list[Any]]:
    """The tools that are offered, and what each call gives."""

    async def session() -> tuple[list[Any], list[Any]]:
        async with (
            streamable_http_client(f"{address}gradio_api/mcp/") as (reading, writing, *_),
            ClientSession(reading, writing) as client,
        ):
            await client.initialize()
            tools = (await client.list_tools()).tools
            return tools, [await client.call_tool(name, arguments) for name, arguments in calls]

    return anyio.run(session)


def given(result: Any) -> dict[str, Any]:
    assert not result.isError
    answer: dict[str, Any] = json.loads(result.content[0].text)
    return answer


def test_the_tools_are_the_endpoints_and_each_argument_is_described(address: str) -> None:
    tools, _ = used(address)
    assert [tool.name for tool in tools] == NAMES
    for tool in tools:
        assert len(tool.description) > 60
        assert all(argument["description"] for argument in tool.inputSchema["properties"].values())
    required = [tool.inputSchema.get("required", []) for tool in tools]
    assert required == [["question"], ["topic"], ["id"], [], ["since"]]


def test_an_assistant_asks_and_looks_up_what_it_got(address: str) -> None:
    _, (asked, searched) = used(
        address, ("ask", {"question": SECURITY, "top": 2}), ("search", {"topic": "情報保全", "speakers": ["外務大臣"]})
    )
    answer = given(asked)
    assert answer["answered"]
    assert {entry["speaker"]["role"] for entry in given(searched)["statements"]} == {"外務大臣"}
    first = answer["statements"][0]
    _, (found, listed, news) = used(
        address, ("statement", {"id": first["id"]}), ("meetings", {}), ("changes", {"since": "0"})
    )
    assert given(found)["text"] == first["text"]
    assert given(listed)["count"] == 1
    assert given(news)["versions"][0]["version"] == 1


def test_what_cannot_be_done_is_said(address: str) -> None:
    _, (long, unknown, typed) = used(
        address, ("ask", {"question": "あ" * 5_000}), ("forget", {}), ("search", {"topic": ["a"]})
    )
    assert "characters" in given(long)["error"]
    assert unknown.isError
    assert typed.isError


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://evil.example", False),
        ("null", False),
        ("http://[", False),
        ("http://localhost:7860", True),
        (None, True),
    ],
)
def test_no_page_of_another_site_uses_the_tools(address: str, origin: str | None, allowed: bool) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    headers |= {"Origin": origin} if origin else {}
    request = Request(f"{address}gradio_api/mcp/", body, headers)
    if allowed:
        with urlopen(request) as answer:
            assert b"changes" in answer.read()
    else:
        with pytest.raises(HTTPError) as refusal:
            urlopen(request)
        refusal.value.close()
        assert refusal.value.code == 403


def test_it_is_off_unless_asked_for(page: str) -> None:
    with pytest.raises(HTTPError) as answer:
        urlopen(Request(f"{page}gradio_api/mcp/", b"{}", {"Content-Type": "application/json"}))
    answer.value.close()
    assert answer.value.code in (404, 405)


def test_it_does_not_go_round_the_logins(minutes_directory: Path, tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.write_text("suzuki:secret\n", encoding="utf-8")
    refused(app("--index", minutes_directory, "--mcp", "--auth", names, "--port", "0"), 2, "--auth")
