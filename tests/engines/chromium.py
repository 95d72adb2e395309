"""Chromium through Playwright, as the tests in ``tests/browser`` drive it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright

from tests.browser.conftest import PHONE, launch
from tests.engines.engine import Engine, RefusedError, Wall


class Chromium(Engine):
    """One page of it, driven by touch."""

    name = "chromium"

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, url: str) -> None:
        self.page.goto(url)

    def press(self, css: str) -> None:
        self.page.locator(css).first.tap()

    def evaluate(self, expression: str) -> Any:
        try:
            return self.page.evaluate(f"() => ({expression})")
        except Error as failure:
            raise RefusedError(failure.message) from None

    def screenshot(self) -> bytes:
        return self.page.screenshot()

    def back(self) -> None:
        with suppress(Error):  # an answer to a form is gone: ERR_CACHE_MISS
            self.page.go_back(wait_until="commit")

    def reload(self) -> None:
        self.page.reload()

    def cookies(self) -> list[Any]:
        return list(self.page.context.cookies())


@contextmanager
def chromium(wall: Wall, script: bool = True) -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = launch(playwright, f"--proxy-server=127.0.0.1:{wall.port}")
        context = browser.new_context(**PHONE, java_script_enabled=script)
        context.set_default_timeout(10_000)
        yield Chromium(context.new_page())
        browser.close()
