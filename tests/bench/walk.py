"""The phone's end of the line: Chromium, slowed, opens the app, answers everything, asks for the result."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.front import CLOSING, FLOOR, KEEPING
from tests.bench.slow import DEVICE, SERVER
from tests.browser.conftest import ARGUMENTS, NAMES

PHONE: dict[str, Any] = {
    "viewport": {"width": 412, "height": 823},
    "device_scale_factor": 1.75,
    "is_mobile": True,
    "has_touch": True,
}
SLOWDOWN = 6
#: What opens the first question; on the floor's page, too.
START = "#start .main"
#: Seconds a person rests before the last tap. The window of TCP has then shrunk to its first size again, and
#: a server that closes idle connections has done so.
REST = 3
#: Seconds a finger rests on the glass. What the browser does at its touch is done by the time it leaves, and
#: only then the tap counts.
PRESS = 0.08
#: How often and how many times a page is asked; more often would slow the phone itself.
PAUSE, PATIENCE = 0.2, 150
#: Watches a page from inside; its policy does not bind it. A page can be used once the frame after its script
#: has been painted: one frame later the next one begins. A tap is shown when the browser says so: Event
#: Timing, in steps of 8 ms, which "interaction to next paint" is made of.
WATCH = """{
  const bench = (self.bench = { usable: 0, tapped: 0, shown: 0, long: [] });
  const painted = (name) =>
    requestAnimationFrame(() => requestAnimationFrame(() => (bench[name] = performance.now())));
  new MutationObserver((_, watcher) => {
    if (document.documentElement.className != "js") return;
    watcher.disconnect();
    painted("usable");
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ["class"] });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) bench.long.push([startTime, duration]);
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const { name, startTime, duration } of list.getEntries())
      if (name == "click") [bench.tapped, bench.shown] = [startTime, startTime + duration];
  }).observe({ type: "event", durationThreshold: 16 });
}"""
#: When the first and the last byte came and the first thing was painted, from the start of the visit.
LOADED = """() => {
  const [{ responseStart, responseEnd }] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByType("paint");
  return { first_byte: responseStart, last_byte: responseEnd, paint: paint.startTime };
}"""
#: When the largest thing in view was painted, on the clock; works in a page without scripts. 0: not yet.
PAINTED = """() => {
  const watcher = new PerformanceObserver(() => 0);
  watcher.observe({ type: "largest-contentful-paint", buffered: true });
  const last = watcher.takeRecords().pop();
  return last ? performance.timeOrigin + last.startTime : 0;
}"""
Figures = dict[str, float]


def until(read: Callable[[], Any]) -> Any:
    """What ``read`` gives once it gives anything. Playwright's own waiting needs what the policy forbids."""
    for _ in range(PATIENCE):
        time.sleep(PAUSE)
        if value := read():
            return value
    raise TimeoutError


def traffic() -> tuple[int, int]:
    """Bytes the phone has received and sent so far, the headers of IP and TCP included."""
    lines = Path("/proc/net/dev").read_text("utf-8").splitlines()
    counts = next(line for line in lines if f"{DEVICE}:" in line).split(":")[1].split()
    return int(counts[0]), int(counts[8])


class Visit:
    """A phone with nothing cached and no connection open."""

    def __init__(self, browser: Browser, port: int, script: bool = True) -> None:
        self.server = f"https://{SERVER}:{port}"
        self.context = browser.new_context(**PHONE, java_script_enabled=script)
        self.page = self.context.new_page()
        self.page.add_init_script(WATCH)
        self.session = self.context.new_cdp_session(self.page)
        self.requests = 0
        self.context.on("request", self.count)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def count(self, _: object) -> None:
        self.requests += 1

    def slow_down(self, times: float) -> None:
        """Slow the page; only what is measured needs it, the rest would only take long."""
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def long(self, since: str) -> Figures:
        """Number and sum of the long tasks since a time that was noted."""
        tasks = self.page.evaluate(f"bench.long.filter(([start]) => start >= {since})")
        return {"tasks": len(tasks), "tasks_sum": sum(took for _, took in tasks)}

    def load(self, path: str) -> Figures:
        """Open a page until its button can be tapped."""
        self.slow_down(SLOWDOWN)
        before = traffic()
        self.page.goto(self.server + path)
        usable = until(lambda: self.page.evaluate("bench.usable"))
        self.page.locator(START).tap(trial=True)
        down, up = (now - then for now, then in zip(traffic(), before, strict=True))
        figures: Figures = self.page.evaluate(LOADED)
        counts = {"down": down, "up": up, "requests": self.requests}
        return figures | counts | {"usable": usable} | self.long("0")

    def result(self) -> Figures:
        """From the start page: answer every question, and see the result on the phone."""
        self.slow_down(1)
        self.page.locator(START).tap()
        while self.page.locator("#next").is_visible():
            answer(self.page)
            self.page.locator("#next").tap()
        self.slow_down(SLOWDOWN)
        time.sleep(REST)
        self.page.evaluate("bench.shown = 0")
        self.press("#done")
        until(lambda: self.page.evaluate("bench.shown"))
        self.page.locator("#cards article").first.wait_for()
        return {"time": self.page.evaluate("bench.shown - bench.tapped")} | self.long("bench.tapped")

    def press(self, css: str) -> float:
        """Tap as a finger does; when it left, on the clock."""
        spot = self.page.locator(css)
        spot.scroll_into_view_if_needed()
        box = spot.bounding_box()
        assert box
        point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self.session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
        time.sleep(PRESS)
        left = time.time()
        self.session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        return left

    def post(self, path: str) -> Figures:
        """Without the script: answer every question, send the form, and see the result page."""
        self.page.goto(self.server + path)
        answer(self.page)
        self.slow_down(SLOWDOWN)
        time.sleep(REST)
        before, tapped = traffic(), self.press("#done")
        self.page.wait_for_url("**/results")
        painted = until(lambda: self.page.evaluate(PAINTED))
        return {"time": painted - tapped * 1000, "down": traffic()[0] - before[0]}


def answer(page: Page) -> None:
    """Give the first answer to every question in view: the answers that make the longest result."""
    for question in page.locator("fieldset:visible").filter(has=page.locator("input")).all():
        question.locator("label").first.tap()


def walk(browser: Browser, lang: str) -> Figures:
    """Everything once, each part by a new visitor; a figure's name begins with that of its part."""
    with Visit(browser, KEEPING) as visit:
        parts = {"floor": visit.load(FLOOR)}
    with Visit(browser, KEEPING) as visit:
        parts["app"] = visit.load(f"/{lang}/")
        parts["result"] = visit.result()
    for name, port in (("post", KEEPING), ("late_post", CLOSING)):
        with Visit(browser, port, script=False) as visit:
            parts[name] = visit.post(f"/{lang}/")
    return {f"{part}.{name}": value for part, figures in parts.items() for name, value in figures.items()}


def main(lang: str, rounds: str, key: str) -> None:
    """Print the figures of every round as JSON; times are milliseconds. ``key`` is the hash to trust."""
    path = next(found for name in NAMES if (found := shutil.which(name)))
    trust = f"--ignore-certificate-errors-spki-list={key}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, trust])
        with Visit(browser, KEEPING) as visit:  # a browser's first visit is slower than any later one
            visit.load(FLOOR)
        print(json.dumps([walk(browser, lang) for _ in range(int(rounds))]))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
