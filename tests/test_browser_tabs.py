"""The tabs beside the chat in a real Chromium, wide and narrow, in both languages, light and dark."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from gradio_client import Client
from playwright.sync_api import Browser, Page, expect

from index.build import build
from tests.test_browser import NARROW, WIDE, Visit, browser, visits
from tests.test_browser import pytestmark as pytestmark
from tests.test_browser_look import grave
from web.views_texts import ViewsTexts, views_texts

__all__ = ["browser", "visits"]

ROOT = Path(__file__).parents[1]
TOPIC = "情報保全の強化"
LOOKS = [
    pytest.param("wide", WIDE, "light", "ja-JP", id="wide"),
    pytest.param("narrow", NARROW, "dark", "en-GB", id="narrow"),
]


def turn(visit: Visit, own: ViewsTexts, view: str) -> Page:
    """Go to a tab by a click, and wait until it is open."""
    visit.page.get_by_role("tab", name=re.compile(own.names[view])).click()
    expect(visit.page.locator("#panel")).to_have_class(f"panel {view}")
    return visit.page


def look(visit: Visit, topic: str, speakers: str = "") -> None:
    """Type a topic and press Enter."""
    visit.page.locator("#view-speakers").fill(speakers)
    visit.page.locator("#view-topic").fill(topic)
    visit.page.locator("#view-topic").press("Enter")


@pytest.mark.parametrize(("name", "viewport", "scheme", "locale"), LOOKS)
def test_one_topic_is_compared_put_in_time_and_listed(
    browser: Browser,
    page: str,
    visits: list[Visit],
    tmp_path: Path,
    name: str,
    viewport: object,
    scheme: str,
    locale: str,
) -> None:
    own = views_texts("ja" if locale == "ja-JP" else "en")
    visit = Visit(browser, page, viewport=viewport, color_scheme=scheme, locale=locale)
    visits.append(visit)
    shown = turn(visit, own, "compare")
    expect(shown.locator("#question")).to_be_hidden()
    look(visit, "情報保全", "総務大臣、外務大臣、厚生労働大臣")
    expect(shown.locator(".voice h3")).to_have_count(3)
    expect(shown.locator(".voice.silent")).to_contain_text(own.none_found)
    expect(shown.locator(".voice .cue").first).to_be_visible()
    visit.picture(f"tabs-{name}-compare")
    assert visit.fits()

    turn(visit, own, "timeline")
    expect(shown.locator("#view-topic")).to_have_value("情報保全")
    expect(shown.locator(".moments li").first).to_be_visible()
    assert visit.fits()

    turn(visit, own, "matches")
    look(visit, TOPIC)
    rows = shown.locator("table.all tbody tr")
    expect(shown.locator(".views")).to_have_attribute("data-topic", TOPIC)
    expect(shown.locator("#view-speakers")).to_have_value("")
    first = rows.first.locator(".open").get_attribute("data-value")
    shown.get_by_role("button", name=own.sorts["meeting"], exact=True).click()
    expect(shown.locator('[aria-pressed="true"]')).to_have_text(own.sorts["meeting"])
    assert rows.first.locator(".open").get_attribute("data-value") != first
    with shown.expect_download() as download:
        shown.get_by_role("button", name=own.save).click()
    download.value.save_as(tmp_path / "table.csv")
    saved = list(csv.DictReader(io.StringIO((tmp_path / "table.csv").read_bytes().decode("utf-8-sig"))))
    assert len(saved) == rows.count()
    assert [row["id"] for row in saved][:1] == [rows.first.locator(".open").get_attribute("data-value")]
    visit.picture(f"tabs-{name}-matches")
    assert visit.fits()

    opener = rows.first.locator(".open")
    opener.click()
    expect(shown.locator(".source .target")).to_be_in_viewport()
    assert visit.fits()
    shown.keyboard.press("Escape")
    expect(shown.locator(".source")).to_have_count(0)
    expect(opener).to_be_focused()


@pytest.mark.parametrize(("name", "viewport", "scheme", "locale"), LOOKS)
def test_coverage_opens_the_best_statement_of_a_cell(
    browser: Browser, page: str, visits: list[Visit], name: str, viewport: object, scheme: str, locale: str
) -> None:
    own = views_texts("ja" if locale == "ja-JP" else "en")
    visit = Visit(browser, page, viewport=viewport, color_scheme=scheme, locale=locale)
    visits.append(visit)
    shown = turn(visit, own, "coverage")
    shown.locator("#view-topics").fill("情報保全の強化\n技術流出の防止")
    shown.get_by_role("button", name=own.look).click()
    expect(shown.locator("thead th")).to_have_count(3)
    expect(shown.locator(".summary")).to_contain_text("2023")
    expect(shown.locator("td.none").first).to_have_text(own.none_found)
    cell = shown.locator("td > button").first
    cell.click()
    expect(cell).to_have_attribute("aria-expanded", "true")
    expect(cell).to_be_focused()
    expect(shown.locator(".opened .statement")).to_contain_text(cell.locator("span").inner_text()[:10])
    visit.picture(f"tabs-{name}-coverage")
    assert visit.fits()
    shown.locator(".opened .open").click()
    expect(shown.locator(".source .target")).to_be_in_viewport()


def test_the_address_opens_the_same_tab_again(browser: Browser, page: str, visits: list[Visit]) -> None:
    own = views_texts("ja")
    visit = Visit(browser, page)
    visits.append(visit)
    shown = turn(visit, own, "timeline")
    look(visit, TOPIC, "外務大臣")
    expect(shown.locator(".moments li").first).to_be_visible()
    shown.wait_for_url(lambda url: "speakers" in url)
    address = parse_qs(urlsplit(shown.url).query)
    assert address == {"view": ["timeline"], "topic": [TOPIC], "speakers": ["外務大臣"]}
    said = shown.locator(".moments .statement").all_inner_texts()

    shown.reload()
    expect(shown.locator(".moments .statement")).to_have_text(said)
    shown.get_by_role("tab", name=own.names["chat"]).click()
    expect(shown.locator("#panel")).to_have_count(0)
    expect(shown.locator("#question textarea")).to_be_visible()
    shown.wait_for_url(lambda url: not urlsplit(url).query)


def test_the_keyboard_alone_goes_from_tab_to_tab(browser: Browser, page: str, visits: list[Visit]) -> None:
    own = views_texts("ja")
    visit = Visit(browser, page)
    visits.append(visit)
    shown = visit.page
    shown.locator("#tab-chat").focus()
    for key, view in (
        ("ArrowRight", "compare"),
        ("ArrowLeft", "chat"),
        ("ArrowLeft", "library"),
        ("Home", "chat"),
        ("End", "library"),
    ):
        shown.keyboard.press(key)
        expect(shown.locator(f"#tab-{view}")).to_have_attribute("aria-selected", "true")
        expect(shown.locator(f"#tab-{view}")).to_be_focused()
        expect(shown.locator('[role="tab"][tabindex="0"]')).to_have_count(1)
    shown.keyboard.press("ArrowLeft")
    expect(shown.locator("#tab-matches")).to_be_focused()
    expect(shown.locator("#panel.matches")).to_be_visible()
    shown.keyboard.press("Tab")
    expect(shown.locator("#view-topic")).to_be_focused()
    shown.keyboard.type(TOPIC)
    shown.keyboard.press("Enter")
    expect(shown.locator("table.all tbody tr").first).to_be_visible()
    expect(shown.locator("#view-topic")).to_be_focused()
    expect(shown.locator(".summary strong")).to_have_text(re.compile(own.count.format(count=r"\d+")))


def test_a_composing_enter_does_not_look(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    shown = turn(visit, views_texts("ja"), "matches")
    box = shown.locator("#view-topic")
    box.focus()
    keyboard = shown.context.new_cdp_session(shown)
    keyboard.send("Input.imeSetComposition", {"text": "じょうほう", "selectionStart": 5, "selectionEnd": 5})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.insertText", {"text": TOPIC})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    expect(box).to_have_value(TOPIC)
    expect(shown.locator("#panel")).not_to_have_attribute("aria-busy", "true")
    expect(shown.locator(".summary")).to_have_count(0)
    box.press("Enter")
    expect(shown.locator("table.all tbody tr").first).to_be_visible()


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with the first three of five invented meetings, and its index."""
    folder = tmp_path_factory.mktemp("council") / "council"
    folder.mkdir()
    for file in sorted((ROOT / "samples").glob("*.txt"))[:3]:
        (folder / file.name).write_bytes(file.read_bytes())
    directory = tmp_path_factory.mktemp("council-index")
    build([folder], directory)
    return folder, directory


def test_the_library_searches_opens_asks_and_shows_what_is_new(
    browser: Browser, serve: Callable[..., str], council: tuple[Path, Path], visits: list[Visit]
) -> None:
    own, (folder, directory) = views_texts("ja"), council
    address = serve("--index", directory)
    visit = Visit(browser, address)
    visits.append(visit)
    shown = turn(visit, own, "library")
    meetings = shown.locator(".series li")
    expect(meetings).to_have_count(3)
    expect(shown.locator(".index code")).to_be_visible()
    shown.locator("#view-sought").fill("令和6年8月")
    shown.keyboard.press("Enter")
    expect(meetings).to_have_count(1)
    expect(meetings).to_contain_text("第２回")
    visit.picture("tabs-library")
    meetings.get_by_role("button", name="議事録を開く").click()
    expect(shown.locator(".source")).to_contain_text("第２回")
    shown.keyboard.press("Escape")
    meetings.get_by_role("button", name="について聞く").click()
    box = shown.locator("#question textarea")
    expect(box).to_be_focused()
    assert "第２回" in box.input_value()
    box.press("End")
    box.press_sequentially("課長は何と言いましたか")
    box.press("Enter")
    expect(shown.locator(".exchange .card").first).to_contain_text("第２回")

    last = sorted((ROOT / "samples").glob("*.txt"))[3]
    (folder / last.name).write_bytes(last.read_bytes())
    build([folder], directory)
    # The page follows the index in the background: a visit after that sees the new version.
    client, deadline = Client(address, verbose=False), time.monotonic() + 20
    while json.loads(client.predict("課長", api_name="/ask"))["version"] == 1 and time.monotonic() < deadline:
        pass
    shown.reload()
    expect(shown.locator("#tab-library .count")).to_have_text("1")
    turn(visit, own, "library")
    expect(shown.locator(".news")).to_contain_text("1 会議")
    expect(shown.locator(".series li", has=shown.locator(".badge.new"))).to_contain_text("第４回")
    # Whoever has seen it once is told nothing again.
    shown.reload()
    expect(shown.locator(".series li")).to_have_count(4)
    expect(shown.locator(".news")).to_have_count(0)


@pytest.mark.parametrize(("name", "viewport", "scheme", "locale"), LOOKS)
def test_axe_finds_nothing_serious_in_any_tab(
    browser: Browser, page: str, visits: list[Visit], name: str, viewport: object, scheme: str, locale: str
) -> None:
    own = views_texts("ja" if locale == "ja-JP" else "en")
    visit = Visit(browser, page, viewport=viewport, color_scheme=scheme, locale=locale)
    visits.append(visit)
    for view in ("compare", "timeline", "matches"):
        turn(visit, own, view)
        look(visit, TOPIC)
        expect(visit.page.locator("#panel mark").first).to_be_visible()
        expect(visit.page.locator("#panel")).to_have_css("opacity", "1")  # it is faded while a search goes on
        assert grave(visit) == []
    for view in ("coverage", "library"):
        turn(visit, own, view)
        expect(visit.page.locator("#panel")).to_have_css("opacity", "1")
        assert grave(visit) == []
