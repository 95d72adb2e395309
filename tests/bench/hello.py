"""A bare Flask hello, served as the app is."""

from __future__ import annotations

import os

from flask import Flask

from app.cli import server

app = Flask(__name__)


@app.get("/")
@app.get("/healthz")
def hello() -> str:
    return "hello"


if __name__ == "__main__":
    server(app, "127.0.0.1", int(os.environ["PORT"])).run()
