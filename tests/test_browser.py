"""The page in a real Chromium. MINUTES_CHROMIUM names one; MINUTES_SCREENSHOTS names a folder for pictures."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from index.search import Index
from qa.judging import Pooled, judge_file, read_judgements, write_pool

CHROMIUM = os.environ.get("MINUTES_CHROMIUM") or shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium found; install chromium or name one with MINUTES_CHROMIUM"
)

SECURITY = "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか"
ABSENT = "北海道新幹線の延伸の費用はいくらですか"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """One visitor's page, and everything in it that must not happen."""

    def __init__(self, browser: Browser, address: str, ready: str = ".welcome h2", **options: object) -> None:
        context = browser.new_context(**{"viewport": WIDE, "locale": "ja-JP", "reduced_motion": "reduce", **options})  # type: ignore[arg-type]
        self.page: Page = context.new_page()
        self.outside: list[str] = []
        self.errors: list[str] = []
        origin = urlsplit(address).netloc

        def note(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in {"data", "blob"} and parts.netloc != origin:
                self.outside.append(request.url)

        context.on("request", note)
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(address)
        expect(self.page.locator(ready)).to_be_visible()

    def ask(self, question: str) -> None:
        """Type a question, send it with Enter, wait for its answer."""
        place = self.page.locator(".exchange").count()
        box = self.page.get_by_role("textbox", name=re.compile("質問|Question"))
        box.fill(question)
        box.press("Enter")
        expect(self.page.locator(".exchange").nth(place).locator(".answer, .error")).to_be_visible()

    def picture(self, name: str) -> None:
        """Save what is seen, where somebody asked for pictures."""
        folder = os.environ.get("MINUTES_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    def fits(self) -> bool:
        """Whether nothing has to be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture
def visits(browser: Browser, page: str) -> Iterator[list[Visit]]:
    """Visits made by a test; afterwards none may have asked for anything outside or met an error."""
    made: list[Visit] = []
    yield made
    for visit in made:
        assert visit.outside == []
        assert visit.errors == []
        visit.page.context.close()


@pytest.mark.parametrize(
    ("name", "viewport", "scheme"),
    [("wide", WIDE, "light"), ("narrow", NARROW, "light"), ("dark", WIDE, "dark")],
)
def test_ask_open_the_source_follow_up_and_be_refused(
    browser: Browser, page: str, visits: list[Visit], minutes_index: Index, name: str, viewport: object, scheme: str
) -> None:
    visit = Visit(browser, page, viewport=viewport, color_scheme=scheme)
    visits.append(visit)
    shown = visit.page
    visit.picture(f"{name}-start")
    assert visit.fits()

    visit.ask(SECURITY)
    card = shown.locator(".card").first
    expect(card.locator(".speaker")).to_contain_text("経済産業大臣")
    expect(card).to_contain_text("議事要旨による")
    quote = card.locator("mark").first.inner_text()
    visit.picture(f"{name}-answer")
    assert visit.fits()

    card.get_by_role("button", name="出典を開く").click()
    target = shown.locator(".source .target")
    expect(target.locator("mark").first).to_have_text(quote)
    expect(target).to_be_in_viewport()
    expect(shown.locator(".source .speaker", has_text="外務大臣")).to_be_visible()
    visit.picture(f"{name}-source")
    assert visit.fits()
    shown.get_by_role("button", name="出典を閉じる").click()
    expect(shown.locator(".source")).to_have_count(0)
    expect(card.locator(".open")).to_be_focused()

    visit.ask("総務大臣は？")
    answer = shown.locator(".exchange").nth(1)
    expect(answer.locator(".card .speaker").first).to_contain_text("総務大臣")
    text = answer.locator(".card .statement").first.inner_text()
    said = [statement for _, statement in minutes_index.snapshot().neighbours(_id(answer), 0, 0)]
    assert [re.sub(r"\s", "", statement.text) for statement in said] == [re.sub(r"\s", "", text)]

    visit.ask(ABSENT)
    refusal = shown.locator(".exchange").nth(2)
    expect(refusal.locator(".refusal")).to_contain_text("見つかりませんでした")
    expect(refusal.locator(".refusal")).to_contain_text("検索した範囲：1 会議")
    expect(refusal.locator(".card").first).to_be_hidden()
    refusal.locator("summary").click()
    expect(refusal.locator(".card.miss").first).to_be_visible()
    visit.picture(f"{name}-refusal")
    assert visit.fits()


def _id(answer: object) -> str:
    return str(answer.locator(".card .open").first.get_attribute("data-value"))  # type: ignore[attr-defined]


def test_filters_examples_languages_and_a_new_conversation(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page, locale="en-GB")
    visits.append(visit)
    shown = visit.page
    expect(shown.locator("h1")).to_have_text("Ask the minutes")
    expect(shown.locator("html")).to_have_attribute("lang", "en")
    expect(shown.locator(".facts")).to_contain_text("14 February 2023")
    shown.get_by_role("button", name="日本語").click()
    expect(shown.locator("h1")).to_have_text("議事録に聞く")

    example = shown.locator(".examples button").first
    question = example.inner_text()
    example.click()
    expect(shown.locator(".exchange .question")).to_have_text(question)
    expect(shown.locator(".exchange .card").first).to_be_visible()

    speaker = shown.locator(".chip", has_text="発言者").first
    before = shown.locator(".chip").count()
    speaker.get_by_role("button", name="外して聞き直す").click()
    expect(shown.locator(".chip.removed")).to_be_visible()
    expect(shown.locator(".chip:not(.removed)")).to_have_count(before - 1)
    shown.locator(".chip.removed button").click()
    expect(shown.locator(".chip:not(.removed)")).to_have_count(before)

    box = shown.locator(".chip input.value").first
    box.fill("総務大臣")
    box.press("Enter")
    expect(shown.locator(".exchange .card .speaker").first).to_contain_text("総務大臣")

    shown.get_by_role("button", name="新しい会話").click()
    expect(shown.locator(".welcome")).to_be_visible()
    expect(shown.locator(".exchange")).to_have_count(0)


def test_the_keyboard_alone_opens_and_closes_a_source(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    visit.ask(SECURITY)
    opener = visit.page.locator(".card .open").first
    opener.focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".source h2")).to_be_focused()
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator(".source")).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_composing_enter_does_not_send(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    box = visit.page.locator("#question textarea")
    box.focus()
    keyboard = visit.page.context.new_cdp_session(visit.page)
    keyboard.send("Input.imeSetComposition", {"text": "そうむ", "selectionStart": 3, "selectionEnd": 3})
    # What a browser sends for the Enter that settles a composition: the key code of an input method.
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.insertText", {"text": "総務大臣は何と言いましたか"})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    expect(box).to_have_value("総務大臣は何と言いましたか")
    expect(visit.page.locator(".exchange")).to_have_count(0)
    box.press("Enter")
    # One exchange, not two: the first Enter had sent nothing.
    expect(visit.page.locator(".exchange .card").first).to_be_visible()
    expect(visit.page.locator(".exchange")).to_have_count(1)


def test_a_question_that_is_refused_is_explained(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    visit.ask("あ" * 5_000)
    expect(visit.page.locator(".error")).to_contain_text("質問が長すぎます（5,000 字）")
    assert visit.fits()
    visit.ask("<img src=x onerror=alert(1)>とは？")
    expect(visit.page.locator(".question").nth(1)).to_have_text("<img src=x onerror=alert(1)>とは？")
    assert visit.page.locator("img").count() == 0


POOL = [
    Pooled(
        query, question, (), "plain", f"{query}-{place}", f"{place} 番目の発言です。" * 8, "会長", "第４回会議", None
    )
    for query, question in (("q1", "夜も開いていますか"), ("q2", "<img src=x onerror=alert(1)>とは"))
    for place in range(3)
]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pool") / "pool.jsonl"
    write_pool(path, POOL)
    return path


@pytest.fixture(scope="module")
def judging(serve: Callable[..., str], pool: Path) -> str:
    """The address of the page that judges the pool."""
    return serve("--judge", pool)


@pytest.mark.parametrize(
    ("name", "viewport", "locale", "helps", "progress"),
    [("wide", WIDE, "ja-JP", "役に立つ", "6 件のうち {} 件"), ("narrow", NARROW, "en-GB", "Helps", "{} of 6 judged")],
)
def test_a_pool_is_judged_with_keys_and_clicks(
    browser: Browser,
    judging: str,
    pool: Path,
    visits: list[Visit],
    name: str,
    viewport: object,
    locale: str,
    helps: str,
    progress: str,
) -> None:
    visit = Visit(browser, judging, ".who", viewport=viewport, locale=locale)
    visits.append(visit)
    shown, count = visit.page, visit.page.locator(".progress [role=status]")

    def kept() -> dict[str, int]:
        return {key[1]: grade for key, grade in read_judgements(judge_file(pool, f"花子 {name}")).items()}

    def press(key: str, judged: int, current: str) -> None:
        shown.keyboard.press(key)
        expect(count).to_contain_text(progress.format(judged))
        expect(shown.locator("[aria-current]")).to_contain_text(f"{current} 番目")
        expect(shown.locator("[aria-current]")).to_be_focused()

    visit.picture(f"judging-{name}-who")
    shown.locator("#judge").fill(f"花子 {name}")
    shown.keyboard.press("Enter")
    expect(shown.locator(".card")).to_have_count(3)
    press("2", 1, "1")
    press("j", 1, "2")
    press("k", 1, "1")
    shown.locator(".card").nth(2).get_by_role("button", name=helps).click()
    expect(shown.locator(".question")).to_have_text("<img src=x onerror=alert(1)>とは")  # the next question
    assert kept() == {"q1-0": 2, "q1-2": 1}
    press("u", 1, "2")
    assert kept() == {"q1-0": 2}
    expect(shown.locator('[aria-pressed="true"]')).to_have_count(1)
    visit.picture(f"judging-{name}")
    assert visit.fits()
    assert shown.locator("html").get_attribute("lang") == locale[:2]

    shown.reload()  # whoever judges is remembered, and goes on at what is not judged yet
    expect(shown.locator("[aria-current]")).to_contain_text("1 番目")
    press("0", 2, "2")
    assert kept() == {"q1-0": 2, "q1-1": 0}
    assert shown.locator("img").count() == 0
