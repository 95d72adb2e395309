"""Requests that no browser of a person sends: valid ones, bent in one to three places.

Each is made from a seed and its number alone, so that any of them can be made again.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes, urlencode

from app.built import Built
from app.files import address

#: Stands in whatever a request makes up. No page of ours holds it, so no answer ever may.
MARK = "zq{:08x}"
NASTY = (
    b"<script>%s</script>", b"\"><img src=x onerror=%s>", b"'-%s-'", b"{{%s}}", b"${%s}", b"%%3Cb%%3E%s",
    b"%s\x00",
    b"%s\xff\xfe", b"\xef\xbb\xbf%s", b"\xe2\x80\xae%s", b"\xf0\x9f\x92\xa5%s", b"\xc0\xbc%s",
    b"\xed\xa0\x80%s", b"../../%s",
    b"%s'; DROP TABLE counties;--", b"%s\x1b[2J", b"%%00%s", b"%%%s", b"%%u003c%s", b"+ADw-%s-", b"%s ",
    b"%s\xe2\x80\xa8",
)  # fmt: skip
METHODS = (
    b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"CONNECT", b"PROPFIND", b"BREW", b"M-SEARCH",
    b"PRI", b"A" * 2000,
)  # fmt: skip
FORM = b"application/x-www-form-urlencoded"
TYPES = (
    b"", FORM, FORM + b"; charset=utf-16", FORM + b"; charset=\"", b"multipart/form-data",
    b"multipart/form-data; boundary=x",
    b"multipart/form-data; boundary=" + b"x" * 3000, b"multipart/mixed; boundary=x", b"application/json",
    b"text/xml",
    b"text/plain", b"a" * 4000, b"a;" * 2000, b";=;\"",
    b"application/x-www-form-urlencoded,multipart/form-data",
)  # fmt: skip
LISTS = (
    b"a,",
    b"a;q=0.5,",
    b'"a\\",',
    b';a="',
    b"en;q=1e9,",
    b"*,",
    b"=;,",
    b'"x",',
    b" x",
    b"\tx",
    b"W/",
    b"br;q=-1,",
    b"\xff,",
    b" ",
)
NAMES = (
    b"Accept", b"Accept-Charset", b"Accept-Encoding", b"Accept-Language", b"Authorization",
    b"Cache-Control", b"Cookie",
    b"Date", b"Forwarded", b"From", b"Host", b"If-Match", b"If-Modified-Since", b"If-None-Match", b"If-Range",
    b"Max-Forwards", b"Origin", b"Pragma", b"Proxy", b"Range", b"Referer", b"Script-Name", b"TE", b"Upgrade",
    b"User-Agent", b"Via", b"X-Forwarded-For", b"X-Forwarded-Host", b"X-Forwarded-Prefix",
    b"X-Forwarded-Proto",
    b"X-HTTP-Method-Override", b"X-Original-URL", b"X-Rewrite-URL", b"X_Underscore", b"Content-Language",
    b"Link",
)  # fmt: skip
LENGTHS = (
    b"-1", b"+5", b"0x10", b"5, 5", b"5,6", b"1e3", b" ", b"5 5", b"\xb2", b"9" * 30, b"9" * 5000,
    b"00000000005", b"65535",
    b"65536", b"99999999", b"5\x0b", b"\t5",
)  # fmt: skip
TRANSFERS = (
    b"chunked, chunked", b"xchunked", b"chunkedx", b"identity", b"gzip", b"gzip, chunked", b"chunked, gzip",
    b"\x0bchunked",
    b"chunked\x85", b"\"chunked\"", b"chunked;q=1", b",chunked", b"CHUNKED", b"",
)  # fmt: skip
SIZES = (
    b"-1", b"0x5", b"g", b"", b"5;", b"5;a=\"", b"5;a\nb", b"f" * 40, b"7fffffffffffffff", b"5 ", b" 5",
    b"+5", b"05", b"5\x00",
)  # fmt: skip
LINES = (
    b"GET /\r\n\r\n", b"GET a://" + b"1" * 9000 + b" x HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nA:" + b" " * 9000 + b"x\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: x" + b" \t" * 9000 + b"\x01\r\n\r\n",
    b"GET / HTTP/1.1\r\nA:" + b"\r\n" + b" \r\n" * 5000 + b" x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET  / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1 \r\n\r\n",
    b"GET /%s HTTP/9.9\r\nHost: x\r\n\r\n", b"GET / HTTP/1.\r\n\r\n", b"get / HTTP/1.1\r\n\r\n",
    b"\r\n\r\n\r\n", b"\x16\x03\x01\x02",
    b"GET http://[%s HTTP/1.1\r\n\r\n", b"GET //[%s HTTP/1.1\r\n\r\n", b"GET %s HTTP/1.1\r\n\r\n",
    b"GET / http/1.1\r\n\r\n",
    b"GET \xff\xfe HTTP/1.1\r\n\r\n", b"%s\r\n\r\n", b"GET /\tHTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\nHost: x\n\n", b"GET * HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n: %s\r\n\r\n", b"GET / HTTP/1.1\r\n %s: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nA : %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: b\r\n %s\r\n\r\n", b"GET / HTTP/1.1\r\nA\x00: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: \x00%s\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: %s\rB\r\n\r\n", b"GET / HTTP/1.1\r\nA%s\r\n\r\n",
    b"GET http://x@y:99999/%s HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nHost: %s\r\n\r\n", b"GET file:///etc/%s HTTP/1.1\r\n\r\n",
    b"GET / HTTP/11.1\r\n\r\n",
)  # fmt: skip


@dataclass
class Request:
    """The parts of one request."""

    method: bytes = b"GET"
    path: bytes = b"/"
    version: bytes = b"HTTP/1.1"
    fields: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    chunks: list[int] | None = None

    def drop(self, name: bytes) -> None:
        self.fields = [pair for pair in self.fields if pair[0].lower() != name.lower()]

    def set(self, name: bytes, value: bytes) -> None:
        self.drop(name)
        self.fields.append((name, value))

    def raw(self) -> bytes:
        fields, body = list(self.fields), self.body
        if self.chunks is not None:
            fields.append((b"Transfer-Encoding", b"chunked"))
            body, rest = b"", self.body
            for size in self.chunks:
                if part := rest[:size]:
                    body += b"%x;a=b\r\n%s\r\n" % (len(part), part)
                rest = rest[size:]
            body += (b"%x\r\n%s\r\n" % (len(rest), rest) if rest else b"") + b"0\r\n\r\n"
        elif self.body or self.method == b"POST":
            fields.append((b"Content-Length", b"%d" % len(body)))
        head = b"\r\n".join([b" ".join((self.method, self.path, self.version)), *map(b": ".join, fields)])
        return head + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Sent:
    """What goes out at once. ``methods``: one for each answer that must come; empty if nobody can say."""

    number: int
    kind: str
    raw: bytes
    methods: tuple[bytes, ...] = ()


class Grammar:
    """Makes requests for one build."""

    def __init__(self, built: Built, seed: int) -> None:
        self.seed = seed
        self.questions = [(question.id, sorted(question.allowed)) for question in built.questions]
        self.states = built.states
        self.prints = built.prints
        known = ("/", "/healthz", "/en", "/es/results", "/nowhere", *map(address, built.prints))
        self.paths = [path.encode() for path in known]
        # bends that leave it clear where a request ends, and what makes that doubtful
        self.bends: list[Callable[[Request], None]] = [
            self.path, self.path, self.query, self.form, self.form, self.form, self.garbage, self.kind,
            self.packed, self.field, self.field, self.lists, self.method, self.version, self.pieces,
            self.expect,
        ]  # fmt: skip
        self.breaks: list[Callable[[], bytes]] = [
            self.line, self.length, self.transfer, self.both, self.sizes, self.flips, self.flips, self.cut,
            self.large,
        ]  # fmt: skip

    def make(self, number: int) -> Sent:
        """The request of this number: bent by itself, several at once, or broken."""
        self.chance = random.Random(f"{self.seed} {number}")  # noqa: S311  no secrets here
        self.mark = MARK.format(self.chance.getrandbits(32)).encode()
        die = self.chance.random()
        if die < 0.72:
            one = self.bent()
            return Sent(number, "bent", one.raw(), (one.method,))
        if die < 0.8:
            many = [self.bent(pieces=False) for _ in range(self.chance.randint(2, 6))]
            for one in many:  # none of them may end the connection
                one.version = b"HTTP/1.1"
            return Sent(
                number, "many at once", b"".join(o.raw() for o in many), tuple(o.method for o in many)
            )
        return Sent(number, "broken", self.chance.choice(self.breaks)())

    def nasty(self) -> bytes:
        chance = self.chance
        die = chance.random()
        if die < 0.75:
            return chance.choice(NASTY).replace(b"%%", b"%").replace(b"%s", self.mark)
        if die < 0.85:
            return self.mark * chance.randint(2, 300)
        return chance.randbytes(chance.randint(1, 60)) + self.mark

    def answers(self) -> list[tuple[bytes, bytes]]:
        chance = self.chance
        pairs = [
            (name.encode(), chance.choice(options).encode())
            for name, options in self.questions
            if chance.random() < 0.7
        ]
        return [*pairs, (b"state", chance.choice(self.states).encode())] if chance.random() < 0.5 else pairs

    def valid(self) -> Request:
        """What a browser might send."""
        chance = self.chance
        made = Request(fields=[(b"Host", b"127.0.0.1")])
        made.set(b"Accept-Encoding", chance.choice((b"gzip, deflate, br", b"gzip", b"identity", b"")))
        made.set(b"Accept-Language", chance.choice((b"en", b"es-MX,es;q=0.8", b"fr")))
        if chance.random() < 0.5:
            made.method, made.path = chance.choice((b"GET", b"GET", b"HEAD")), chance.choice(self.paths)
        else:
            made.method = b"POST"
            made.path = chance.choice((b"/en/", b"/es/", b"/en/results", b"/es/results", b"/es/results"))
            made.set(b"Content-Type", FORM)
            made.body = urlencode(self.answers()).encode()
        return made

    def bent(self, pieces: bool = True) -> Request:
        made = self.valid()
        for _ in range(self.chance.randint(1, 3)):
            bend = self.chance.choice(self.bends)
            if pieces or bend not in (self.pieces, self.expect):
                bend(made)
        return made

    # What leaves a request whole.

    def path(self, made: Request) -> None:
        """No byte that would end the line: all that is left may stand there."""
        nasty = bytes(byte for byte in self.nasty() if byte > 32 and byte not in b"#")
        parts = made.path.split(b"/")
        how = self.chance.randrange(7)
        if how == 0:
            parts.append(quote_from_bytes(self.nasty()).encode())
        elif how == 1:
            parts[self.chance.randrange(1, len(parts))] = nasty
        elif how == 2:
            parts.insert(
                self.chance.randrange(1, len(parts)),
                self.chance.choice((b"", b".", b"..", b"%2e%2e", b"%2f")),
            )
        elif how == 3:
            parts = [b"", *(quote_all(part) for part in parts[1:])]
        elif how == 4:
            parts.append(self.mark * self.chance.randint(1, 1500))
        elif how == 5:
            parts = [b"http:", b"", self.mark + b".example", *parts[1:]]
        else:
            parts[-1] += self.chance.choice(
                (b"%00", b"%0d%0aSet-Cookie:%20" + self.mark, b"%", b"%zz", b";" + self.mark, b".br")
            )
        made.path = b"/".join(parts)

    def query(self, made: Request) -> None:
        made.path += b"?" + quote_from_bytes(self.nasty(), safe="<>'\"&=%").encode().replace(b" ", b"+")

    def form(self, made: Request) -> None:
        """A form with something in it that is no answer."""
        if made.method != b"POST":
            return
        chance, pairs = self.chance, self.answers() or [(b"tax", b"itin")]
        place = chance.randrange(len(pairs))
        name, value = pairs[place]
        how = chance.randrange(9)
        if how == 0:
            pairs[place] = (name, self.nasty())
        elif how == 1:
            pairs[place] = (self.nasty(), value)
        elif how == 2:
            pairs += [(name, self.nasty())] * chance.randint(1, 80)
        elif how == 3:
            pairs += [(b"f%d" % n, self.mark) for n in range(chance.randint(50, 1200))]
        elif how == 4:
            pairs[place] = (name, self.mark * chance.randint(1, 1700))
        elif how == 5:
            pairs += [
                (b"state", self.nasty()),
                (b"county", chance.choice((b"48201", b"99999", self.nasty()))),
            ]
        elif how == 6:
            pairs.append(
                (
                    chance.choice((b"state", b"county")),
                    chance.choice((b"ZZ", b"\xd9\xa4" * 5, b"48201\n", b"0" * 5)),
                )
            )
        elif how == 7:
            pairs = [
                (name, b""),
                *pairs,
                (name + b"[]", self.mark),
                (b"__proto__", self.mark),
                (b"", self.mark),
            ]
        else:
            chance.shuffle(pairs)
        made.body = urlencode(pairs).encode()
        if how != 4 and chance.random() < 0.3:  # as it is, without the escapes
            made.body = b"&".join(b"=".join(pair) for pair in pairs)

    def garbage(self, made: Request) -> None:
        """A body that is no form, also where none belongs."""
        chance = self.chance
        made.body = chance.choice((
            lambda: chance.randbytes(chance.randint(1, 3000)),
            lambda: self.nasty(),
            lambda: b"&" * chance.randint(1, 16_000),
            lambda: b"=" * chance.randint(1, 16_000),
            lambda: b"%" * chance.randint(1, 16_000),
            lambda: b"a=%ff&" * chance.randint(1, 2600),
            lambda: b"tax=" + self.mark * chance.randint(1700, 6000),
            lambda: b'{"tax": "%s"}' % self.mark,
            lambda: made.body[: chance.randint(0, len(made.body))],
        ))()  # fmt: skip

    def kind(self, made: Request) -> None:
        made.set(b"Content-Type", self.chance.choice(TYPES) or self.mark)
        if self.chance.random() < 0.5:
            part = b'--x\r\nContent-Disposition: form-data; name="tax"; filename="%s"\r\n\r\n%s\r\n'
            made.body = part % (self.mark, self.nasty()) * self.chance.randint(1, 40) + b"--x--\r\n"

    def packed(self, made: Request) -> None:
        """A small body that says it holds a large one."""
        made.set(
            b"Content-Encoding",
            self.chance.choice((b"gzip", b"deflate", b"br", b"identity", b"gzip, gzip", self.mark)),
        )
        made.body = BOMB if made.method == b"POST" else b""

    def field(self, made: Request) -> None:
        """A header with something in it; no byte that would end the line."""
        value = bytes(byte for byte in self.nasty() if byte >= 32 and byte != 127).strip()
        name = self.chance.choice((*NAMES, self.mark, b"X-" + self.mark * self.chance.randint(1, 300)))
        for _ in range(self.chance.choice((1, 1, 1, 2, 40))):
            made.fields.append((name, value))

    def lists(self, made: Request) -> None:
        """A long list where a short one belongs."""
        length = self.chance.choice((30, 400, 4000, 20_000))
        name = self.chance.choice(
            (b"Accept-Language", b"Accept-Encoding", b"If-None-Match", b"Content-Type", b"Cookie", b"Range")
        )
        pattern = self.chance.choice(LISTS)
        made.set(name, (pattern * (length // len(pattern))) + self.mark)

    def method(self, made: Request) -> None:
        made.method = self.chance.choice(METHODS)

    def version(self, made: Request) -> None:
        made.version = b"HTTP/1.0"

    def pieces(self, made: Request) -> None:
        if made.method == b"POST":
            made.chunks = [self.chance.choice((1, 2, 16, 500)) for _ in range(self.chance.randint(0, 60))]

    def expect(self, made: Request) -> None:
        if made.method == b"POST":
            made.fields.append((b"Expect", self.chance.choice((b"100-continue", b"200-ok", self.mark))))

    # What leaves it open where a request ends, or whether it is one. No HEAD among them.

    def post(self, *fields: tuple[bytes, bytes], body: bytes) -> bytes:
        head = b"POST /en/results HTTP/1.1\r\nHost: x\r\nContent-Type: " + FORM
        return head + b"".join(b"\r\n%s: %s" % pair for pair in fields) + b"\r\n\r\n" + body

    def line(self) -> bytes:
        return self.chance.choice(LINES).replace(b"%s", self.nasty())

    def length(self) -> bytes:
        fields = [(b"Content-Length", self.chance.choice(LENGTHS)) for _ in range(self.chance.randint(1, 2))]
        return self.post(*fields, body=b"tax=" + self.nasty())

    def transfer(self) -> bytes:
        body = b"5\r\ntax=x\r\n0\r\n\r\n"
        name = self.chance.choice(
            (b"Transfer-Encoding", b"Transfer-Encoding", b"transfer_encoding", b"Transfer-Encoding ")
        )
        return self.post((name, self.chance.choice(TRANSFERS)), body=body)

    def both(self) -> bytes:
        """A length and pieces that disagree, with a second request hidden behind."""
        hidden = b"GET /" + self.mark + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        fields = [
            (b"Content-Length", b"%d" % self.chance.choice((0, 4, 5, 6, 11))),
            (b"Transfer-Encoding", b"chunked"),
        ]
        self.chance.shuffle(fields)
        return self.post(*fields, body=b"0\r\n\r\n" + hidden * self.chance.randint(1, 3))

    def sizes(self) -> bytes:
        body = (
            self.chance.choice(SIZES)
            + b"\r\ntax=x"
            + self.chance.choice((b"\r\n", b"\n", b"x", b""))
            + b"0\r\n"
        )
        trailer = self.chance.choice((b"\r\n", b"A: %s\r\n\r\n" % self.nasty(), b"x" * 5000, b""))
        return self.post((b"Transfer-Encoding", b"chunked"), body=body + trailer)

    def flips(self) -> bytes:
        """Bytes changed, added, left out, doubled."""
        made = self.valid()
        made.method = made.method.replace(b"HEAD", b"GET")
        raw, chance = bytearray(made.raw()), self.chance
        for _ in range(chance.randint(1, 8)):
            place, span = chance.randrange(len(raw) or 1), chance.randint(1, 8)
            how = chance.randrange(4)
            if how == 0:
                raw[place : place + 1] = chance.randbytes(1)
            elif how == 1:
                raw[place:place] = chance.choice((b"\r\n", b"\n", b"\x00", b" ", b":", b"%", self.nasty()))
            elif how == 2:
                del raw[place : place + span]
            else:
                raw[place:place] = raw[place : place + span]
        return bytes(raw)

    def cut(self) -> bytes:
        made = self.valid()
        made.method = made.method.replace(b"HEAD", b"GET")
        raw = made.raw()
        return raw[: self.chance.randrange(len(raw))]

    def large(self) -> bytes:
        """Headers and bodies beyond the limits, said or sent."""
        many = self.chance.randint(20_000, 70_000)
        return self.chance.choice((
            lambda: b"GET /" + b"x" * many + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            lambda: b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * many + b"\r\n\r\n",
            lambda: b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * (many // 6) + b"\r\n",
            lambda: self.post((b"Content-Length", b"%d" % many), body=b"x" * many),
            lambda: self.post((b"Content-Length", b"99999999"), body=b"x" * many),
            lambda: self.post((b"Transfer-Encoding", b"chunked"), body=b"1\r\nx\r\n" * (many // 6)),
        ))()  # fmt: skip


#: Ten megabytes of nothing, packed.
BOMB = gzip.compress(b"tax=" + b"0" * 10_000_000)


def quote_all(part: Sequence[int]) -> bytes:
    return b"".join(b"%%%02x" % byte for byte in part)
