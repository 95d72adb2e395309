"""What waitress does before the app is asked, made as careful as the app.

By itself it repeats what was sent when it refuses, and carries none of our headers; a request that it cannot
read at all puts the sender's address into the log; who sends a drop now and then keeps a connection for good.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from contextlib import suppress

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import BadRequest, Error, ServerNotImplemented

from app.privacy import REFUSED

#: More lines than any header has, and more blanks before a value.
LINES = 100
BLANKS = re.compile(rb":[ \t]{20}")
#: The first line: three words.
FIRST = re.compile(rb"[!-~]+ [!-\xff]+ HTTP/[0-9]\.[0-9]\r\n")
#: Header and body of a request have arrived after this many seconds, or never will.
WHOLE = 30
#: An answer has been taken after this many seconds: the largest file at some 2 kB a second.
TAKEN = 600


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses at a glance what waitress would read for seconds, while everybody waits.

    Its patterns try every way to split a run of blanks before a value, or of digits in an address with a
    blank behind it: 8 kB took 18 seconds. Thousands of lines or pieces are slow too. No browser sends any.
    """

    def parse_header(self, header_plus: bytes) -> None:
        fold = b"\r\n " in header_plus or b"\r\n\t" in header_plus
        if fold or header_plus.count(b"\n") > LINES or BLANKS.search(header_plus):
            raise ParsingError("")
        if not FIRST.match(header_plus):
            raise ParsingError("")
        try:
            super().parse_header(header_plus)
        except ValueError:  # an address such as http://[ or a length of 5,000 digits
            raise ParsingError("") from None
        if self.chunked:
            raise ParsingError("")
        # Nobody is told to go on. Waitress would say so while it holds a lock, and then wait for a body even
        # where none is to come. No browser asks; who does sends in the end.
        self.expect_continue = False


class Refusal(ErrorTask):  # type: ignore[misc]
    """An answer without a body: there is nobody to read it, and nothing that was sent is repeated."""

    def execute(self) -> None:
        error: Error = self.request.error
        if isinstance(error, ServerNotImplemented):  # an encoding of the transfer that no browser sends
            error = BadRequest("")
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(REFUSED.items())
        self.set_close_on_finish()
        self.content_length = 0
        self.write(b"")


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that ends when a request does not come to an end, or its answer is not taken."""

    parser_class = Parser
    error_task_class = Refusal
    begun = 0.0
    close_when_flushed: bool = False
    will_close: bool = False

    def received(self, data: bytes) -> bool:
        before = self.request
        took: bool = super().received(data)
        if before is None or self.request is not before:
            self.begun = time.monotonic()
        return took

    def readable(self) -> bool:
        """Asked of every connection about once a second."""
        if self.will_close or self.late():
            self.cut()
            return False
        return bool(super().readable())

    def late(self) -> bool:
        if self.request or self.total_outbufs_len:
            return time.monotonic() - self.begun > (WHOLE if self.request else TAKEN)
        return False

    def _flush_some(self, do_close: bool = True) -> bool:
        """Keep nothing of an answer that has been sent."""
        sent: bool = super()._flush_some(do_close)
        if self.connected and not self.total_outbufs_len:
            self.outbufs[0].prune()
        return sent

    def handle_close(self) -> None:
        """Keep nothing of a request whose sender has gone."""
        super().handle_close()
        self.request = None  # without the lock: whoever finds that the sender has gone may hold it

    def cut(self) -> None:
        """Hang up, and let the kernel forget what was not taken.

        Waitress would first wait until it can write again, for good if nobody reads.
        """
        with suppress(OSError):  # none may end the server
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.handle_close()
        self.will_close = self.close_when_flushed = False
