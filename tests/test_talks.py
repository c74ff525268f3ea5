"""Conversations: what a browser keeps of them, what it may give back, and what is exported of them."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import build
from index.search import Filters, Index
from qa.answer import Asked, ask
from qa.citing import still_proven
from qa.feedback import read_feedback
from qa.render.citation import FORMS, quoted
from qa.render.document import Paragraph, document_to_docx, document_to_markdown
from web.export import exported
from web.opinions import opinion_actions, tools_to_html
from web.session import Session
from web.talking import remembered, resumed, talk_actions, talks_to_html
from web.talks import HEADS, Head, Line, Talk, Talks, kept_from, talk_from, talk_to_json

SECURITY = "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"
OLD = Head("0" * 32, "以前の会話", 5)


def kept(talk: Talk | None, *heads: Head) -> str:
    """What web/kept.js gives."""
    listed = [{"id": head.id, "title": head.title, "changed": head.changed} for head in heads]
    return json.dumps({"heads": listed, "talk": json.loads(talk_to_json(talk)) if talk else None})


def conversation(index: Index) -> Session:
    """Two questions, of the second of which a filter was taken away and another given."""
    session = Session().asking(SECURITY, index).asking("総務大臣は？", index)
    session = session.dropping(1, session.exchanges[1].answer.question.understood[0].words, index)  # type: ignore[union-attr]
    return remembered(session.changing(0, "経済産業大臣は", "総務大臣", index))


def test_what_is_kept_gives_the_same_answers_after_a_reload(minutes_index: Index) -> None:
    before = conversation(minutes_index)
    assert before.talks.current is not None
    after = resumed(Session("en"), kept(before.talks.current, before.talks.current.head, OLD), minutes_index)
    assert after.exchanges == before.exchanges
    assert after.talks == replace(before.talks, heads=(before.talks.current.head, OLD))
    assert remembered(after) == after  # reading changes nothing, nor the time of the last change


def test_no_answer_is_kept(minutes_index: Index) -> None:
    session = conversation(minutes_index)
    assert session.talks.current is not None
    text = talk_to_json(session.talks.current)
    assert session.exchanges[0].answer is not None
    assert all(entry.statement.text not in text for entry in session.exchanges[0].answer.statements)


TEXT = st.text(min_size=1, max_size=20).filter(str.strip)
WORDS = st.lists(TEXT, max_size=3, unique=True).map(tuple)
DAY = st.none() | st.dates(min_value=date(1, 1, 1))


@given(
    TEXT,
    st.lists(st.tuples(TEXT, WORDS, WORDS, WORDS, WORDS, WORDS, DAY, DAY), min_size=1, max_size=4),
)
def test_a_conversation_comes_back_as_it_was_kept(title: str, lines: list[tuple[object, ...]]) -> None:
    made = tuple(
        Line(
            Asked(text, history, Filters(speakers, meetings, since, until), frozenset(removed), frozenset(named)),  # type: ignore[arg-type]
            removed,  # type: ignore[arg-type]
        )
        for text, history, speakers, meetings, removed, named, since, until in lines
    )
    talk = Talk(Head("a" * 32, title.strip(), 7), made)
    assert talk_from(json.loads(talk_to_json(talk))) == talk


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.just("0" * 32),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["heads", "talk", "id", "title", "changed", "lines", "text", "removed", "since", "history"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_a_browser_gives_back_is_read_or_passed_over(value: object) -> None:
    heads, talk = kept_from(json.dumps(value))
    assert len(heads) <= HEADS
    assert talk is None or talk.lines
    assert kept_from(value) is not None


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["removed", "named", "history", "speakers", "meetings", "since"]), ANYTHING))
def test_whatever_stands_beside_a_question_it_is_asked(minutes_index: Index, beside: dict[str, object]) -> None:
    line = {**beside, "text": SECURITY}
    talk = {"id": "0" * 32, "title": "\ud800会話", "changed": 1, "lines": [line, 3, {}, {"text": "\x00\ud800"}]}
    session = resumed(Session(), json.dumps({"heads": [], "talk": talk}), minutes_index)
    assert len(session.exchanges) == 2
    talks_to_html(session).text.encode("utf-8")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null", "\ud800", '"x"', None, 3])
def test_nonsense_keeps_nothing(text: object) -> None:
    assert kept_from(text) == ((), None)


def test_renaming_deleting_and_the_order(minutes_index: Index) -> None:
    session = conversation(minutes_index)
    session = replace(session, talks=session.talks.listing([OLD, Head("1" * 32, "もっと前", 1)]))
    current = session.talks.current
    assert current is not None
    assert [head.title for head in session.talks.heads] == [SECURITY, "以前の会話", "もっと前"]

    def act(session: Session, action: str, **given: object) -> Session:
        return remembered(talk_actions(session, given, minutes_index)[action]())

    renamed = act(session, "rename", to="  <b>新しい</b>\n名前 ")
    assert renamed.talks.heads[0].title == "<b>新しい</b> 名前"
    assert "<b>" not in talks_to_html(renamed).text
    assert act(session, "rename", to=" ").talks == session.talks

    without = act(session, "delete", value=OLD.id)
    assert OLD not in without.talks.heads
    assert without.talks.gone == OLD
    assert without.exchanges == session.exchanges
    empty = act(session, "delete", value=current.head.id)
    assert (empty.exchanges, empty.talks.current) == ((), None)
    assert act(empty, "talk", kept=kept(current, current.head, OLD)).exchanges == session.exchanges
    assert act(session, "delete", value="no such").talks == session.talks


def test_a_new_conversation_leaves_the_others(minutes_index: Index) -> None:
    first = conversation(minutes_index)
    second = remembered(first.cleared().asking(SECURITY, minutes_index))
    assert second.talks.current != first.talks.current
    assert len(second.talks.heads) == 2
    assert Talks().keeping(()) == Talks()


def file_of(link: str | None) -> bytes:
    assert link is not None
    found = re.search('base64,([^"]*)', link)
    assert found
    return base64.b64decode(found[1])


def test_an_export_holds_every_quote_with_its_citation(minutes_index: Index) -> None:
    session = conversation(minutes_index)
    markdown = file_of(exported(session, {"action": "export", "value": "md"}, minutes_index)).decode()
    word = docx.Document(io.BytesIO(file_of(exported(session, {"action": "export", "value": "docx"}, minutes_index))))
    paragraphs = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs]
    assert paragraphs[0] == ("Title", SECURITY)
    assert ("Heading 1", "総務大臣は？") in paragraphs
    quotes = [text for style, text in paragraphs if style == "Quote"]
    shown = [entry for one in session.exchanges if one.answer for entry in one.answer.statements]
    assert len(quotes) == len(shown) > 1
    for entry, text in zip(shown, quotes, strict=True):
        assert quoted(entry, "ja") in text
        assert "第4回経済安全保障推進会議、令和5年2月14日、議事要旨による、p.1" in text
        assert entry.statement.id in markdown
    assert markdown.count("\n> — ") == len(shown)


def test_what_no_longer_stands_in_the_index_is_not_exported(tmp_path: Path) -> None:
    folder = tmp_path / "minutes"
    folder.mkdir()
    source = Path(__file__).parents[1] / "minutes" / "keizai-anpo-04-20230214.txt"
    (folder / source.name).write_bytes(source.read_bytes())
    build([folder], tmp_path / "index")
    with_it = Index.open(tmp_path / "index")
    session = remembered(Session().asking(SECURITY, with_it))
    assert session.exchanges[0].answer
    (entry, *_) = session.exchanges[0].answer.statements
    assert still_proven(entry, with_it.snapshot())
    assert not still_proven(replace(entry, quotes=("言っていないこと",)), with_it.snapshot())
    (folder / source.name).write_text(source.read_text(encoding="utf-8").replace("必要", "不要"), encoding="utf-8")
    build([folder], tmp_path / "index")
    now = Index.open(tmp_path / "index")
    text = file_of(exported(session, {"action": "export", "value": "md"}, now)).decode()
    assert "照合できなかった" in text
    assert quoted(entry, "markdown") not in text


def test_text_is_no_markup_in_an_export() -> None:
    hostile = Paragraph("question", "# <img src=x> *a* [b](c) \x00 & ]]> \ufffe")
    assert not re.search(r"(?<!\\)[<>*\[\]]", document_to_markdown([hostile]))
    assert document_to_markdown([Paragraph("text", "1. a"), Paragraph("text", "- b")]) == "1\\. a\n\n\\- b\n"
    word = docx.Document(io.BytesIO(document_to_docx([hostile], "ja")))
    assert word.paragraphs[0].text == "# <img src=x> *a* [b](c)  & ]]> "
    assert document_to_docx([hostile], "ja") == document_to_docx([hostile], "ja")


@pytest.mark.parametrize("data", [None, {}, {"action": "export", "value": "exe"}, {"action": "open"}, "export", [1]])
def test_nothing_is_exported_unless_asked_for(minutes_index: Index, data: object) -> None:
    assert exported(conversation(minutes_index), data, minutes_index) is None
    assert exported(Session(), {"action": "export", "value": "md"}, minutes_index) is None


def test_copies_hold_what_the_statement_holds(minutes_index: Index) -> None:
    for question in (SECURITY, "総務大臣は何と言いましたか"):
        for entry in ask(Asked(question), minutes_index).statements:
            for form in FORMS:
                pieces = re.split(r"（中略）| \[…\] ", quoted(entry, form))
                assert all(piece in entry.statement.text for piece in pieces)
                assert all(quote in "".join(pieces) for quote in entry.quotes)
    none_marked = replace(entry, quotes=())
    assert quoted(none_marked, "ja") == entry.statement.text


def test_sentences_apart_are_joined_by_a_mark(minutes_index: Index) -> None:
    (entry, *_) = ask(Asked(SECURITY), minutes_index).statements
    apart = replace(
        entry, statement=replace(entry.statement, text="一。二。三。\n四。"), quotes=("三。", "一。", "四。")
    )
    assert quoted(apart, "ja") == "一。（中略）三。\n四。"
    assert quoted(apart, "en") == "一。 […] 三。\n四。"


def test_a_verdict_is_kept_where_it_is_asked_for(minutes_index: Index, tmp_path: Path) -> None:
    session = Session().asking(SECURITY, minutes_index)
    assert session.exchanges[0].answer
    entry = session.exchanges[0].answer.statements[0]
    id_, file = entry.statement.id, tmp_path / "feedback.jsonl"

    def say(session: Session, verdict: str, place: int = 0, statement: str = id_) -> Session:
        return opinion_actions(session, place, statement, file)[verdict]()

    assert opinion_actions(session, 0, id_, None) == {}
    assert 'data-action="useful"' not in tools_to_html(session, 0, entry, False).text
    useful = say(session, "useful")
    assert 'aria-pressed="true"' in tools_to_html(useful, 0, entry, True).text
    back = say(say(useful, "useless"), "useless")
    assert 'aria-pressed="true"' not in tools_to_html(back, 0, entry, True).text
    assert [(one.verdict, one.before) for one in read_feedback(file)] == [
        ("useful", None),
        ("useless", "useful"),
        (None, "useless"),
    ]
    # Nothing that was not shown can be judged.
    assert say(session, "useful", statement="no such") == say(session, "useful", place=7) == session
    file.unlink()
    file.mkdir()
    assert "保存できませんでした" in tools_to_html(say(session, "useful"), 0, entry, True).text
