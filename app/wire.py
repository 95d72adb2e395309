"""What waitress does before the app is asked, made as careful as the app.

By itself it repeats what was sent when it refuses, and carries none of our headers; a request that it cannot
read at all puts the sender's address into the log; who sends a drop now and then keeps a connection for good.
"""

from __future__ import annotations

import logging
import socket
import struct
import sys
import time
from contextlib import suppress

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import BadRequest, Error, ServerNotImplemented

from app.privacy import REFUSED

#: Header and body of a request have arrived after this many seconds, or never will.
WHOLE = 30
#: An answer has been taken after this many seconds: the largest file at some 2 kB a second.
TAKEN = 600


class Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> None:
        """What Python cannot read (``http://[``, a length of 5,000 digits) is a bad request.

        So is a body in pieces: browsers say how long a form is. Reading 10,000 pieces of a byte took 0.2 s.
        """
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise ParsingError("") from None
        if self.chunked:
            raise ParsingError("")


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

    def cut(self) -> None:
        """Hang up, and let the kernel forget what was not taken.

        Waitress would first wait until it can write again, for good if nobody reads.
        """
        with suppress(OSError):  # none may end the server
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.handle_close()
        self.will_close = self.close_when_flushed = False


def nameless(record: logging.LogRecord) -> bool:
    """Keep a failure's kind alone: waitress would add the address, the path and what was sent."""
    if record.levelno >= logging.ERROR or record.exc_info:
        kind = sys.exc_info()[0]
        record.msg, record.args = f"waitress: {kind.__name__ if kind else 'failed'}", ()
        record.exc_info = record.exc_text = None
    return True
