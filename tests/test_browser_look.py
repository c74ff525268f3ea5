"""How the page looks and reads: accessibility, stillness, input methods, calendar, order, what may be asked next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.test_browser import ABSENT, NARROW, SECURITY, WIDE, Visit, browser, pytestmark, visits

__all__ = ["browser", "pytestmark", "visits"]  # fixtures and the mark that count here as well

AXE = Path(__file__).parent / "axe" / "axe.min.js"
TOPIC = "セキュリティ・クリアランスについて、どのような発言がありましたか"
FOREIGN = "セキュリティ・クリアランスについて外務大臣は何と言いましたか"
SMALLEST, LARGEST = {"width": 360, "height": 640}, {"width": 2560, "height": 1440}


def grave(visit: Visit) -> list[str]:
    """What axe-core calls serious or critical in what is shown now, with where it is."""
    visit.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = visit.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("viewport", "locale"), [(WIDE, "ja-JP"), (NARROW, "en-GB")])
def test_axe_finds_nothing_serious(
    browser: Browser, page: str, visits: list[Visit], viewport: object, locale: str, scheme: str
) -> None:
    visit = Visit(browser, page, viewport=viewport, locale=locale, color_scheme=scheme)
    visits.append(visit)
    assert grave(visit) == []
    visit.ask(TOPIC)
    visit.ask(SECURITY)
    expect(visit.page.locator(".following")).to_be_visible()
    assert grave(visit) == []
    visit.ask(ABSENT)
    visit.page.locator(".misses summary").click()
    visit.ask("あ" * 5_000)
    assert grave(visit) == []
    visit.page.locator(".card .open").first.click()
    expect(visit.page.locator(".source")).to_be_visible()
    assert grave(visit) == []


def test_axe_is_in_the_page_and_would_find_something(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    visit.page.evaluate("document.querySelector('.subtitle').style.color = '#ddd'")
    assert [line for line in grave(visit) if line.startswith("color-contrast")]


SHIFTS = """() => { window.shifted = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true }); }"""
"""Adds up every movement of what is shown, those soon after a key or click as well."""


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
@pytest.mark.parametrize("viewport", [SMALLEST, NARROW, WIDE, LARGEST])
def test_nothing_moves_when_answers_arrive(
    browser: Browser, page: str, visits: list[Visit], viewport: dict[str, int], locale: str
) -> None:
    visit = Visit(browser, page, viewport=viewport, locale=locale)
    visits.append(visit)
    visit.page.evaluate(SHIFTS)
    for question in (SECURITY, FOREIGN):
        visit.ask(question)
        expect(visit.page.locator(".following")).to_be_visible()
        assert visit.fits()
    if viewport["width"] >= WIDE["width"]:  # the source has a place of its own
        visit.page.locator(".card .open").last.click()
        expect(visit.page.locator(".source")).to_be_visible()
    assert visit.fits()
    visit.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert visit.page.evaluate("window.shifted") < 0.02


@pytest.mark.parametrize("code", [13, 229])
@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_the_enter_that_ends_a_conversion_does_not_send(
    browser: Browser, page: str, visits: list[Visit], locale: str, code: int
) -> None:
    """Browsers differ in the key code of that Enter (229, or 13 with isComposing); each comes through composition."""
    visit = Visit(browser, page, locale=locale)
    visits.append(visit)
    box = visit.page.locator("#question textarea")
    box.focus()
    keyboard = visit.page.context.new_cdp_session(visit.page)
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": code}
    for reading, written in (("がいむ", "外務"), ("だいじん", "大臣")):
        for end in range(1, len(reading) + 1):
            keyboard.send(
                "Input.imeSetComposition", {"text": reading[:end], "selectionStart": end, "selectionEnd": end}
            )
        keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
        keyboard.send("Input.insertText", {"text": written})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    expect(box).to_have_value("外務大臣")
    expect(visit.page.locator(".exchange")).to_have_count(0)
    box.press("Enter")
    expect(visit.page.locator(".exchange .question")).to_have_text(["外務大臣"])


def test_the_calendar_and_the_language_are_kept(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    shown = visit.page
    visit.ask(SECURITY)
    when = shown.locator(".card time").first
    expect(when).to_have_text("2023年2月14日（令和5年）")
    shown.get_by_role("button", name="和暦で表示").click()
    expect(when).to_have_text("令和5年2月14日（2023年）")
    expect(shown.locator(".facts")).to_contain_text("令和5年2月14日")
    later = shown.context.new_page()  # a later visit with the same browser
    later.goto(page)
    expect(later.locator(".facts")).to_contain_text("令和5年2月14日（2023年）")
    later.get_by_role("button", name="English").click()
    expect(later.locator(".facts")).to_contain_text("14 February 2023 (Reiwa 5)")
    latest = shown.context.new_page()
    latest.goto(page)
    expect(latest.locator("h1")).to_have_text("Ask the minutes")
    latest.get_by_role("button", name="Western years").click()
    expect(latest.locator(".facts")).not_to_contain_text("Reiwa")


def _positions(cards: Locator) -> list[str]:
    return [str(card.get_attribute("data-value")) for card in cards.locator(".open").all()]


@pytest.mark.parametrize(
    ("locale", "relevance", "date", "sure"),
    [("ja-JP", "関連の強い順", "日付順", "答えている"), ("en-GB", "relevance", "date", "nswers the question")],
)
def test_statements_are_listed_in_another_order(
    browser: Browser, page: str, visits: list[Visit], locale: str, relevance: str, date: str, sure: str
) -> None:
    visit = Visit(browser, page, locale=locale)
    visits.append(visit)
    visit.ask(TOPIC)
    exchange = visit.page.locator(".exchange")
    expect(exchange.locator(".sureness")).to_contain_text(sure)
    expect(exchange.locator(".sureness")).to_have_attribute("title", re.compile(r"\d+%"))
    ranked = exchange.locator(".card .rank").all_inner_texts()
    by_relevance = _positions(exchange)
    exchange.get_by_role("button", name=date).press("Enter")
    expect(exchange.get_by_role("button", name=date)).to_have_attribute("aria-pressed", "true")
    assert sorted(_positions(exchange)) == sorted(by_relevance)
    assert exchange.locator(".card .rank").all_inner_texts() != ranked == sorted(ranked)
    exchange.get_by_role("button", name=relevance).click()
    expect(exchange.get_by_role("button", name=relevance)).to_have_attribute("aria-pressed", "true")
    assert _positions(exchange) == by_relevance


def test_a_suggested_question_is_answered_from_whom_it_names(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    visit.ask(SECURITY)
    for place in (1, 2):
        offered = visit.page.locator(".following button").first
        question = offered.inner_text()
        offered.click()
        exchange = visit.page.locator(".exchange").nth(place)
        expect(exchange.locator(".question")).to_have_text(question)
        expect(exchange.locator(".card .speaker").first).to_contain_text(question.removesuffix("は何と言いましたか"))
        expect(visit.page.locator(".following button", has_text=question)).to_have_count(0)
    visit.page.get_by_role("button", name="新しい会話").click()
    expect(visit.page.locator(".following")).to_have_count(0)
