"""A browser at the size of a cheap phone, driven by touch. Every page it opens must stay quiet and clean."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
#: Nothing but the loopback is reached, and the back-forward cache works as on a phone.
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def launch(playwright: Playwright, *more: str) -> Browser:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    return playwright.chromium.launch(
        executable_path=path, args=[*ARGUMENTS, *more], ignore_default_args=["--disable-back-forward-cache"]
    )


@dataclass
class Phone:
    """A page and what it asked for."""

    page: Page
    server: str
    script: bool = True
    requests: list[tuple[str, str]] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)

    def open(self, path: str) -> Phone:
        self.page.goto(self.server + path)
        return self

    def tap(self, name: str) -> None:
        """Tap a button or link that can be seen, by the words on it."""
        self.page.locator("button:visible, a:visible").filter(has_text=name).first.tap()

    def submit(self, css: str) -> None:
        """Tap a button that sends the form, and wait for the next page."""
        with self.page.expect_navigation():
            self.page.locator(css).first.tap()

    def answer(self, question: str, *options: str) -> None:
        """Tap the rows of a question's answers."""
        for option in options:
            self.page.locator(f"label:has([name={question}][value={option}])").tap()

    def until(self, expression: str) -> None:
        """Wait for an expression to hold; Playwright's own way needs what the policy forbids."""
        for _ in range(100):
            if self.page.evaluate(expression):
                return
            time.sleep(0.05)
        raise AssertionError(expression)

    def findings(self) -> dict[str, Any]:
        """What stands in the result: level, dependencies and rows of every card, in order."""
        found: dict[str, Any] = self.page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll("#cards article")].map((card) => [
                 card.id.slice(7),
                 [card.dataset.level, card.dataset.depends,
                  [...card.querySelectorAll("[data-row]")].map((row) => Number(row.dataset.row))]]))"""
        )
        return found

    def axe(self, where: str, *rules: str) -> None:
        """No violation of WCAG 2.2 AA, or of single rules; a page without scripts is copied for it."""
        page = self.page
        if not self.script:
            browser = page.context.browser
            assert browser
            page = browser.new_page(**PHONE)
            page.set_content(re.sub(r"<script>.*?</script>", "", self.page.content(), flags=re.S))
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
        results = Axe().run(page, options={"runOnly": only, "resultTypes": ["violations"]}).response
        if page is not self.page:
            page.close()
        found = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in results["violations"]]
        assert found == [], (where, found)

    def fits(self, where: str) -> None:
        """Nothing is wider than the screen."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (where, wide)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = launch(playwright)
        yield made
        made.close()


Opener = Callable[..., Phone]


@pytest.fixture
def phone(browser: Browser, server: str) -> Iterator[Opener]:
    """Opens phones; at the end none may have complained or asked anyone else for anything."""
    opened: list[tuple[BrowserContext, Phone]] = []

    def make(**more: Any) -> Phone:
        context = browser.new_context(**{**PHONE, **more})
        context.set_default_timeout(5000)
        made = Phone(context.new_page(), server, more.get("java_script_enabled", True))
        context.on("request", lambda request: made.requests.append((request.method, request.url)))
        made.page.on("console", lambda message: made.noise.append(message.text))
        made.page.on("pageerror", lambda error: made.noise.append(str(error)))
        opened.append((context, made))
        return made

    yield make
    for context, made in opened:
        assert context.cookies() == []
        context.close()
        assert all(url.startswith(made.server) for _, url in made.requests)
        heard = [line for line in made.noise if not line.startswith("Clear-Site-Data header on")]
        assert heard == []
