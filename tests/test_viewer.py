"""Permanent links, what became of a statement, page images and originals, through the session and the page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from gradio_client import Client
from hypothesis import given
from hypothesis import strategies as st

from index.build import build
from index.search import Filters, Index
from qa.answer import Asked, ask
from qa.places import quote_spans
from tests.conftest import KEIZAI, ROOT
from web.links import link_of, linked, statement_link
from web.opened import ZOOMS, Opened
from web.session import Exchange, Session
from web.source import source_to_html
from web.texts import ENGLISH, JAPANESE, Texts
from web.theme import theme
from web.voices import VOICES, voice_of, voices

SECURITY = "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"


@pytest.fixture
def history(tmp_path: Path) -> tuple[Index, str, str]:
    """Minutes of two versions: ids of a statement that was corrected and of one that was removed."""
    folder = tmp_path / "folder"
    folder.mkdir()
    text = KEIZAI.read_text(encoding="utf-8")
    (folder / KEIZAI.name).write_text(text, encoding="utf-8")
    build([folder], tmp_path / "index")
    snapshot = Index.open(tmp_path / "index").snapshot()
    said = [one for one in snapshot.in_meeting(next(iter(snapshot.meetings))) if one.kind == "speech"]
    corrected, removed = said[0], said[-1]
    lines = text.split("\n")
    first = next(
        line for line in lines if line.strip() and "".join(line.split())[-12:] in "".join(corrected.text.split())
    )
    text = text.replace(first, f"{first[:-2]}改めて{first[-2:]}", 1)
    for span in sorted(removed.spans, key=lambda span: -span.start):
        shift = len("改めて")
        text = text[: span.start + shift] + text[span.end + shift :]
    (folder / KEIZAI.name).write_text(text, encoding="utf-8")
    build([folder], tmp_path / "index")
    return Index.open(tmp_path / "index"), corrected.id, removed.id


@pytest.mark.parametrize(
    ("words", "corrected", "removed", "added"),
    [
        (JAPANESE, "訂正されました", "削除されました", "加わった文言"),
        (ENGLISH, "has been corrected", "was removed", "added"),
    ],
)
def test_a_link_outlives_corrections_and_removals(
    history: tuple[Index, str, str], words: Texts, corrected: str, removed: str, added: str
) -> None:
    index, first, last = history
    session = linked(Session(words.language), f"statement={first}", index)
    assert session.opened is not None
    markup = source_to_html(session.opened, index.snapshot(), words).text
    assert corrected in markup
    assert f'<ins title="{added}">改めて</ins>' in markup
    assert f'data-open="{first}"' in markup
    assert link_of(session) == f"?statement={first}"
    gone = linked(Session(words.language), f"statement={last}", index).opened
    assert gone is not None
    markup = source_to_html(gone, index.snapshot(), words).text
    assert removed in markup
    assert "original/" not in markup


def test_a_link_gives_back_the_exchange_that_it_was_made_from(minutes_index: Index) -> None:
    session = Session().asking(SECURITY, minutes_index)
    words = next(part.words for part in session.exchanges[0].answer.question.understood if part.field == "speakers")  # type: ignore[union-attr]
    for made in (session, session.asking("総務大臣は？", minutes_index), session.dropping(0, words, minutes_index)):
        again = linked(Session(), link_of(made)[1:], minutes_index)
        assert again.exchanges[-1].answer == made.exchanges[-1].answer
        assert again.exchanges[-1].removed == made.exchanges[-1].removed
        assert link_of(again) == link_of(made)
    given = Exchange(Asked("セキュリティ・クリアランス", given=Filters(speakers=("外務大臣",), meetings=("推進会議",))))
    made = Session().adding(given, minutes_index)
    assert linked(Session(), link_of(made)[1:], minutes_index).exchanges == made.exchanges


@given(
    st.text()
    | st.builds(
        "{}={}&{}={}".format,
        st.sampled_from(["q", "statement", "since"]),
        st.text(),
        st.sampled_from(["speaker", "until", "statement"]),
        st.text(),
    )
)
def test_any_query_string_gives_a_page(minutes_index: Index, query: str) -> None:
    session = linked(Session(), query, minutes_index)
    link_of(session)
    if session.opened:
        assert source_to_html(session.opened, minutes_index.snapshot(), JAPANESE).text.startswith("<aside")


@given(st.text())
def test_any_wish_of_a_browser_leaves_a_view(wish: str) -> None:
    for kind in ("", "page:", "zoom:"):
        assert Opened(None).viewed(kind + wish).zoom < len(ZOOMS)


def test_a_quote_stands_where_its_spans_say(tokyo_index: Index) -> None:
    answer = ask(Asked("待機児童の対策について"), tokyo_index)
    snapshot = tokyo_index.snapshot()
    entry = next(entry for entry in (*answer.statements, *answer.near_misses) if entry.quotes)
    document = snapshot.document(entry.meeting.document).text
    spans = quote_spans(entry.statement, entry.quotes, document)
    found = "".join("".join(document[span.start : span.end].split()) for span in spans)
    assert found == "".join("".join(quote.split()) for quote in entry.quotes)
    assert all(any(one.start <= span.start < span.end <= one.end for one in entry.statement.spans) for span in spans)
    assert quote_spans(entry.statement, ["どこにもない文。", ""], document) == ()


def test_speakers_can_be_told_apart_and_read() -> None:
    sheet, look = (ROOT / "web" / "viewer.css").read_text(encoding="utf-8"), theme()
    for scheme, ground in (("", look.block_background_fill), (r"\.dark ", look.block_background_fill_dark)):
        block = re.search(rf"^{scheme}\.gradio-container \{{(.*?)\}}", sheet, re.MULTILINE | re.DOTALL)
        assert block
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block[1]))
        spoken = [colours[f"voice-{number}"] for number in range(1, VOICES + 1)]
        assert len(set(spoken)) == VOICES
        assert all(contrast(colour, ground) >= 4.5 for colour in spoken)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 defines it."""
    light = sorted(
        sum(
            weight * (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
            for weight, value in zip(
                (0.2126, 0.7152, 0.0722), (byte / 255 for byte in bytes.fromhex(colour[1:])), strict=True
            )
        )
        for colour in (one, other)
    )
    return (light[1] + 0.05) / (light[0] + 0.05)


def test_a_speaker_has_one_colour_in_a_meeting(tokyo_index: Index) -> None:
    snapshot = tokyo_index.snapshot()
    row = next(iter(snapshot.meetings))
    known = voices(row, snapshot)
    assert len(set(known.values())) == VOICES
    for statement in snapshot.in_meeting(row):
        style = voice_of(statement, known)
        assert (style is None) == (statement.speaker is None)


# Originals


def fetched(address: str, cookie: str = "") -> tuple[int, bytes]:
    try:
        response: HTTPResponse = urlopen(Request(address, headers={"Cookie": cookie} if cookie else {}))
    except HTTPError as refused:
        refused.close()
        return refused.code, b""
    with response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Disposition"].startswith("attachment;")
        return response.status, response.read()


@pytest.fixture
def statement(minutes_index: Index) -> str:
    return ask(Asked(SECURITY), minutes_index).statements[0].statement.id


def test_an_original_is_the_file_that_was_indexed(page: str, statement: str) -> None:
    assert fetched(f"{page}original/{statement}") == (200, KEIZAI.read_bytes())


@pytest.mark.parametrize(
    "path", ["0123456789abcdef", "..%2f..%2fetc%2fpasswd", "%00", "", "../minutes.db", "%F0%9F%92"]
)
def test_only_statements_have_originals(page: str, path: str) -> None:
    assert fetched(f"{page}original/{path}")[0] == 404


def test_a_changed_or_linked_original_is_not_handed_out(tmp_path: Path, serve: Callable[..., str]) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    file = folder / "a.txt"
    shutil.copyfile(KEIZAI, file)
    build([folder], tmp_path / "index")
    index = Index.open(tmp_path / "index")
    id_ = ask(Asked(SECURITY), index).statements[0].statement.id
    address = f"{serve('--index', tmp_path / 'index')}original/{id_}"
    assert fetched(address) == (200, KEIZAI.read_bytes())
    file.write_text("秘密", encoding="utf-8")
    assert fetched(address) == (404, b"")
    file.unlink()
    file.symlink_to("/etc/passwd")
    assert fetched(address) == (404, b"")


def test_a_stranger_gets_no_original(
    serve: Callable[..., str], minutes_directory: Path, statement: str, tmp_path: Path
) -> None:
    names = tmp_path / "names"
    names.write_text("suzuki:secret\n", encoding="utf-8")
    address = serve("--index", minutes_directory, "--auth", names)
    assert fetched(f"{address}original/{statement}") == (401, b"")
    assert fetched(f"{address}original/{statement}", "access-token-x=None; access-token-unsecure-x=") == (401, b"")
    client = Client(address, auth=("suzuki", "secret"), verbose=False)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    assert fetched(f"{address}original/{statement}", cookie) == (200, KEIZAI.read_bytes())


def test_a_link_of_a_statement_is_its_id() -> None:
    assert statement_link("0123") == "?statement=0123"
