"""Adding minutes in a real Chromium: sent in, corrected, added, asked about; see tests/test_browser.py."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect, sync_playwright
from test_browser import ARGUMENTS, CHROMIUM, NARROW, WIDE, Visit
from test_upload import SAMPLES, in_word, names_in

from index.sidecar import load_sidecar
from tests.conftest import KEIZAI, MINUTES

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium found; install chromium or name one with MINUTES_CHROMIUM"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def send(visit: Visit, *files: Path) -> Locator:
    """Send files in; the list of what has become of them."""
    visit.page.locator("#adding-files input[type=file]").set_input_files([*files])
    return visit.page.locator("#adding-offers")


@pytest.mark.parametrize(
    ("name", "viewport", "locale", "scheme", "words"),
    [
        (
            "wide",
            WIDE,
            "ja-JP",
            "light",
            ("議事録を追加", "2 件すべてを追加", "追加しました", "すでに索引にあります", "第 2 版"),
        ),
        ("narrow", NARROW, "en-GB", "dark", ("Add minutes", "Add all 2", "Added", "Already indexed as", "version 2")),
    ],
)
def test_files_are_sent_in_corrected_added_and_asked(
    chromium: Browser,
    serve: Callable[..., str],
    tmp_path: Path,
    name: str,
    viewport: object,
    locale: str,
    scheme: str,
    words: tuple[str, ...],
) -> None:
    folder = Path(shutil.copytree(MINUTES, tmp_path / "minutes"))
    word, image = tmp_path / "第２回（案）.docx", tmp_path / "写真.png"
    word.write_bytes(in_word(SAMPLES[1].read_text(encoding="utf-8")))
    image.write_bytes(b"\x89PNG\r\n")
    address = serve("--minutes", folder, "--index", tmp_path / "index", "--allow-upload")
    visit = Visit(chromium, address, viewport=viewport, locale=locale, color_scheme=scheme)
    add, add_all, added, already, version = words
    page = visit.page

    expect(page.locator("#adding-files")).to_be_hidden()
    page.get_by_role("button", name=add).click()
    offers = send(visit, SAMPLES[0], image)
    expect(offers.locator(".offer.waiting")).to_have_count(1)
    expect(offers.locator(".offer.refused")).to_contain_text("写真.png")
    offers.locator("input[name=title]").fill("図書館の<b>協議会</b>")
    send(visit, word, KEIZAI)
    expect(offers.locator(".offer.waiting")).to_have_count(2)
    # What was typed stays while other files come.
    expect(offers.locator("input[name=title]").first).to_have_value("図書館の<b>協議会</b>")
    expect(offers.locator(".offer.known")).to_contain_text(already)
    offers.locator("summary").first.click()
    expect(offers.locator("input[name=speaker0]").first).to_have_value("葛葉谷澄江")
    visit.picture(f"upload-{name}")
    assert visit.fits()
    assert sorted(names_in(folder)) == names_in(MINUTES)

    page.get_by_role("button", name=add_all).click()
    expect(offers.locator(".offer.indexed")).to_have_count(2, timeout=30_000)
    expect(offers.locator(".offer.indexed").first).to_contain_text(added)
    expect(page.locator("#head .facts")).to_contain_text(version)  # by itself, without a reload
    visit.picture(f"upload-{name}-done")
    assert visit.fits()
    assert {SAMPLES[0].name, word.name} <= set(names_in(folder))
    stated = load_sidecar(folder / SAMPLES[0].name)
    assert stated is not None
    assert stated.title == "図書館の<b>協議会</b>"

    visit.ask("図書館協議会で来館者について塔ノ木課長は何と言いましたか")
    expect(page.locator(".exchange .card .speaker").first).to_contain_text("塔ノ木")
    expect(page.locator(".exchange")).to_contain_text("図書館の<b>協議会</b>")
    send(visit, SAMPLES[0])
    expect(offers.locator(".offer.known")).to_have_count(2)
    page.locator("[data-action=language]").click()
    expect(page.locator("#adding .toggle")).to_have_text(re.compile("Close" if locale == "ja-JP" else "追加を閉じる"))
    assert visit.outside == []
    assert visit.errors == []
    visit.page.context.close()


def test_where_it_is_not_allowed_nothing_offers_it(chromium: Browser, page: str) -> None:
    visit = Visit(chromium, page)
    assert visit.page.locator("#adding, input[type=file]").count() == 0
    visit.page.context.close()
