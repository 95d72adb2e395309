"""Answers that waitress makes by itself, and its log."""

from __future__ import annotations

import logging
import socket
import struct
import time
from email import message_from_string
from email.message import Message
from urllib.parse import urlsplit

import pytest

from app.cli import MAX_HEADER
from app.privacy import REFUSED, terse

MARK = b"<i>zq7141</i>"


def full(start: bytes, end: bytes) -> bytes:
    """The shortest header that is too long."""
    return start + b"x" * (MAX_HEADER - len(start + end)) + end


def raw(server: str, sent: bytes) -> tuple[str, Message, bytes]:
    """Status, headers and body of what comes back until the connection ends."""
    address = urlsplit(server)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=20) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        parts = []
        while part := line.recv(65_536):
            parts.append(part)
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    first, _, fields = head.decode("latin-1").partition("\r\n")
    return first.partition(" ")[2], message_from_string(fields), body


REQUESTS = {
    "no request line": (MARK + b"\r\n\r\n", "400 Bad Request"),
    "a method in small letters": (b"get" + MARK + b" / HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"),
    "a bare line feed": (b"GET / HTTP/1.1\r\nA: " + MARK + b"\nb\r\n\r\n", "400 Bad Request"),
    "a folded first header": (b"GET / HTTP/1.1\r\n " + MARK + b": x\r\n\r\n", "400 Bad Request"),
    "half an address": (b"GET http://[" + MARK + b" HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"),
    "a length of 5,000 digits": (
        b"POST /en/ HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", "400 Bad Request"
    ),
    "a length that is none": (b"POST /en/ HTTP/1.1\r\nContent-Length: +5\r\n\r\n", "400 Bad Request"),
    "a packed transfer": (
        b"POST /en/results HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "400 Bad Request"
    ),
    "a body in pieces": (
        b"POST /en/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "400 Bad Request",
    ),
    "a length and pieces": (
        b"POST /en/ HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        b"GET /en/ HTTP/1.1\r\n\r\n",
        "400 Bad Request",
    ),
    "a long header": (full(b"GET / HTTP/1.1\r\nA: ", b"\r\n\r\n"), "431 Request Header Fields Too Large"),
    "a folded line": (b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "400 Bad Request"),
    "no version": (b"GET /\r\n\r\n", "400 Bad Request"),
    "many blanks": (b"GET / HTTP/1.1\r\nA:" + b" " * 20_000 + b"x\r\n\r\n", "400 Bad Request"),
    "digits and a blank": (b"GET a://" + b"1" * 20_000 + b" x HTTP/1.1\r\n\r\n", "400 Bad Request"),
    "many lines": (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 100 + b"\r\n", "400 Bad Request"),
    "a body too long, announced": (
        b"POST /en/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
        "413 Request Entity Too Large",
    ),
    "a long address": (full(b"GET /", b" HTTP/1.1\r\n\r\n"), "431 Request Header Fields Too Large"),
    "a long body": (
        b"POST /en/results HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n" + MARK,
        "413 Request Entity Too Large",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REQUESTS)
def test_what_waitress_refuses_says_nothing_and_carries_our_headers(
    server: str, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    sent, status = REQUESTS[what]
    begun = time.monotonic()
    got, headers, body = raw(server, sent)
    assert (got, body) == (status, b"")
    assert time.monotonic() - begun < 2, "some of them took waitress half a minute"
    own = {"Connection": "close", "Content-Length": "0", "Date": headers["Date"]}
    assert dict(headers.items()) == REFUSED | own
    assert not caplog.records


ANNOUNCED = b"POST /en/results HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "


def test_a_body_that_is_announced_is_read_if_there_is_one(server: str) -> None:
    assert raw(server, ANNOUNCED + b"0\r\n\r\n")[0] == "200 OK"
    assert raw(server, ANNOUNCED + b"8\r\n\r\ntax=itin")[0] == "200 OK"


def test_who_hangs_up_in_the_middle_leaves_a_server_that_answers(server: str) -> None:
    """Hung up on without a word, at any moment, also by who has announced more."""
    address = urlsplit(server)
    first = b"POST /en/results HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\ntax=itin"
    for more in (ANNOUNCED + b"8\r\n\r\n", first, first[:-4], b"GET /reference.db HTTP/1.1\r\n\r\n" * 5):
        for turn in range(60):
            with socket.create_connection((str(address.hostname), address.port or 0)) as line:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                line.sendall(first + more)
                time.sleep(turn / 20_000)
    assert raw(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")[0] == "200 OK"


def test_the_log_of_waitress_holds_no_address_and_nothing_that_was_sent() -> None:
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(self.format(record))

    log = logging.Logger("waitress")
    log.addFilter(terse)
    log.addHandler(Ear())
    try:
        raise ValueError("canary-7141")
    except ValueError:
        log.exception("Exception while serving /canary-7141")
        log.error("uncaptured python exception, closing channel <connected 192.0.2.1:7141>")
        log.warning("server accept() threw an exception: canary", exc_info=True)
    log.error("canary-7141")
    log.warning("total open connections reached the connection limit")
    place = "test_wire.test_the_log_of_waitress_holds_no_address_and_nothing_that_was_sent"
    assert heard == [
        *[f"{place}: ValueError"] * 3,
        f"{place}: failed",
        "total open connections reached the connection limit",
    ]
