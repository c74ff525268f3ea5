"""The web chat as a user starts it, its API as gradio_client calls it, and what minutes can do to its markup."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from gradio_client import Client
from hypothesis import given
from hypothesis import strategies as st

from index.build import build
from index.search import Index
from qa.answer import Asked, ask
from qa.question import QUESTION_CHARS
from qa.render import answer_to_html, element
from qa.render.html import link
from qa.render.markup import VOID
from qa.render.text import citation
from web.examples import examples
from web.session import EXCHANGES, Opened, Session
from web.source import source_to_html
from web.texts import ENGLISH, JAPANESE, preferred

ROOT = Path(__file__).parents[1]
SECURITY = "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"


def app(*options: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python app.py` with options that make it stop at once."""
    command = [sys.executable, "app.py", *map(str, options)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, env={**os.environ, **environment}
    )


def refused(result: subprocess.CompletedProcess[str], code: int, words: str) -> None:
    """One clear line on standard error, nothing else, and the exit code."""
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def asked(client: Client, *arguments: object, **named: object) -> dict[str, Any]:
    """What the endpoint gives."""
    answer: dict[str, Any] = json.loads(client.predict(*arguments, **named, api_name="/ask"))
    return answer


# Starting


def test_without_an_index_it_says_how_to_make_one(tmp_path: Path) -> None:
    refused(app("--index", tmp_path / "none", "--port", "0"), 3, "python -m index build")


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    result = app("--minutes", tmp_path / "nowhere", "--index", tmp_path / "index", "--port", "0")
    assert result.returncode == 2
    assert "nowhere" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_a_damaged_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "minutes.db").write_bytes(b"SQLite format 3\0" + b"nonsense" * 500)
    refused(app("--index", tmp_path, "--port", "0"), 3, "damaged")


def test_a_port_in_use_is_said(minutes_directory: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused(app("--index", minutes_directory, "--port", str(port)), 2, f"port {port}")


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_that_cannot_be_is_refused(minutes_directory: Path, port: str) -> None:
    refused(app("--index", minutes_directory, "--port", port), 2, "65535")


def test_others_are_let_in_only_by_name(minutes_directory: Path, tmp_path: Path) -> None:
    refused(app("--index", minutes_directory, "--host", "0.0.0.0"), 2, "--auth")
    nobody = tmp_path / "empty"
    nobody.write_text("\n\n")
    refused(app("--index", minutes_directory, "--auth", nobody), 2, "names nobody")
    nobody.write_text("suzuki:secret\nno colon here\n")
    refused(app("--index", minutes_directory, "--auth", nobody), 2, "line 2")
    refused(app("--index", minutes_directory, "--auth", tmp_path / "missing"), 2, "missing")


def test_with_auth_a_stranger_gets_nothing(serve: Callable[..., str], minutes_directory: Path, tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.write_text("suzuki:secret:with colon\n", encoding="utf-8")
    address = serve("--index", minutes_directory, "--auth", names)
    with pytest.raises(HTTPError) as stranger:
        urlopen(f"{address}config")
    stranger.value.close()
    assert stranger.value.code == 401
    client = Client(address, auth=("suzuki", "secret:with colon"), verbose=False)
    assert asked(client, SECURITY)["answered"]


def interruptible() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_ends_it_quietly(minutes_directory: Path) -> None:
    command = [sys.executable, "app.py", "--index", str(minutes_directory), "--port", "0"]
    # Where the tests run in the background, their shell has them ignore interrupts; the program must get its own.
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=interruptible
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("http://")
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=20) == ("", "")
        finally:
            process.kill()
    assert process.returncode == 130


# The API


@pytest.fixture(scope="module")
def client(page: str) -> Client:
    return Client(page, verbose=False)


def test_the_api_is_five_endpoints_and_nothing_else(client: Client) -> None:
    api = client.view_api(return_format="dict", print_info=False)
    assert list(api["named_endpoints"]) == ["/ask", "/search", "/statement", "/meetings", "/changes"]
    assert api["unnamed_endpoints"] == {}
    parameters = [parameter["parameter_name"] for parameter in api["named_endpoints"]["/ask"]["parameters"]]
    asked = ["question", "history", "top", "speakers", "meetings", "since", "until", "without", "named"]
    assert parameters == asked


def test_an_answer_is_that_of_the_command_line(client: Client, minutes_directory: Path) -> None:
    given = asked(client, SECURITY, top=3)
    command = [sys.executable, "-m", "qa", SECURITY, "--index", str(minutes_directory), "--json", "--top", "3"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert given == json.loads(printed.stdout)
    assert given["answered"]
    assert {entry["speaker"]["role"] for entry in given["statements"]} == {"経済産業大臣"}


def test_a_follow_up_leans_on_history(client: Client) -> None:
    answer = asked(client, "総務大臣は？", history=[SECURITY])
    assert {entry["speaker"]["role"] for entry in answer["statements"]} == {"総務大臣"}


def test_given_filters_decide(client: Client) -> None:
    answer = asked(client, "セキュリティ・クリアランス", speakers=["外相"], since="令和5年2月1日")
    assert answer["filters"]["speakers"] == ["外務大臣"]
    assert answer["filters"]["since"] == "2023-02-01"
    assert {entry["speaker"]["role"] for entry in answer["statements"]} == {"外務大臣"}
    assert not asked(client, "セキュリティ・クリアランス", until="2020-01-01")["answered"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"question": ""},
        {"question": "あ" * (QUESTION_CHARS + 1)},
        {"question": "あ" * 100_000},
        {"question": ["a", "list"]},
        {"question": None},
        {"question": SECURITY, "history": "not a list"},
        {"question": SECURITY, "history": [1, 2]},
        {"question": SECURITY, "top": 0},
        {"question": SECURITY, "top": "many"},
        {"question": SECURITY, "top": 10**9},
        {"question": SECURITY, "speakers": {"role": "外務大臣"}},
        {"question": SECURITY, "since": "someday"},
    ],
)
def test_what_cannot_be_asked_gives_an_error(client: Client, arguments: dict[str, object]) -> None:
    answer = asked(client, **arguments)
    assert set(answer) == {"error"}
    assert len(answer["error"]) > 10


def test_many_at_once_get_the_same_answer(client: Client) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: asked(client, SECURITY), range(24)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["answered"]


@pytest.mark.parametrize("path", ["minutes.db", "derived", "lock"])
def test_no_file_of_the_index_is_served(page: str, minutes_directory: Path, path: str) -> None:
    with pytest.raises(HTTPError) as answer:
        urlopen(f"{page}gradio_api/file={minutes_directory / path}")
    answer.value.close()
    assert answer.value.code in {403, 404}


def test_a_new_version_answers_without_a_restart(serve: Callable[..., str], tmp_path: Path) -> None:
    folder, directory = tmp_path / "folder", tmp_path / "index"
    folder.mkdir()
    (folder / "first.txt").write_bytes((ROOT / "minutes" / "keizai-anpo-04-20230214.txt").read_bytes())
    address = serve("--minutes", folder, "--index", directory)
    client = Client(address, verbose=False)
    question = "養蜂場の移転について農林水産大臣は何と言いましたか"
    before = asked(client, question)
    assert not before["answered"]
    text = (
        "第１回養蜂振興会議\n議事要旨\n\n１ 日 時：令和５年５月１０日（水）１０：００～１０：３０\n２ 場 所：会議室\n\n"
        "３ 議事の概要：\n（１）養蜂場の移転について\n\n◯農林水産大臣\n"
        "・ 養蜂場の移転については、花の時期を避けて秋に行うこととしたい。\n\n（以上）\n"
    )
    (folder / "second.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "index", "build", str(folder), "--index", str(directory)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    deadline = time.monotonic() + 20  # on a busy machine; the page looks twice a second
    while (after := asked(client, question))["version"] == before["version"] and time.monotonic() < deadline:
        pass
    assert after["version"] == before["version"] + 1
    assert after["statements"][0]["text"].startswith("養蜂場の移転については")


def test_nothing_can_be_uploaded(page: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nminutes\r\n--x--\r\n'
    upload = Request(f"{page}gradio_api/upload", body, {"Content-Type": "multipart/form-data; boundary=x"})
    with pytest.raises(HTTPError) as answer:
        urlopen(upload)
    answer.value.close()
    assert answer.value.code == 413


# Markup


class Markup(HTMLParser):
    """The tags, attributes and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(), st.text())
def test_no_text_becomes_markup(text: str, value: str) -> None:
    markup = Markup(element("p", text, title=value).text)
    assert markup.tags == ["p"]
    assert markup.open == []
    assert dict(markup.attributes) == {"title": value}
    assert markup.text == text


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![画像](https://example.com/a.png)",
    '"><svg onload=alert(1)>',
    "${alert(1)}{{constructor}}",
    "<a href='javascript:alert(1)'>",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("hostile")
    said = "\n\n".join(f"・ 安全対策の予算{number}は{text}必要である。" for number, text in enumerate(HOSTILE))
    text = (
        "第１回<b>安全</b>会議\n議事要旨\n\n１ 日 時：令和５年５月１０日（水）１０：００～１０：３０\n"
        "２ 場 所：<i>会議室</i>\n\n３ 議事の概要：\n（１）<u>安全対策</u>の予算\n\n◯財務大臣\n"
        + said
        + "\n\n（以上）\n"
    )
    (folder / 'a"b<c>.txt').write_text(text, encoding="utf-8")
    directory = tmp_path_factory.mktemp("hostile-index")
    build([folder], directory)
    return Index.open(directory)


def test_hostile_minutes_stay_text(hostile: Index) -> None:
    answer = ask(Asked("安全対策の予算について財務大臣は何と言いましたか", top=20), hostile)
    assert answer.statements
    shown = [answer_to_html(answer, words).text for words in (JAPANESE, ENGLISH)]
    shown += [source_to_html(Opened(entry), hostile.snapshot(), JAPANESE).text for entry in answer.statements]
    for html in shown:
        markup = Markup(html)
        assert not {"script", "img", "svg", "b", "i", "u"} & set(markup.tags)
        assert not [name for name, _ in markup.attributes if name.startswith("on") or name == "src"]
        links = [value for name, value in markup.attributes if name == "href"]
        assert all(re.fullmatch(r"original/[0-9a-f]{16}", value or "") for value in links)
    assert link("javascript:alert(1)", JAPANESE) is None
    text = Markup(shown[0]).text
    assert all(entry.statement.text in text for entry in answer.statements)


def test_a_card_says_that_speakers_could_not_be_read_for_certain(tmp_path: Path) -> None:
    (tmp_path / "minutes").mkdir()
    text = "予算について説明があった。\n夜間の開館には費用がかかるという意見があった。\n次回は五月に開く。\n"
    (tmp_path / "minutes" / "a.txt").write_text(text, encoding="utf-8")
    build([tmp_path / "minutes"], tmp_path / "index")
    answer = ask(Asked("夜間の開館の費用"), Index.open(tmp_path / "index"))
    assert answer.statements
    assert JAPANESE.uncertain in Markup(answer_to_html(answer, JAPANESE).text).text
    assert "発言者の読み取りは不確か" in citation(answer.statements[0])


# What the page shows


def test_a_card_says_everything_a_citation_needs(minutes_index: Index) -> None:
    answer = ask(Asked(SECURITY), minutes_index)
    html = answer_to_html(answer, JAPANESE).text
    markup = Markup(html)
    for expected in (
        "経済産業大臣（西村康稔）",
        "氏名は閣僚名簿による",
        "第４回経済安全保障推進会議",
        "2023年2月14日（令和5年）",
        "（２）関係閣僚の発言",
        "minutes/keizai-anpo-04-20230214.txt",
        "p.1",
        "議事要旨による",
        "出典を開く",
        "「経済産業大臣は」",
    ):
        assert expected in markup.text
    for entry in answer.statements:
        assert entry.statement.text in markup.text
        assert all(f"<mark>{quote}</mark>" in html for quote in entry.quotes)
    assert "架空" not in markup.text


def test_what_is_invented_says_so(samples_index: Index) -> None:
    meetings = list(samples_index.snapshot().meetings.values())
    answer = ask(Asked(f"{meetings[0].meeting.title}はいつ開かれましたか"), samples_index)
    assert answer.answered
    html = answer_to_html(answer, JAPANESE).text
    assert html.count('class="badge fictional"') == len(answer.statements)
    source = source_to_html(Opened(answer.statements[0]), samples_index.snapshot(), JAPANESE).text
    assert 'class="badge fictional"' in source


def test_the_source_shows_the_passage_between_its_neighbours(minutes_index: Index) -> None:
    entry = ask(Asked(SECURITY), minutes_index).statements[0]
    snapshot = minutes_index.snapshot()
    text = Markup(source_to_html(Opened(entry, 1, 1), snapshot, JAPANESE).text).text
    around = snapshot.neighbours(entry.statement.id, 1, 1)
    places = [text.find(statement.text) for _, statement in around]
    assert len(places) == 3
    assert -1 not in places
    assert places == sorted(places)


def test_head_entries_have_a_source_too(minutes_index: Index) -> None:
    answer = ask(Asked("会議はいつ開かれましたか"), minutes_index)
    assert answer.statements[0].statement.kind == "head"
    markup = Markup(source_to_html(Opened(answer.statements[0]), minutes_index.snapshot(), ENGLISH).text)
    assert "８：25" in markup.text
    assert markup.tags.count("blockquote") > 1


def test_examples_are_answered_and_of_the_index(minutes_index: Index) -> None:
    questions = examples(minutes_index, minutes_index.snapshot().version.id)
    assert len(questions) >= 3
    for question in questions:
        assert ask(Asked(question), minutes_index).answered


def test_a_filter_taken_away_widens_and_comes_back(minutes_index: Index) -> None:
    session = Session().asking(SECURITY, minutes_index).dropping(0, "経済産業大臣は", minutes_index)
    wider = session.exchanges[0]
    assert wider.removed == ("経済産業大臣は",)
    assert wider.answer is not None
    assert wider.answer.filters.speakers == ()
    back = session.restoring(0, "経済産業大臣は", minutes_index).exchanges[0]
    assert back.answer is not None
    assert back.answer.filters.speakers == ("経済産業大臣",)


def test_a_session_takes_no_nonsense(minutes_index: Index) -> None:
    session = Session().asking(SECURITY, minutes_index)
    for changed in (
        session.asking("  \n", minutes_index),
        session.opening(7, "nothing"),
        session.opening(0, "nothing"),
        session.dropping(-1, "経済産業大臣は", minutes_index),
        session.dropping(0, "nothing", minutes_index),
        session.restoring(0, "経済産業大臣は", minutes_index),
        session.widening(before=True),
    ):
        assert changed == session


def speakers(session: Session, place: int = 0) -> tuple[str, ...]:
    answer = session.exchanges[place].answer
    assert answer is not None
    return answer.filters.speakers


def test_a_filter_typed_over_is_asked_again_and_can_be_taken_away(minutes_index: Index) -> None:
    session = Session().asking(SECURITY, minutes_index)
    changed = session.changing(0, "経済産業大臣は", "総務大臣", minutes_index)
    assert speakers(changed) == ("総務大臣",)
    assert [(part.field, part.value) for part in changed.exchanges[0].given] == [("speakers", "総務大臣")]
    again = changed.changing(0, "=speakers", "外務大臣", minutes_index)
    assert speakers(again) == ("外務大臣",)
    assert speakers(again.dropping(0, "=speakers", minutes_index)) == ("経済産業大臣",)
    assert speakers(session.changing(0, "経済産業大臣は", " ", minutes_index)) == ()


def test_days_typed_over_are_read_as_people_write_them(minutes_index: Index) -> None:
    session = Session().asking("2023年2月14日の会議での情報保全についての発言", minutes_index)
    changed = session.changing(0, "2023年2月14日", "令和4年以降", minutes_index)
    answer = changed.exchanges[0].answer
    assert answer is not None
    assert (answer.filters.since, answer.filters.until) == (date(2022, 1, 1), None)
    assert session.changing(0, "2023年2月14日", "いつか", minutes_index) == session


def test_somebody_named_as_topic_becomes_the_speaker_with_one_click(minutes_index: Index) -> None:
    session = Session().asking("情報保全について外務大臣への要望", minutes_index)
    assert speakers(session) == ()
    assert speakers(session.naming(0, "外務大臣", minutes_index)) == ("外務大臣",)
    assert session.naming(0, "総務大臣", minutes_index) == session
    shown = answer_to_html(session.exchanges[0].answer, JAPANESE).text  # type: ignore[arg-type]
    assert 'data-action="name"' in shown


def test_a_conversation_has_an_end(minutes_index: Index) -> None:
    session = Session()
    for _ in range(EXCHANGES + 2):
        session = session.asking("？", minutes_index)
    assert len(session.exchanges) == EXCHANGES
    assert session.cleared() == Session()


@pytest.mark.parametrize("question", ["？？？", "あ" * 100_000, "総務大臣\0は"])
def test_a_refused_question_is_explained_in_the_language_of_the_page(minutes_index: Index, question: str) -> None:
    japanese = Session("ja").asking(question, minutes_index).exchanges[0]
    english = Session("en").asking(question, minutes_index).exchanges[0]
    assert japanese.error
    assert re.search(r"[ぁ-ん]", japanese.error)
    assert english.error
    assert english.error.isascii()
    assert len(japanese.asked.text) <= 201


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (None, "ja"),
        ("ja,en;q=0.8", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("fr-FR,ja;q=0.5", "ja"),
        ("de", "en"),
        (";;,,", "en"),
    ],
)
def test_the_browser_chooses_the_language(wanted: str | None, language: str) -> None:
    assert preferred(wanted) == language


def test_days_are_written_in_the_language_of_the_page(minutes_index: Index) -> None:
    answer = ask(Asked("令和5年2月14日の会議で総務大臣は何と言いましたか"), minutes_index)
    assert answer.filters.since == date(2023, 2, 14)
    assert "14 February 2023" in Markup(answer_to_html(answer, ENGLISH).text).text
