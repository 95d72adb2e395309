"""What a test asks of a browser, whichever it is; and a wall between the browser and the network."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: The size of a cheap phone.
WIDTH, HEIGHT = 360, 740
#: What a card says: level, dependencies and rows, by system.
FINDINGS = """Object.fromEntries([...document.querySelectorAll("#cards article")].map((card) => [
    card.id.slice(7), [card.dataset.level, card.dataset.depends,
    [...card.querySelectorAll("[data-row]")].map((row) => Number(row.dataset.row))]]))"""

#: A page is there and whole; Firefox puts an empty one in between.
STANDS = "document.readyState == 'complete' && document.body?.firstElementChild"


class RefusedError(Exception):
    """The browser could not do it, perhaps only not yet: a page is just changing."""


class Engine(ABC):
    """A browser with one tab. What a page's script may not do, ``evaluate`` does all the same."""

    name: str

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to an address, as typed by hand."""

    @abstractmethod
    def press(self, css: str) -> None:
        """Click the first element that matches, with the browser's own pointer."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, which JSON can hold."""

    @abstractmethod
    def screenshot(self) -> bytes:
        """What is seen, as PNG."""

    @abstractmethod
    def back(self) -> None:
        """One step back; nothing waits for the page."""

    @abstractmethod
    def reload(self) -> None:
        """The same page anew."""

    @abstractmethod
    def cookies(self) -> list[Any]:
        """Every cookie the page's server has set."""

    def tap(self, css: str) -> None:
        """Wait until it can be seen, and click it."""
        self.wait(f"{spelled(css)}?.checkVisibility()")
        self.press(css)

    def submit(self, css: str) -> None:
        """Tap what leads to another page, and wait for that."""
        self.evaluate("document.documentElement.dataset.old = 1")
        self.tap(css)
        self.wait(f"!document.documentElement.dataset.old && {STANDS}")

    def answer(self, question: str, *options: str) -> None:
        """Tap the rows of a question's answers."""
        for option in options:
            self.tap(f"label:has([name={question}][value={option}])")

    def choose(self, css: str, value: str) -> None:
        """Pick from a list. How the list drops down is the system's; the page learns no more than this."""
        spot = spelled(css)
        self.evaluate(f"({spot}.value = {json.dumps(value)}, {spot}.dispatchEvent(new Event('change')))")

    def text(self, css: str) -> str:
        """The words that can be seen in an element."""
        return " ".join(str(self.evaluate(f"{spelled(css)}.innerText")).split())

    def attribute(self, css: str, name: str) -> str | None:
        """An attribute as the markup has it now."""
        found = self.evaluate(f"{spelled(css)}.getAttribute({json.dumps(name)})")
        return None if found is None else str(found)

    def count(self, css: str) -> int:
        return int(self.evaluate(f"document.querySelectorAll({json.dumps(css)}).length"))

    def visible(self, css: str) -> bool:
        return bool(self.evaluate(f"!!{spelled(css)}?.checkVisibility()"))

    def findings(self) -> dict[str, Any]:
        """What stands in the result: level, dependencies and rows of every card, in order."""
        found: dict[str, Any] = self.evaluate(FINDINGS)
        return found

    def wait(self, expression: str, seconds: float = 10) -> None:
        """Until the expression is true in the page that then stands."""

        def ready() -> bool:
            try:
                return bool(self.evaluate(f"!!({expression})"))
            except RefusedError:
                return False

        until(ready, seconds, expression)


def spelled(css: str) -> str:
    """The first element that matches, in the page's own words."""
    return f"document.querySelector({json.dumps(css)})"


def until(ready: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, f"it never came: {what}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


class Wall:
    """The proxy of every engine: it passes nothing on, and knows what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0


@contextmanager
def walled() -> Iterator[Wall]:
    wall = Wall()

    class Refuses(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            wall.asked.append(self.rfile.readline(2000).decode("latin-1").strip())
            self.wfile.write(b"HTTP/1.1 502 Wall\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwall")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refuses) as server:
        server.daemon_threads = True
        wall.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield wall
        server.shutdown()
