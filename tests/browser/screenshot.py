"""Take the README's picture: start, a question and a result, side by side, at 360 × 740."""

from __future__ import annotations

import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from waitress.server import create_server

from app import create_app
from tests.browser.conftest import PHONE, launch

TARGET = Path(__file__).parent / "screenshot.png"
FRAME = (
    "<body style='margin:0;display:flex;gap:16px;padding:16px;background:#8a8a86'>"
    + "<img width=360 height=740 src='data:image/png;base64,{}'>" * 3
)


def main() -> None:
    import base64

    server = create_server(create_app(), host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(**PHONE)
        page.goto(f"http://127.0.0.1:{server.effective_port}/en/")
        shots = [page.screenshot()]
        page.get_by_text("Start", exact=True).tap()
        page.locator("label:has([value=often])").tap()
        page.locator("#next").tap()
        page.locator("label:has([name=plate_cameras][value=no])").tap()
        shots.append(page.screenshot())
        page.locator("#done").tap()
        page.locator("#system-alpr").evaluate("(card) => scrollTo(0, card.offsetTop - 80)")
        shots.append(page.screenshot())
        sheet = browser.new_page(viewport={"width": 1144, "height": 772})
        sheet.set_content(FRAME.format(*(base64.b64encode(shot).decode() for shot in shots)))
        sheet.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main()
