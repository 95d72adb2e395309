"""WebKitGTK through its WebKitWebDriver, on a screen of its own (Xvfb)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.engines.engine import HEIGHT, WIDTH, Engine, RefusedError, Wall, free_port, listens, spelled, until

DRIVER, XVFB = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
BROWSER = max(map(str, Path("/usr").glob("lib*/*/webkit2gtk-4.*/MiniBrowser")), default=None)
QUIET = subprocess.DEVNULL


class WebKit(Engine):
    """One window of WebKit's small browser."""

    name = "webkit"

    def __init__(self, driver: str, capabilities: dict[str, object], patience: int) -> None:
        self.base, self.patience = driver, patience
        made = self.call("POST", "/session", capabilities={"alwaysMatch": capabilities})
        self.base += "/session/" + made["sessionId"]
        self.patience = 60
        self.call("POST", "/window/rect", width=WIDTH, height=HEIGHT)

    def call(self, method: str, path: str, **body: Any) -> Any:
        data = json.dumps(body).encode() if method == "POST" else None
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.base + path, data, method=method), timeout=self.patience
            ) as got:
                return json.load(got)["value"]
        except urllib.error.HTTPError as failure:
            raise RefusedError(failure.read().decode()) from None

    def open(self, url: str) -> None:
        self.call("POST", "/url", url=url)

    def press(self, css: str) -> None:
        self.evaluate(f"{spelled(css)}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        (element,) = self.call("POST", "/element", using="css selector", value=css).values()
        self.call("POST", f"/element/{element}/click")

    def evaluate(self, expression: str) -> Any:
        return self.call("POST", "/execute/sync", script=f"return ({expression})", args=[])

    def screenshot(self) -> bytes:
        return base64.b64decode(self.call("GET", "/screenshot"))

    def back(self) -> None:
        self.call("POST", "/back")

    def reload(self) -> None:
        self.call("POST", "/refresh")

    def cookies(self) -> list[Any]:
        found: list[Any] = self.call("GET", "/cookie")
        return found


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    process.wait(10)


@contextmanager
def started(command: list[str], **more: Any) -> Iterator[None]:
    """Started by hand: xvfb-run would leave its processes behind."""
    process = subprocess.Popen(command, start_new_session=True, stdout=QUIET, stderr=QUIET, **more)
    try:
        yield
    finally:
        ended(process)


@contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees: its number."""
    assert XVFB
    read, write = os.pipe()
    command = [XVFB, "-displayfd", str(write), "-screen", "0", "800x900x24", "-nolisten", "tcp"]
    with started(command, pass_fds=[write]), os.fdopen(read) as number:
        os.close(write)
        yield f":{number.readline().strip()}"


def session(stack: ExitStack, display: str, capabilities: dict[str, object]) -> WebKit:
    """A driver and its browser. One start in twenty the browser never reports back; then start anew."""
    assert DRIVER
    for patience in (15, 30, 60):
        port = free_port()
        environment = {**os.environ, "DISPLAY": display, "NO_AT_BRIDGE": "1"}
        running = started([DRIVER, f"--port={port}"], env=environment)
        stack.enter_context(running)
        until(lambda port=port: listens(port), 30, "WebKitWebDriver's port")  # type: ignore[misc]
        with suppress(TimeoutError):
            return WebKit(f"http://127.0.0.1:{port}", capabilities, patience)
    raise TimeoutError("WebKitGTK does not start")


@contextmanager
def webkit(wall: Wall, script: bool = True) -> Iterator[WebKit]:
    options = {"binary": BROWSER, "args": ["--automation", f"--enable-javascript={str(script).lower()}"]}
    address = f"127.0.0.1:{wall.port}"
    proxy = {"proxyType": "manual", "httpProxy": address, "sslProxy": address, "noProxy": ["127.0.0.1"]}
    with ExitStack() as stack:
        display = stack.enter_context(screen())
        made = session(stack, display, {"webkitgtk:browserOptions": options, "proxy": proxy})
        yield made
        made.call("DELETE", "")
