"""The README's pictures, from a running page: python tests/screenshots.py [FOLDER] (docs/images); make screenshots."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import expect, sync_playwright
from test_browser import ABSENT, ARGUMENTS, CHROMIUM, NARROW, SECURITY, WIDE, Visit

ROOT = Path(__file__).parents[1]
MINUTES = ROOT / "minutes"


def main(folder: Path) -> None:
    """Serve the sample minutes on a free port, ask, and save what a visitor sees."""
    if CHROMIUM is None:
        sys.exit("screenshots: no Chromium found; install chromium or name one with MINUTES_CHROMIUM")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as index:
        command = [sys.executable, "app.py", "--port", "0", "--minutes", str(MINUTES), "--index", index]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as page:
            try:
                assert page.stdout is not None
                _take(page.stdout.readline().strip(), folder)
            finally:
                page.terminate()


def _take(address: str, folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

        def keep(visit: Visit, name: str) -> None:
            visit.page.mouse.move(0, 0)
            visit.page.screenshot(path=folder / f"{name}.png", animations="disabled")

        wide = Visit(browser, address, viewport=WIDE)
        wide.ask(SECURITY)
        expect(wide.page.locator(".following")).to_be_visible()
        wide.page.locator(".card .open").first.click()
        expect(wide.page.locator(".source .target")).to_be_in_viewport()
        keep(wide, "wide-source")

        refused = Visit(browser, address, viewport=WIDE)
        refused.ask(ABSENT)
        refused.page.locator(".misses summary").click()
        keep(refused, "wide-refusal")

        narrow = Visit(browser, address, viewport=NARROW)
        narrow.ask(SECURITY)
        expect(narrow.page.locator(".following")).to_be_attached()
        keep(narrow, "narrow-answer")

        dark = Visit(browser, address, viewport=WIDE, color_scheme="dark", locale="en-GB")
        dark.ask(SECURITY)
        dark.page.locator(".card .open").first.click()
        expect(dark.page.locator(".source .target")).to_be_in_viewport()
        keep(dark, "dark-english")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
