"""Framings that a sender may try, each with its verdict (G1)."""

from tests.web.server import LIMIT

HOST = b"Host: shop.example.jp\r\n"
END = b"Connection: close\r\n\r\n"


def post(headers: bytes, body: bytes = b"", *, host: bytes = HOST) -> bytes:
    return b"POST /hooks/x HTTP/1.1\r\n" + host + headers + END + body


def sized(body: bytes, headers: bytes = b"") -> bytes:
    return post(headers + b"Content-Length: %d\r\n" % len(body), body)


CHUNKED = b"Transfer-Encoding: chunked\r\n"
WHOLE = b"3\r\nabc\r\n0\r\n\r\n"

# (what is sent, status, lengths of the bodies that reached the application)
ROWS: dict[str, tuple[bytes, int, list[int]]] = {
    "an honest body": (sized(b"hello"), 202, [5]),
    "an empty body": (sized(b""), 202, [0]),
    "no length at all": (post(b""), 202, [0]),
    "a body of the very limit": (sized(b"x" * LIMIT), 202, [LIMIT]),
    "one byte over the limit": (sized(b"x" * (LIMIT + 1)), 413, []),
    "far over the limit": (post(b"Content-Length: 99999999999\r\n"), 413, []),
    "chunks over the limit": (
        post(CHUNKED, b"%x\r\n" % (LIMIT + 1) + b"x" * (LIMIT + 1) + b"\r\n0\r\n\r\n"),
        413,
        [],
    ),
    "honest chunks": (post(CHUNKED, WHOLE), 202, [3]),
    "empty chunks": (post(CHUNKED, b"0\r\n\r\n"), 202, [0]),
    "a chunk extension": (post(CHUNKED, b"3;a=b\r\nabc\r\n0\r\n\r\n"), 202, [3]),
    "a trailer": (post(CHUNKED, b"3\r\nabc\r\n0\r\nX-Late: 1\r\n\r\n"), 400, []),
    "a chunk size that is no number": (post(CHUNKED, b"zz\r\nabc\r\n"), 400, []),
    "a negative chunk size": (post(CHUNKED, b"-3\r\nabc\r\n0\r\n\r\n"), 400, []),
    "a huge chunk size": (post(CHUNKED, b"f" * 17 + b"\r\nabc\r\n"), 400, []),
    "a chunk longer than its size": (post(CHUNKED, b"2\r\nabc\r\n0\r\n\r\n"), 400, []),
    "a second broken chunk": (post(CHUNKED, b"3\r\nabc\r\nq\r\n"), 400, []),
    "length before chunks": (post(b"Content-Length: 9\r\n" + CHUNKED, WHOLE), 202, [3]),
    "length after chunks": (post(CHUNKED + b"Content-Length: 9\r\n", WHOLE), 202, [3]),
    "two lengths": (
        post(b"Content-Length: 3\r\nContent-Length: 4\r\n", b"abcd"),
        400,
        [],
    ),
    "two equal lengths": (
        post(b"Content-Length: 3\r\nContent-Length: 3\r\n", b"abc"),
        202,
        [3],
    ),
    "a list of lengths": (post(b"Content-Length: 3, 3\r\n", b"abc"), 400, []),
    "a signed length": (post(b"Content-Length: +3\r\n", b"abc"), 400, []),
    "a negative length": (post(b"Content-Length: -3\r\n", b"abc"), 400, []),
    "a hexadecimal length": (post(b"Content-Length: 0x3\r\n", b"abc"), 400, []),
    "an empty length": (post(b"Content-Length: \r\n", b"abc"), 400, []),
    "gzip, chunked": (post(b"Transfer-Encoding: gzip, chunked\r\n", WHOLE), 400, []),
    "chunked, identity": (
        post(b"Transfer-Encoding: chunked, identity\r\n", WHOLE),
        400,
        [],
    ),
    "xchunked": (post(b"Transfer-Encoding: xchunked\r\n", WHOLE), 400, []),
    "chunked twice": (post(CHUNKED + CHUNKED, WHOLE), 400, []),
    "chunks in HTTP/1.0": (
        b"POST /hooks/x HTTP/1.0\r\n" + HOST + CHUNKED + b"\r\n" + WHOLE,
        400,
        [],
    ),
    "a folded header": (post(b"X-A: b\r\n c\r\nContent-Length: 0\r\n"), 400, []),
    "a space before the colon": (post(b"X-A : b\r\nContent-Length: 0\r\n"), 400, []),
    "a NUL in a header": (post(b"X-A: a\x00b\r\nContent-Length: 0\r\n"), 400, []),
    "a bare CR in a header": (post(b"X-A: a\rb\r\nContent-Length: 0\r\n"), 400, []),
    "a header without a name": (post(b": b\r\nContent-Length: 0\r\n"), 400, []),
    "a megabyte header": (post(b"X-A: " + b"a" * 1_000_000 + b"\r\n"), 431, []),
    "too many headers": (post(b"X-A: 1\r\n" * 150), 431, []),
    "a long target": (
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + END,
        414,
        [],
    ),
    "gzip content": (sized(b"abc", b"Content-Encoding: gzip\r\n"), 415, []),
    "identity content": (sized(b"abc", b"Content-Encoding: identity\r\n"), 202, [3]),
    "no host": (post(b"Content-Length: 0\r\n", host=b""), 400, []),
    "two hosts": (post(b"Content-Length: 0\r\n" + HOST), 400, []),
    "a host with a path": (
        post(b"Content-Length: 0\r\n", host=b"Host: a/b\r\n"),
        400,
        [],
    ),
    "a host with an at sign": (
        post(b"Content-Length: 0\r\n", host=b"Host: a@b\r\n"),
        400,
        [],
    ),
    "the absolute form": (
        b"GET http://shop.example.jp/a HTTP/1.1\r\n" + HOST + END,
        202,
        [0],
    ),
    "the absolute form of another host": (
        b"GET http://evil.example.com/a HTTP/1.1\r\n" + HOST + END,
        400,
        [],
    ),
    "a target without a slash": (b"GET a HTTP/1.1\r\n" + HOST + END, 400, []),
    "HTTP/1.0 without a host": (b"GET /a HTTP/1.0\r\n\r\n", 202, [0]),
    # 0: the connection is closed without a word.
    "HTTP/2 in clear": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, []),
    "HTTP/0.9": (b"GET /\r\n\r\n", 400, []),
    "an unknown version": (b"GET / HTTP/3.7\r\n" + HOST + END, 400, []),
    "TLS on the plain port": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, []),
    "an unknown method": (b"BREW /a HTTP/1.1\r\n" + HOST + END, 405, []),
    "CONNECT": (b"CONNECT a:80 HTTP/1.1\r\n" + HOST + END, 405, []),
    "TRACE": (b"TRACE /a HTTP/1.1\r\n" + HOST + END, 405, []),
    "a method that the page does not know": (
        b"GET /bare HTTP/1.1\r\n" + HOST + END,
        405,
        [0],
    ),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\n" + HOST + END, 202, [0]),
}
REPEATED = [
    b"X-Shopify-Hmac-Sha256",
    b"X-Shopify-Topic",
    b"X-Shopify-Shop-Domain",
    b"webhook-signature",
    b"webhook-id",
    b"webhook-timestamp",
    b"Authorization",
    b"Signature",
    b"Content-Type",
    b"X-Hub-Signature-256",
]
