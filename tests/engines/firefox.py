"""Firefox ESR through WebDriver BiDi, which it speaks itself: no driver program."""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.engines.engine import HEIGHT, WIDTH, Engine, RefusedError, Wall, free_port, listens, spelled, until

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
QUIET = subprocess.DEVNULL


def preferences(proxy: int) -> dict[str, object]:
    """Firefox asks nobody but this machine for anything: every other request goes to ``proxy``."""
    return {
        "network.proxy.type": 1, "network.proxy.http": "127.0.0.1", "network.proxy.http_port": proxy,
        "network.proxy.ssl": "127.0.0.1", "network.proxy.ssl_port": proxy, "network.trr.mode": 5,
    }  # fmt: skip


def unpacked(file: bytes) -> str:
    """A ``.jsonlz4`` of Firefox's: LZ4, one block behind twelve bytes of header."""
    data, made = iter(file[12:]), bytearray()

    def length(short: int) -> int:
        more = 255 if short == 15 else 0
        while more == 255:
            short += (more := next(data))
        return short

    for token in data:
        made += bytes(itertools.islice(data, length(token >> 4)))
        if (low := next(data, None)) is None:
            break
        back = low | next(data) << 8
        for _ in range(length(token & 15) + 4):
            made.append(made[-back])
    return made.decode()


class Firefox(Engine):
    """One tab of it."""

    name = "firefox"

    def __init__(self, line: ClientConnection, profile: Path) -> None:
        self.line, self.profile = line, profile
        self.numbers = itertools.count(1)
        self.call("session.new", capabilities={})
        self.tab = self.call("browsingContext.getTree")["contexts"][0]["context"]
        viewport = {"width": WIDTH, "height": HEIGHT}
        self.call("browsingContext.setViewport", context=self.tab, viewport=viewport)

    def call(self, method: str, **params: Any) -> Any:
        number = next(self.numbers)
        self.line.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.line.recv(30))).get("id") != number:
            pass
        if "result" not in answer:
            raise RefusedError(answer.get("message"))
        return answer["result"]

    def open(self, url: str) -> None:
        self.call("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def press(self, css: str) -> None:
        self.evaluate(f"{spelled(css)}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        locator = {"type": "css", "value": css}
        node = self.call("browsingContext.locateNodes", context=self.tab, locator=locator)["nodes"][0]
        origin = {"type": "element", "element": {"sharedId": node["sharedId"]}}
        moves = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        pointer = {"type": "pointer", "id": "mouse", "actions": moves}
        self.call("input.performActions", context=self.tab, actions=[pointer])

    def evaluate(self, expression: str) -> Any:
        made = self.call(
            "script.evaluate", target={"context": self.tab}, awaitPromise=False,
            expression=f"JSON.stringify({expression})",
        )  # fmt: skip
        if made["type"] != "success":
            raise RefusedError(made["exceptionDetails"]["text"])
        return json.loads(made["result"].get("value", "null"))

    def screenshot(self) -> bytes:
        return base64.b64decode(self.call("browsingContext.captureScreenshot", context=self.tab)["data"])

    def back(self) -> None:
        self.call("browsingContext.traverseHistory", context=self.tab, delta=-1)

    def reload(self) -> None:
        self.call("browsingContext.reload", context=self.tab, wait="complete")

    def cookies(self) -> list[Any]:
        found: list[Any] = self.call("storage.getCookies")["cookies"]
        return found


@contextmanager
def firefox(
    profile: Path, wall: Wall | None = None, script: bool = True, **more: object
) -> Iterator[Firefox]:
    """A Firefox with a profile of its own; without a wall, requests go where nobody listens."""
    assert PROGRAM
    port = free_port()
    wanted = {**preferences(wall.port if wall else 9), "javascript.enabled": script, **more}
    lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in wanted.items()]
    (profile / "user.js").write_text("".join(lines), "utf-8")
    command = [PROGRAM, "--headless", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen([*command, "--remote-debugging-port", str(port)], stderr=QUIET, stdout=QUIET)
    try:
        until(lambda: listens(port), 60, "Firefox's remote port")
        with connect(f"ws://127.0.0.1:{port}/session", max_size=None) as line:
            made = Firefox(line, profile)
            yield made
            made.call("browser.close")
    finally:
        process.terminate()
        process.wait(20)
