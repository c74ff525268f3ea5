"""Conversations, copying, exporting and feedback in a real Chromium."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Page, expect

from index.search import Index
from qa.answer import Asked, ask
from qa.feedback import read_feedback
from qa.render.citation import cite, quoted
from tests.conftest import ROOT
from tests.test_browser import ABSENT, NARROW, SECURITY, WIDE, Visit, browser, pytestmark, visits

__all__ = ["browser", "pytestmark", "visits"]
FOLLOWED = "総務大臣は？"


def reload(visit: Visit) -> None:
    """Load the page anew; Gradio complains of its own streams that this ends."""
    visit.page.reload()
    expect(visit.page.locator("#talks .talks")).to_be_attached()
    visit.errors[:] = [error for error in visit.errors if not re.search("AbortError|errored out", error)]


def pane(shown: Page) -> None:
    """Have the list of conversations in sight."""
    drawer = shown.locator("#talks .drawer")
    if drawer.is_visible() and not shown.locator("#talks-list").is_visible():
        drawer.click()
    expect(shown.locator("#talks-list")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "viewport", "locale", "scheme"),
    [("wide", WIDE, "ja-JP", "light"), ("narrow", NARROW, "en-GB", "light"), ("dark", WIDE, "en-GB", "dark")],
)
def test_conversations_are_kept_switched_renamed_and_deleted(
    browser: Browser, page: str, visits: list[Visit], name: str, viewport: object, locale: str, scheme: str
) -> None:
    visit = Visit(browser, page, viewport=viewport, locale=locale, color_scheme=scheme)
    visits.append(visit)
    shown = visit.page
    items, exchanges = shown.locator("#talks li"), shown.locator(".exchange")
    visit.ask(SECURITY)
    visit.ask(FOLLOWED)
    answered = shown.locator("#conversation").inner_text()
    reload(visit)
    expect(exchanges).to_have_count(2)
    assert shown.locator("#conversation").inner_text() == answered

    shown.locator("#talks .bar [data-action=clear]").click()
    expect(shown.locator(".welcome")).to_be_visible()
    expect(shown.locator("#question textarea")).to_be_focused()
    visit.ask(ABSENT)
    pane(shown)
    expect(items.nth(0).locator("input")).to_have_value(ABSENT)
    expect(items.nth(1)).to_contain_text(SECURITY)
    visit.picture(f"talks-{name}")
    assert visit.fits()
    box = items.nth(0).locator("input")
    box.fill("北海道 <b>の</b> 件")
    box.press("Enter")
    expect(shown.locator("#talks .talks")).to_have_attribute("data-put", re.compile("北海道 <b>"))
    pane(shown)
    items.nth(1).locator("button.name").click()
    expect(exchanges).to_have_count(2)
    assert shown.locator("#conversation").inner_text() == answered

    pane(shown)
    items.filter(has_text="北海道").locator(".delete").click()
    expect(shown.locator(".undo")).to_contain_text("北海道 <b>の</b> 件")
    expect(shown.locator(".undo button")).to_be_focused()
    visit.picture(f"talks-{name}-deleted")
    shown.keyboard.press("Enter")
    expect(items).to_have_count(2)
    expect(exchanges).to_have_count(2)
    pane(shown)
    items.locator("input").locator("xpath=..").locator(".delete").click()
    expect(shown.locator(".welcome")).to_be_visible()
    reload(visit)
    expect(items).to_have_count(1)
    expect(shown.locator(".welcome")).to_be_visible()
    pane(shown)
    expect(items).to_contain_text("北海道 <b>の</b> 件")


def test_two_windows_share_the_list(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    other = visit.page.context.new_page()
    other.goto(page)
    expect(other.locator(".welcome h2")).to_be_visible()
    visit.ask(SECURITY)
    expect(other.locator("#talks li")).to_contain_text(SECURITY)
    other.locator("#talks li .name").click()
    expect(other.locator(".exchange .card").first).to_be_visible()
    other.locator("#talks li .delete").click()
    expect(other.locator("#talks li")).to_have_count(0)


def test_what_the_browser_gives_back_may_be_anything(browser: Browser, page: str, visits: list[Visit]) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    hostile = '{"id": "%s", "title": "<img src=x onerror=alert(1)>", "changed": 1e99, "lines": [{"text": 3}]}' % (
        "a" * 32
    )
    visit.page.evaluate(
        "(hostile) => { localStorage['minutes.talk.x'] = '{'; localStorage['minutes.talk.' + 'a'.repeat(32)] = hostile;"
        " localStorage['minutes.talk.y'] = '[[]]'; sessionStorage['minutes.talk'] = 'a'.repeat(32); }",
        hostile,
    )
    reload(visit)
    expect(visit.page.locator(".welcome")).to_be_visible()
    visit.ask(SECURITY)
    expect(visit.page.locator(".card").first).to_be_visible()
    assert visit.page.locator("img").count() == 0


def serving(directory: Path, port: str) -> tuple[subprocess.Popen[str], str]:
    """A page on this port, and its address."""
    command = [sys.executable, "app.py", "--index", str(directory), "--port", port]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def insisting(visit: Visit, question: str) -> None:
    """Ask, and again where Gradio, finding the server back, loads the page anew and takes along what was just typed."""
    box, answers = visit.page.locator("#question textarea"), visit.page.locator(".exchange .answer")
    for _ in range(3):
        box.fill(question)
        box.press("Enter")
        try:
            expect(answers).to_have_count(2, timeout=15_000)
        except AssertionError:
            continue
        return


def test_a_conversation_goes_on_after_the_server_was_started_anew(browser: Browser, minutes_directory: Path) -> None:
    process, address = serving(minutes_directory, "0")
    try:
        visit = Visit(browser, address, locale="en-GB")
        visit.ask(SECURITY)
        process.terminate()
        process.communicate(timeout=20)
        process, again = serving(minutes_directory, address.rstrip("/").rpartition(":")[2])
        assert again == address
        insisting(visit, FOLLOWED)
        expect(visit.page.locator(".exchange")).to_have_count(2)
        expect(visit.page.locator(".exchange").nth(1).locator(".card .speaker").first).to_contain_text("総務大臣")
        expect(visit.page.locator("#talks li")).to_have_count(1)
        visit.page.context.close()
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_quote_is_copied_with_its_citation(
    browser: Browser, page: str, visits: list[Visit], minutes_index: Index, allowed: bool
) -> None:
    visit = Visit(browser, page, permissions=["clipboard-read", "clipboard-write"])
    visits.append(visit)
    if not allowed:  # as over plain http from another machine
        visit.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    visit.ask(SECURITY)
    entry = ask(Asked(SECURITY), minutes_index).statements[0]
    for form, name in (("ja", "日本語"), ("en", "English"), ("markdown", "Markdown")):
        visit.page.locator(".card").first.locator(".copies").get_by_role("button", name=name).click()
        expect(visit.page.get_by_role("status").filter(has_text="コピーしました")).to_contain_text(name)
        box = visit.page.locator("#question textarea")
        box.fill("")
        box.press("Control+v")
        expect(box).to_have_value(cite(entry, form, quoted(entry, form)))  # type: ignore[arg-type]


def test_a_conversation_is_exported(browser: Browser, page: str, visits: list[Visit], tmp_path: Path) -> None:
    visit = Visit(browser, page, accept_downloads=True)
    visits.append(visit)
    visit.ask(SECURITY)
    quote = visit.page.locator(".card mark").first.inner_text()
    for name in ("Markdown", "Word"):
        with visit.page.expect_download() as download:
            visit.page.get_by_role("button", name=f"この会話を {name} で書き出す").click()
        download.value.save_as(tmp_path / name)
    assert re.fullmatch(r"セキュリティ_クリアランス.*\.docx", download.value.suggested_filename)
    assert quote in (tmp_path / "Markdown").read_text(encoding="utf-8")
    assert any(quote in paragraph.text for paragraph in docx.Document(str(tmp_path / "Word")).paragraphs)


def test_a_verdict_is_kept_only_where_the_operator_asks_for_it(
    browser: Browser,
    page: str,
    serve: Callable[..., str],
    visits: list[Visit],
    minutes_directory: Path,
    tmp_path: Path,
) -> None:
    silent = Visit(browser, page)
    visits.append(silent)
    silent.ask(SECURITY)
    expect(silent.page.get_by_role("button", name="役に立つ")).to_have_count(0)

    file = tmp_path / "feedback.jsonl"
    visit = Visit(browser, serve("--index", minutes_directory, "--feedback", file))
    visits.append(visit)
    visit.ask(SECURITY)
    useful = visit.page.locator(".card").first.get_by_role("button", name="役に立つ", exact=True)
    useful.click()
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(useful).to_be_focused()
    visit.picture("talks-feedback")
    useless = visit.page.locator(".card").first.get_by_role("button", name="役に立たない")
    useless.click()
    expect(useless).to_have_attribute("aria-pressed", "true")
    assert [(one.question, one.verdict, one.before) for one in read_feedback(file)] == [
        (SECURITY, "useful", None),
        (SECURITY, "useless", "useful"),
    ]


def test_a_reload_neither_asks_twice_nor_forgets_earlier_questions(
    browser: Browser, page: str, visits: list[Visit]
) -> None:
    visit = Visit(browser, page)
    visits.append(visit)
    visit.ask(SECURITY)
    visit.ask("総務大臣は？")
    expect(visit.page).to_have_url(re.compile(r"\?q="))
    again = visit.page.context.new_page()
    again.goto(visit.page.url)
    expect(again.locator(".exchange .answer")).to_have_count(1)  # another window: what the link asks
    reload(visit)
    expect(visit.page.locator(".exchange .answer")).to_have_count(2)
