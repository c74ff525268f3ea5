"""The source viewer and permanent links in a real Chromium, over real minutes in PDF and text."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from index.build import build
from index.search import Index
from tests.test_browser import NARROW, SECURITY, WIDE, Visit, browser, pytestmark, visits

__all__ = ["browser", "pytestmark", "visits"]  # fixtures of the other browser tests, and when to skip them

LEGAL = "担保の実行について"
INSIDE = """[...document.querySelectorAll('.box')].every((box) => {
  const b = box.getBoundingClientRect(), leaf = document.querySelector('.leaf').getBoundingClientRect();
  return Math.abs(b.height / leaf.height - parseFloat(box.style.height) / 100) < 0.002 && b.width > 5 && b.height > 5
    && b.left >= leaf.left && b.right <= leaf.right && b.bottom <= leaf.bottom;
})"""
MINUTES = ("moj_housei_shoho_bukai01_001374091.pdf", "shohisha_kyoiku25_20190726.pdf")


@pytest.fixture(scope="module")
def folder(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of real PDFs of its own, since a test changes one."""
    folder = tmp_path_factory.mktemp("pdfs")
    for name in MINUTES:
        shutil.copyfile(data / "minutes" / "formats" / "pdf" / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def pdfs(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("pdf-index")
    build([folder], directory)
    return directory


@pytest.fixture(scope="module")
def printed(serve: Callable[..., str], pdfs: Path) -> str:
    """The address of a page over minutes in PDF."""
    return serve("--index", pdfs)


@pytest.fixture(scope="module")
def passage(pdfs: Path) -> str:
    """The id of a statement that stands on a page in the middle of a PDF."""
    snapshot = Index.open(pdfs).snapshot()
    row = next(row for row in snapshot.meetings.values() if MINUTES[0] in row.sources[0].path)
    said = snapshot.in_meeting(row.row)
    return next(one.id for one in said if one.kind == "speech" and one.spans[0].page == 10 and len(one.text) > 120)


def decoded(page: Page) -> None:
    """Wait until the page image is there to be seen."""
    page.wait_for_function(
        "document.querySelector('.leaf img')?.complete && document.querySelector('.leaf img').naturalWidth > 300"
    )


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize(
    ("name", "viewport", "locale", "scheme", "view", "turn", "count"),
    [
        ("wide", WIDE, "ja-JP", "light", "文字", "次のページ", "{} / 28 ページ"),
        ("narrow", NARROW, "en-GB", "dark", "Text", "Next page", "Page {} of 28"),
    ],
)
def test_a_page_of_a_pdf_with_its_passage(
    browser: Browser,
    printed: str,
    visits: list[Visit],
    name: str,
    viewport: object,
    locale: str,
    scheme: str,
    view: str,
    turn: str,
    count: str,
) -> None:
    visit = Visit(browser, printed, viewport=viewport, locale=locale, color_scheme=scheme)
    visits.append(visit)
    shown = visit.page
    visit.ask(LEGAL)
    cards = shown.locator(".card", has_text=MINUTES[0])
    seconds = []
    for card in (cards.nth(1), cards.nth(0)):  # the machine may be busy with something else once
        begun = time.monotonic()
        card.locator(".open").click()
        expect(
            shown.locator(f'.source[data-open="{card.locator(".open").get_attribute("data-value")}"]')
        ).to_be_visible()
        decoded(shown)
        seconds.append(time.monotonic() - begun)
        if viewport == NARROW:
            shown.keyboard.press("Escape")
    assert min(seconds) < 1
    if viewport == NARROW:
        cards.first.locator(".open").click()
    page = int(re.findall(r"p\. ?(\d+)", cards.first.locator(".place").inner_text())[0])
    expect(shown.locator(".turning .count")).to_have_text(count.format(page))
    assert shown.locator(".box.whole.target").is_visible()
    expect(shown.locator(".box.whole.target")).to_be_in_viewport()
    inside = shown.evaluate(INSIDE)
    assert inside
    expect(shown.locator(".turning .count")).to_be_in_viewport()
    visit.picture(f"viewer-{name}-page")
    assert visit.fits()

    button = shown.get_by_role("button", name=turn)
    button.focus()
    shown.keyboard.press("Enter")
    expect(shown.locator(".turning .count")).to_have_text(count.format(page + 1))
    expect(button).to_be_focused()
    width = shown.locator(".leaf").bounding_box()
    shown.locator('[data-role="zoom＋"]').click()
    expect(shown.locator(".leaf")).to_have_attribute("style", "width:150%")
    wider = shown.locator(".leaf").bounding_box()
    assert width
    assert wider
    assert wider["width"] > 1.4 * width["width"]
    assert visit.fits()

    shown.get_by_role("button", name=view, exact=True).click()
    expect(shown.locator(".context .target")).to_be_in_viewport()
    expect(shown.locator(".leaf")).to_have_count(0)
    visit.picture(f"viewer-{name}-text")
    assert visit.fits()


def test_a_link_opens_its_statement_and_the_original_is_handed_out(
    browser: Browser, printed: str, visits: list[Visit], passage: str, folder: Path
) -> None:
    visit = Visit(browser, f"{printed}?statement={passage}", ".source h2")
    visits.append(visit)
    shown = visit.page
    decoded(shown)
    expect(shown.locator(".turning .count")).to_have_text("10 / 28 ページ")
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.get_by_role("button", name="リンクをコピー").click()
    expect(shown.get_by_role("button", name="コピーしました")).to_be_visible()
    assert shown.evaluate("navigator.clipboard.readText()") == f"{printed}?statement={passage}"
    with shown.expect_download() as got:
        shown.get_by_role("link", name="元のファイル").click()
    assert got.value.suggested_filename == MINUTES[0]
    assert Path(got.value.path()).read_bytes() == (folder / MINUTES[0]).read_bytes()
    shown.get_by_role("button", name="出典を閉じる").click()
    expect(shown.locator(".source")).to_have_count(0)
    assert query(shown) == {}


def test_a_file_that_changed_shows_its_text_and_is_not_handed_out(
    browser: Browser, printed: str, visits: list[Visit], passage: str, folder: Path
) -> None:
    file = folder / MINUTES[0]
    kept = file.read_bytes()
    try:
        file.write_bytes(kept + b"\n")
        visit = Visit(browser, f"{printed}?statement={passage}", ".source h2", locale="en-GB")
        visits.append(visit)
        expect(visit.page.locator(".source .body > .warning")).to_contain_text("changed since it was indexed")
        expect(visit.page.locator(".context .target")).to_be_in_viewport()
        expect(visit.page.locator(".source .original")).to_have_count(0)
        answer = visit.page.request.get(f"{printed}original/{passage}")
        assert answer.status == 404
        file.unlink()
        visit.page.reload()
        expect(visit.page.locator(".source .body > .warning")).to_contain_text("no longer there")
    finally:
        file.write_bytes(kept)


def test_the_address_follows_and_a_reload_shows_the_same(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    shown = visit.page
    visit.ask(SECURITY)
    shown.wait_for_function("location.search.length > 1")
    assert query(shown) == {"q": [SECURITY]}
    visit.ask("総務大臣は？")
    shown.wait_for_function("location.search.includes('q=%E7%B7%8F')")
    assert query(shown) == {"q": [SECURITY, "総務大臣は？"]}
    card = shown.locator(".exchange").nth(1).locator(".card").first
    said, id_ = card.locator(".statement").inner_text(), card.locator(".open").get_attribute("data-value")
    card.locator(".open").click()
    expect(shown.locator(".source .target")).to_be_in_viewport()
    visit.picture("viewer-colours")
    colours = shown.locator(".source .turn .speaker strong").evaluate_all(
        "all => all.map((one) => [one.textContent, getComputedStyle(one).color])"
    )
    assert len({colour for _, colour in colours}) > 1
    assert len({tuple(pair) for pair in colours}) == len({name for name, _ in colours})
    assert query(shown)["statement"] == [id_]
    shown.reload()
    expect(shown.locator(".source .target")).to_be_in_viewport()
    expect(shown.locator(".source .target mark").first).to_be_visible()
    expect(shown.locator(".exchange").nth(1).locator(".card .statement").first).to_have_text(said)


@pytest.mark.parametrize(("locale", "words"), [("ja-JP", "見つかりません"), ("en-GB", "no statement with this number")])
@pytest.mark.parametrize("id_", ["0123456789abcdef", "<img src=x onerror=alert(1)>", "あ" * 500])
def test_an_unknown_statement_is_said_in_plain_words(
    browser: Browser, page: str, visits: list[Visit], locale: str, words: str, id_: str
) -> None:
    visit = Visit(browser, f"{page}?statement={quote(id_)}", ".source h2", locale=locale)
    visits.append(visit)
    expect(visit.page.locator(".source .warning")).to_contain_text(words)
    assert visit.page.locator("img").count() == 0
    assert visit.fits()


def test_a_link_asks_with_its_filters(browser: Browser, page: str, visits: list[Visit]) -> None:
    link = f"{page}?q={quote('セキュリティ・クリアランス')}&speaker={quote('外務大臣')}&since=2023-01-01"
    visit = Visit(browser, link, ".exchange .card")
    visits.append(visit)
    expect(visit.page.locator(".card .speaker").first).to_contain_text("外務大臣")
    assert query(visit.page)["speaker"] == ["外務大臣"]
    visit.page.goto(f"{page}?q={quote('予算')}&since=someday")
    expect(visit.page.locator(".error")).to_contain_text("someday")
