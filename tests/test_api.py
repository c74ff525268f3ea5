"""The endpoints as other programs call them: in Python, with curl as docs/api.md says, and wrongly."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from gradio_client import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import build
from index.search import Index, Snapshot
from web.api import Interfaces
from web.arguments import ITEMS

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
WORDS = "重要な経済安全保障の情報を扱う仕組み"


@pytest.fixture(scope="module")
def client(page: str) -> Client:
    return Client(page, verbose=False)


@pytest.fixture(scope="module")
def interfaces(minutes_index: Index) -> Interfaces:
    return Interfaces(minutes_index)


def called(client: Client, endpoint: str, **arguments: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(client.predict(**arguments, api_name=endpoint))
    return answer


# What they give


def test_search_gives_statements_where_ask_abstains(client: Client) -> None:
    topic = "消費税の税率"
    assert not called(client, "/ask", question=topic)["answered"]
    found = called(client, "/search", topic=topic, top=4)
    assert len(found["statements"]) == 4
    scores = [entry["score"] for entry in found["statements"]]
    assert scores == sorted(scores, reverse=True)
    assert all(entry["citation"]["ja"] for entry in found["statements"])


def test_search_keeps_to_its_filters(client: Client) -> None:
    found = called(client, "/search", topic=WORDS, speakers=["外務大臣"])
    assert found["filters"]["speakers"] == ["外務大臣"]
    assert {entry["speaker"]["role"] for entry in found["statements"]} == {"外務大臣"}
    assert called(client, "/search", topic=WORDS, until="2020-01-01")["statements"] == []


def test_a_statement_is_found_by_its_id(client: Client) -> None:
    entry = called(client, "/search", topic=WORDS, top=1)["statements"][0]
    found = called(client, "/statement", id=entry["id"])
    assert found["state"] == "current"
    assert found["text"] == entry["text"]
    assert found["citation"].keys() == entry["citation"].keys()
    assert "no version" in called(client, "/statement", id="0123456789abcdef")["error"]


def test_meetings_are_listed_with_their_number(client: Client) -> None:
    listed = called(client, "/meetings")
    assert listed["count"] == len(listed["meetings"]) == 1
    meeting = listed["meetings"][0]
    assert (meeting["title"], meeting["date"]) == ("第４回経済安全保障推進会議", "2023-02-14")
    assert meeting["source"]["paths"] == ["minutes/keizai-anpo-04-20230214.txt"]
    assert called(client, "/meetings", meetings=["経済安全保障"])["count"] == 1
    assert called(client, "/meetings", since="2023-02-15")["count"] == 0


def test_the_latest_meeting_comes_first_and_top_cuts(samples_index: Index) -> None:
    interfaces = Interfaces(samples_index)
    days = [meeting["date"] for meeting in json.loads(interfaces.meetings())["meetings"]]
    assert len(days) == 5
    assert days == sorted(days, reverse=True)
    cut = json.loads(interfaces.meetings(top=2))
    assert [meeting["date"] for meeting in cut["meetings"]] == days[:2]
    assert cut["count"] == 5


def test_a_correction_is_a_change_and_leads_to_its_successor(tmp_path: Path) -> None:
    folder, directory = tmp_path / "minutes", tmp_path / "index"
    folder.mkdir()
    original = (ROOT / "minutes" / "keizai-anpo-04-20230214.txt").read_text(encoding="utf-8")
    (folder / "a.txt").write_text(original, encoding="utf-8")
    build([folder], directory)
    index = Index.open(directory)
    interfaces = Interfaces(index)
    before = json.loads(interfaces.ask("セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"))[
        "statements"
    ][0]
    word = before["text"][:12]
    assert original.count(word) == 1
    (folder / "a.txt").write_text(original.replace(word, word[:6] + "、" + word[6:]), encoding="utf-8")
    build([folder], directory)
    found = json.loads(interfaces.statement(before["id"]))
    assert found["state"] == "corrected"
    assert found["id"] != before["id"]
    news = json.loads(interfaces.changes("1"))
    assert (news["version"], news["count"], news["complete"]) == (2, 1, True)
    assert news["versions"][0]["counts"] == {"added": 0, "removed": 0, "corrected": 1, "reattributed": 0}
    assert news["versions"][0]["corrected"][0]["after"]["id"] == found["id"]
    everything = json.loads(interfaces.changes("0", top=3))
    assert [version["version"] for version in everything["versions"]] == [2, 1]
    assert len(everything["versions"][1]["added"]) == 2
    assert everything["versions"][1]["counts"]["added"] == everything["count"] - 1
    assert not everything["complete"]
    assert json.loads(interfaces.changes("2"))["count"] == 0


# What they refuse


@pytest.mark.parametrize(
    ("endpoint", "arguments"),
    [
        ("/search", {"topic": ""}),
        ("/search", {"topic": "について"}),
        ("/search", {"topic": "あ" * 100_000}),
        ("/search", {"topic": WORDS, "top": 101}),
        ("/search", {"topic": WORDS, "top": True}),
        ("/search", {"topic": WORDS, "speakers": ["大臣"] * (ITEMS + 1)}),
        ("/search", {"topic": WORDS, "speakers": ["大" * 1_000]}),
        ("/search", {"topic": WORDS, "speakers": [" "]}),
        ("/search", {"topic": WORDS, "since": "2023-02-14", "until": "2022-02-14"}),
        ("/statement", {"id": None}),
        ("/statement", {"id": "a\0b"}),
        ("/statement", {"id": "x" * 100_000}),
        ("/meetings", {"meetings": "経済安全保障"}),
        ("/meetings", {"since": {"year": 2023}}),
        ("/meetings", {"top": 0}),
        ("/changes", {"since": "yesterday or so"}),
        ("/changes", {"since": None}),
        ("/changes", {"since": -1}),
        ("/changes", {"since": "0", "top": 10**9}),
    ],
)
def test_what_cannot_be_done_gives_an_error(client: Client, endpoint: str, arguments: dict[str, object]) -> None:
    answer = called(client, endpoint, **arguments)
    assert set(answer) == {"error"}
    assert len(answer["error"]) > 10


def test_half_a_character_is_refused_wherever_it_stands(interfaces: Interfaces) -> None:
    half = "\ud800"
    for answer in (
        interfaces.ask(half),
        interfaces.ask(WORDS, history=[half]),
        interfaces.ask(WORDS, speakers=[half]),
        interfaces.ask(WORDS, named=[half]),
        interfaces.search(WORDS, meetings=[half]),
        interfaces.search(WORDS, without=[half]),
        interfaces.statement(half),
        interfaces.meetings(until=half),
        interfaces.changes(half),
    ):
        assert "half of a character" in json.loads(answer.encode())["error"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_argument_raises_and_every_answer_can_be_sent(interfaces: Interfaces, data: st.DataObject) -> None:
    call = data.draw(st.sampled_from(interfaces.all))
    names = {
        "ask": ("question", "history", "top", "speakers", "meetings", "since", "until", "without", "named"),
        "search": ("topic", "top", "speakers", "meetings", "since", "until", "without"),
        "statement": ("id",),
        "meetings": ("meetings", "since", "until", "top"),
        "changes": ("since", "top"),
    }[call.__name__]
    given_ = data.draw(st.fixed_dictionaries({names[0]: ANYTHING}, optional=dict.fromkeys(names[1:], ANYTHING)))
    assert isinstance(json.loads(call(**given_).encode()), dict)


class Slow(Index):
    """An index that answers once the gate is open."""

    gate = threading.Event()

    def snapshot(self) -> Snapshot:
        assert self.gate.wait(60)
        return super().snapshot()


def test_a_call_that_takes_too_long_is_given_up_and_the_next_is_answered(minutes_directory: Path) -> None:
    index = Slow.open(minutes_directory)
    hasty = Interfaces(index, seconds=0.1)
    for answer in (hasty.ask(WORDS), hasty.search(WORDS), hasty.changes("0"), hasty.meetings(), hasty.statement("a")):
        assert "0.1 seconds" in json.loads(answer)["error"]
    Slow.gate.set()
    deadline = time.monotonic() + 20
    while "error" in (answered := json.loads(hasty.meetings())) and time.monotonic() < deadline:
        pass
    assert answered["count"] == 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("v2/ask", {"quest": "secret question"}, 400),
        ("v2/ask", {}, 400),
        ("v2/nothing", {}, 404),
        ("nothing", {"data": []}, 404),
    ],
)
def test_a_wrong_call_is_answered_plainly(page: str, path: str, body: object, status: int) -> None:
    request = Request(f"{page}gradio_api/call/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with pytest.raises(HTTPError) as refused:
        urlopen(request)
    assert refused.value.code == status
    assert set(json.loads(refused.value.read())) == {"error"}
    refused.value.close()


def test_wrong_calls_leave_nothing_in_the_log(minutes_directory: Path) -> None:
    command = [sys.executable, "app.py", "--index", str(minutes_directory), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            few = Request(
                f"{address}gradio_api/call/ask", b'{"data": ["secret"]}', {"Content-Type": "application/json"}
            )
            with urlopen(few) as joined:
                event = json.load(joined)["event_id"]
            with urlopen(f"{address}gradio_api/call/ask/{event}") as result:
                told = result.read().decode()
            with pytest.raises(HTTPError) as wrong:
                urlopen(
                    Request(f"{address}gradio_api/call/v2/ask", b'{"secret": 1}', {"Content-Type": "application/json"})
                )
            wrong.value.close()
        finally:
            process.terminate()
            _, log = process.communicate(timeout=20)
    assert "event: error" in told
    assert "name those that you give" in told
    assert "secret" not in log
    assert "Traceback" not in log


# Health


def test_health_needs_no_login_and_says_nothing_private(
    serve: Callable[..., str], minutes_directory: Path, tmp_path: Path
) -> None:
    names = tmp_path / "names"
    names.write_text("suzuki:secret\n", encoding="utf-8")
    address = serve("--index", minutes_directory, "--auth", names)
    with urlopen(f"{address}health") as answer:
        assert json.load(answer) == {"status": "ok", "version": 1, "statements": 21}
    for path in ("gradio_api/call/v2/meetings", "gradio_api/mcp/"):
        with pytest.raises(HTTPError) as stranger:
            urlopen(Request(f"{address}{path}", b"{}", {"Content-Type": "application/json"}))
        stranger.value.close()
        assert stranger.value.code in (401, 404, 405)


def test_health_says_when_the_index_is_gone(serve: Callable[..., str], tmp_path: Path) -> None:
    directory = tmp_path / "index"
    address = serve("--minutes", ROOT / "minutes", "--index", directory)
    shutil.rmtree(directory)
    with pytest.raises(HTTPError) as answer:
        urlopen(f"{address}health")
    assert answer.value.code == 503
    assert "/" not in json.loads(answer.value.read())["status"]
    answer.value.close()


# The documentation


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


def test_the_python_of_the_documentation_runs(page: str) -> None:
    (block,) = blocks("python")
    checks = (
        'assert answer["answered"] and follow_up["answered"]\n'
        'assert near["statements"] and found["state"] == "current"\n'
        'assert listed["count"] == 1 and news["count"] > 20 and not news["complete"]\n'
    )
    program = block.replace("http://127.0.0.1:7860", page.rstrip("/")) + checks
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "経済産業大臣" in done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_of_the_documentation_runs(page: str) -> None:
    calls, health = blocks("bash")
    done = subprocess.run(
        ["bash", "-euc", calls.replace("http://127.0.0.1:7860", page.rstrip("/"))],
        capture_output=True,
        text=True,
        timeout=120,
    )
    answers = [json.loads(json.loads(line)[0]) for line in done.stdout.splitlines()]
    assert [set(answer) >= wanted for answer, wanted in zip(answers, WANTED, strict=True)] == [True] * 4, done
    up = subprocess.run(["bash", "-c", health.replace("http://127.0.0.1:7860/", page)], capture_output=True, text=True)
    assert json.loads(up.stdout)["status"] == "ok"


WANTED = ({"answered"}, {"topic", "statements"}, {"meetings"}, {"versions"})


def test_the_documentation_names_every_endpoint_argument_and_limit(client: Client) -> None:
    api = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    for endpoint, described in api.items():
        assert f"| `{endpoint.removeprefix('/')}` |" in DOCS
        for parameter in described["parameters"]:
            assert f"`{parameter['parameter_name']}`" in DOCS or parameter["parameter_name"] == "id"
    for limit in ("1,000 characters", "50 entries of 200 characters", "20 seconds", "| 4 |", "| 64 |"):
        assert limit in DOCS
