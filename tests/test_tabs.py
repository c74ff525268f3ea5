"""The tabs beside the chat: what they show of real minutes, and what anybody may send to them."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64decode
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.build import build
from index.search import Index
from qa.library import library, news
from qa.views import all_matches
from tests.test_web import HOSTILE, Markup
from web.desk import ROWS, Desk
from web.session import Session
from web.texts import ENGLISH, JAPANESE, Texts
from web.viewing import VALUE_CHARS, begun, viewed
from web.views import views_to_html
from web.views_texts import views_texts

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 1, 1)
TOPIC = "情報保全の強化"
OWN = views_texts("ja")


def act(index: Index, session: Session, *actions: dict[str, object]) -> Session:
    """The session after actions, as the page's script sends them."""
    for action in actions:
        session = viewed(session, action, index)
    return session


def drawn(session: Session, index: Index, words: Texts = JAPANESE) -> str:
    return views_to_html(session.desk, index.snapshot(), words).text


def look(index: Index, view: str, topic: str = TOPIC, speakers: str = "") -> Session:
    return act(
        index, Session(), {"action": "turn", "value": view}, {"action": "look", "value": topic, "speakers": speakers}
    )


# Three looks at one topic


def test_speakers_are_compared_side_by_side(minutes_index: Index) -> None:
    session = look(minutes_index, "compare", "情報保全", "総務大臣、外務大臣、厚生労働大臣")
    html = drawn(session, minutes_index)
    text = Markup(html).text
    assert {"総務大臣（松本剛明）", "外務大臣（林芳正）"} <= set(re.findall(r"<h3>([^<]*)</h3>", html))
    assert re.search(r"<h3>厚生労働大臣</h3></header><p>発言の記録は見つかりませんでした</p>", html)
    assert "発言がなかったという意味ではありません" in text
    assert '<em class="cue">' in html


def test_comparison_by_role_and_affiliation(samples_index: Index) -> None:
    session = look(samples_index, "compare", "夜間の開館")
    by_role = act(samples_index, session, {"action": "by", "value": "role"})
    assert "<h3>委員</h3>" in drawn(by_role, samples_index)
    by_affiliation = act(samples_index, session, {"action": "by", "value": "affiliation"})
    assert "<h3>市民公募</h3>" in drawn(by_affiliation, samples_index)
    assert act(samples_index, by_role, {"action": "by", "value": "nonsense"}).desk.by == "role"


def test_a_timeline_is_in_order_and_breaks_where_another_holds_the_office(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, (day, name, said) in enumerate(
        [
            ("令和５年５月１０日", "鈴木一郎", "養蜂場の移転は秋に行うこととしたい。"),
            ("令和５年９月１０日", "鈴木一郎", "養蜂場の移転は来年の春に行うこととしたい。"),
            ("令和６年５月１０日", "佐藤花子", "養蜂場の移転は取りやめることとしたい。"),
        ],
        1,
    ):
        text = (
            f"第{number}回養蜂振興会議\n議事要旨\n\n１ 日 時：{day}１０：００～１０：３０\n２ 場 所：会議室\n\n"
            f"３ 議事の概要：\n（１）養蜂場の移転について\n\n◯会長（{name}）\n・ {said}\n\n（以上）\n"
        )
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    build([folder], tmp_path / "index")
    index = Index.open(tmp_path / "index")
    html = drawn(look(index, "timeline", "養蜂場の移転"), index)
    days = re.findall(r'<h3><time datetime="([^"]*)"', html)
    assert days == ["2023-05-10", "2023-09-10", "2024-05-10"]
    assert html.count('class="breaks"') == 1
    assert html.index('class="breaks"') > html.index("来年の春")
    assert "ここから別の人：会長（佐藤花子）" in html
    assert re.search(r"<summary>文言</summary>.*<ins [^>]*>来年の春</ins>|<summary>文言</summary>.*<del", html)


def test_all_matches_are_counted_sorted_and_saved(minutes_index: Index) -> None:
    session = look(minutes_index, "matches")
    found = all_matches(session.desk.asked, minutes_index.snapshot(), TODAY)  # type: ignore[arg-type]
    markup = Markup(drawn(session, minutes_index))
    assert f"{len(found.matches)} 件" in markup.text
    assert "検索した範囲：1 会議" in markup.text
    assert markup.tags.count("tr") == 1 + len(found.matches)

    sorted_by_place = act(minutes_index, session, {"action": "order", "value": "meeting"})
    shown = [match.cited.statement.position for match in sorted_by_place.desk.found.matches]  # type: ignore[union-attr]
    assert shown == sorted(shown)
    assert shown != [match.cited.statement.position for match in found.matches]

    assert "data:text/csv" not in drawn(session, minutes_index)
    saved = act(minutes_index, session, {"action": "save"})
    rows = csv_rows(drawn(saved, minutes_index))
    assert [row["id"] for row in rows] == [match.cited.statement.id for match in found.matches]
    # Once is enough: whatever comes next draws the table without its file.
    assert "data:text/csv" not in drawn(act(minutes_index, saved, {"action": "order", "value": "date"}), minutes_index)


def csv_rows(html: str) -> list[dict[str, str]]:
    content = b64decode(re.search(r'href="data:text/csv;base64,([^"]*)"', html).group(1))  # type: ignore[union-attr]
    assert content.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_saved_table_is_a_formula(tmp_path: Path, begin: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / f"{begin.strip() or 'a'}1.txt").write_text(
        f"第１回{begin}安全会議\n議事要旨\n\n"
        "１ 日 時：令和５年５月１０日（水）１０：００～１０：３０\n\n２ 議事の概要：\n\n"
        f"◯財務大臣\n・{begin}HYPERLINK(A1)で安全対策の予算を増やす必要がある。\n\n（以上）\n",
        encoding="utf-8",
    )
    build([folder], tmp_path / "index")
    index = Index.open(tmp_path / "index")
    session = act(index, look(index, "matches", "安全対策の予算"), {"action": "save"})
    rows = csv_rows(drawn(session, index))
    assert rows
    cells = [cell for row in rows for cell in row.values()]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_long_list_is_shown_in_parts(tokyo_index: Index) -> None:
    session = look(tokyo_index, "matches", "新型コロナウイルス感染症")
    count = len(session.desk.found.matches)  # type: ignore[union-attr]
    assert count > ROWS
    markup = Markup(drawn(session, tokyo_index))
    assert markup.tags.count("tr") == 1 + ROWS
    assert OWN.more.format(count=count - ROWS) in markup.text
    more = act(tokyo_index, session, {"action": "rows"})
    assert Markup(drawn(more, tokyo_index)).tags.count("tr") == 1 + min(count, 2 * ROWS)


def test_a_tab_begins_with_the_last_question_of_the_chat(minutes_index: Index) -> None:
    question = "情報保全について外務大臣は何と言いましたか"
    session = Session().asking(question, minutes_index)
    turned = act(minutes_index, session, {"action": "turn", "value": "timeline"})
    assert turned.desk.asked is not None
    assert turned.desk.asked.text == question
    assert {match.cited.statement.speaker.role for match in turned.desk.found.matches} == {"外務大臣"}  # type: ignore[union-attr]


def test_a_statement_of_a_tab_opens_its_source(minutes_index: Index) -> None:
    session = look(minutes_index, "matches")
    shown = re.findall(r'data-action="open" data-place="-1" data-value="([^"]*)"', drawn(session, minutes_index))
    opened = session.opening(-1, shown[1])
    assert opened.opened is not None
    assert opened.opened.cited.statement.id == shown[1]
    assert session.opening(-1, "nothing") == session


# Coverage


def test_speakers_by_topics(minutes_index: Index) -> None:
    cover = {"action": "cover", "value": "情報保全の強化\n\n技術流出の防止\n", "speakers": ""}
    session = act(minutes_index, Session(), {"action": "turn", "value": "coverage"}, cover)
    table = session.desk.table
    assert table is not None
    html = drawn(session, minutes_index)
    assert html.count('data-action="cell"') == sum(cell is not None for cells in table.cells for cell in cells)
    assert html.count('<td class="none">') == sum(cell is None for cells in table.cells for cell in cells) > 0
    assert "検索した範囲" in Markup(html).text
    row, column = next((r, c) for r, cells in enumerate(table.cells) for c, cell in enumerate(cells) if cell)
    opened = act(minutes_index, session, {"action": "cell", "place": row, "value": str(column)})
    text = table.cells[row][column].cited.statement.text  # type: ignore[union-attr]
    assert text in Markup(drawn(opened, minutes_index)).text.replace("\n", "")
    assert act(minutes_index, opened, {"action": "cell", "place": row, "value": str(column)}).desk.cell is None
    rows = csv_rows(drawn(act(minutes_index, session, {"action": "save"}), minutes_index))
    assert len(rows) == len(table.names) * 2


def test_too_many_topics_are_refused_in_words(minutes_index: Index) -> None:
    session = act(minutes_index, Session(), {"action": "turn", "value": "coverage"})
    session = act(minutes_index, session, {"action": "cover", "value": "\n".join(f"話題{n}" for n in range(9))})
    assert session.desk.error == "話題は 8 つまでです（9 あります）。"
    assert session.desk.table is None


# The library


def test_the_library_is_by_series_and_day(samples_index: Index) -> None:
    (series,) = library("", samples_index.snapshot(), TODAY)
    days = [row.meeting.date for row in series.meetings]
    assert len(days) == 5
    assert days == sorted(days, reverse=True)  # type: ignore[type-var]
    markup = Markup(drawn(act(samples_index, Session(), {"action": "turn", "value": "library"}), samples_index))
    assert series.body in markup.text
    assert samples_index.snapshot().version.encoder_name in markup.text
    assert markup.text.count("議事録を開く") == 5


@pytest.mark.parametrize(
    ("sought", "count"),
    [("第３回", 1), ("第3回", 1), ("令和6年8月", 1), ("2024年", 3), ("課長", 5), ("図書館", 5), ("養蜂", 0), ("  ", 5)],
)
def test_meetings_are_found_by_title_day_and_speaker(samples_index: Index, sought: str, count: int) -> None:
    found = library(sought, samples_index.snapshot(), TODAY)
    assert sum(len(series.meetings) for series in found) == count


def test_a_meeting_opens_from_its_beginning(samples_index: Index) -> None:
    row = next(iter(samples_index.snapshot().meetings.values()))
    session = act(samples_index, Session(), {"action": "meeting", "value": row.meeting.id})
    assert session.opened is not None
    assert session.opened.cited.meeting == row
    assert session.opened.cited.statement.position == 0
    assert act(samples_index, session, {"action": "meeting", "value": "nothing"}) == session


def test_what_came_since_the_last_visit_is_new(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    files = sorted((ROOT / "samples").glob("*.txt"))
    for file in files[:2]:
        (folder / file.name).write_bytes(file.read_bytes())
    build([folder], tmp_path / "index")
    index = Index.open(tmp_path / "index")
    session = act(index, Session(), {"action": "turn", "value": "library"})
    before = re.search(r'data-version="([^"]*)"', drawn(session, index)).group(1)  # type: ignore[union-attr]
    assert act(index, session, {"action": "visit", "value": before}).desk.news is None

    (folder / files[2].name).write_bytes(files[2].read_bytes())
    (folder / files[0].name).unlink()
    build([folder], tmp_path / "index", prune=True)
    session = act(index, session, {"action": "visit", "value": before})
    markup = Markup(drawn(session, index))
    assert "1 会議が加わるか改められました" in markup.text
    assert "1 件のファイルが取り除かれました" in markup.text
    assert markup.text.count("新着・更新") == 1
    assert news(99, index.snapshot()) is None
    assert act(index, Session(), {"action": "visit", "value": f"{before}x"}).desk.news is None


# Whatever the browser sends


@pytest.mark.parametrize(
    "action",
    [
        {"action": "turn", "value": "nothing"},
        {"action": "turn", "value": ["chat"]},
        {"action": ["look"]},
        {"action": None},
        {"action": "cell", "place": 10**9, "value": "0"},
        {"action": "cell", "place": -1, "value": "0"},
        {"action": "cell", "place": True, "value": "9" * 5_000},
        {"action": "cell", "place": 0, "value": "²"},
        {"action": "order", "value": "nothing"},
        {"action": "by", "value": {}},
        {"action": "meeting", "value": 7},
        {"action": "visit", "value": "\0"},
        {"action": "look", "value": 5, "speakers": ["外務大臣"]},
    ],
)
def test_nonsense_changes_nothing(minutes_index: Index, action: dict[str, object]) -> None:
    cover = {"action": "cover", "value": "情報保全の強化\n技術流出の防止"}
    session = act(minutes_index, Session(), {"action": "turn", "value": "coverage"}, cover)
    after = act(minutes_index, session, action)
    assert replace(after, desk=replace(after.desk, turns=session.desk.turns)) == session


@pytest.mark.parametrize("view", ["compare", "timeline", "matches"])
@pytest.mark.parametrize(
    "topic", ["あ" * 100_000, "総務大臣\0は", "？？？", "\ud800です", "何と言いましたか", "とは", "a" * VALUE_CHARS]
)
def test_a_refused_topic_is_explained_in_the_language_of_the_page(minutes_index: Index, view: str, topic: str) -> None:
    for language, words in (("ja", JAPANESE), ("en", ENGLISH)):
        session = Session(language)  # type: ignore[arg-type]
        session = act(
            minutes_index,
            session,
            {"action": "turn", "value": view},
            {"action": "look", "value": topic, "speakers": ""},
        )
        assert session.desk.error or session.desk.found is not None
        if session.desk.error:
            assert bool(re.search(r"[ぁ-ん]", session.desk.error)) == (language == "ja")
            assert words.language in drawn(session, minutes_index, words)


def test_an_address_opens_its_tab(minutes_index: Index) -> None:
    session = begun(Session(), {"view": "timeline", "topic": TOPIC, "speakers": "外務大臣"}, minutes_index)
    assert session.desk.view == "timeline"
    assert {match.cited.statement.speaker.role for match in session.desk.found.matches} <= {"外務大臣"}  # type: ignore[union-attr]
    html = drawn(session, minutes_index)
    assert f'data-view="timeline" data-topic="{TOPIC}" data-speakers="外務大臣"' in html
    covered = begun(Session(), {"view": "coverage", "topic": "情報保全\n技術流出"}, minutes_index)
    assert len(covered.desk.table.topics) == 2  # type: ignore[union-attr]
    assert begun(Session(), {"view": "<script>", "topic": "x"}, minutes_index) == Session()
    assert begun(Session(), {"view": "library", "topic": "総務大臣"}, minutes_index).desk.sought == "総務大臣"


def test_hostile_minutes_and_topics_stay_text(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    said = "\n\n".join(f"・ 安全対策の予算{number}は{text}必要である。" for number, text in enumerate(HOSTILE))
    (folder / 'a"b<c>.txt').write_text(
        "第１回<b>安全</b>会議\n議事要旨\n\n"
        "１ 日 時：令和５年５月１０日（水）１０：００～１０：３０\n\n２ 議事の概要：\n\n"
        f"◯<i>財務大臣</i>\n{said}\n\n（以上）\n",
        encoding="utf-8",
    )
    build([folder], tmp_path / "index")
    index = Index.open(tmp_path / "index")
    topic = "安全対策の予算<img src=x onerror=alert(1)>"
    sessions = [look(index, view, topic) for view in ("compare", "timeline", "matches")]
    coverage = act(index, Session(), {"action": "turn", "value": "coverage"}, {"action": "cover", "value": topic})
    sessions += [act(index, coverage, {"action": "cell", "place": 0, "value": "0"})]
    sessions += [act(index, Session(), {"action": "turn", "value": "library"}, {"action": "seek", "value": "<b>"})]
    for session in sessions:
        assert session.desk.error is None
        for words in (JAPANESE, ENGLISH):
            markup = Markup(drawn(session, index, words))
            assert markup.open == []
            assert not {"script", "img", "svg", "b", "i", "u", "a"} & set(markup.tags)
            assert not [name for name, _ in markup.attributes if name.startswith("on") or name in {"href", "src"}]


def test_the_chat_draws_nothing_but_the_tabs(minutes_index: Index) -> None:
    markup = Markup(views_to_html(Desk(), minutes_index.snapshot(), ENGLISH).text)
    assert markup.tags.count("button") == 6
    assert "form" not in markup.tags
    assert Markup(views_to_html(Desk("library"), None, ENGLISH).text).tags.count("form") == 0
