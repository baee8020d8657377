import hashlib
import os
import signal
import socket
import threading
import time

import pytest

from hub.web.bridge import Limits
from tests.web.server import LIMIT, RunningServer, running_server

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


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    record = tmp_path_factory.mktemp("framing") / "seen.jsonl"
    with running_server(record) as running:
        yield running


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def arrived(server: RunningServer, sent: bytes, *, cut: bool = False):
    before = len(server.seen())
    answer = server.exchange(sent, cut=cut)
    return status_of(answer), server.seen()[before:]


@pytest.mark.parametrize("name", ROWS)
def test_t06_a_framing_gets_its_verdict(server, name):
    sent, status, lengths = ROWS[name]
    got, seen = arrived(server, sent)
    assert (got, [row["length"] for row in seen]) == (status, lengths)


@pytest.mark.parametrize("name", REPEATED, ids=lambda name: name.decode())
def test_t06_a_repeated_security_header_is_refused(server, name):
    twice = name + b": one\r\n" + name.lower() + b": two\r\n"
    assert arrived(server, sized(b"abc", twice)) == (400, [])


@pytest.mark.parametrize(
    "sent",
    [
        post(CHUNKED, b"5\r\nhel"),
        post(CHUNKED, b"3\r\nabc\r\n"),
        post(CHUNKED, b"3\r\nabc"),
        post(CHUNKED, b""),
        post(CHUNKED, b"3\r\nabc\r\n0\r\n"),
        post(b"Content-Length: 10\r\n", b"hel"),
        post(b"Content-Length: 10\r\n", b""),
    ],
)
def test_t05_a_cut_body_is_refused(server, sent):
    assert arrived(server, sent, cut=True) == (400, [])


@pytest.mark.parametrize(
    "sent", [post(CHUNKED, b"3\r\nabc\r\n"), post(b"Content-Length: 9\r\n", b"abc")]
)
def test_t05_a_body_that_stops_arriving_is_refused_in_time(server, sent):
    began = time.monotonic()
    assert arrived(server, sent) == (408, [])
    assert time.monotonic() - began < 3


def test_t05_a_dripping_body_meets_the_total_deadline(server):
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(post(b"Content-Length: 1000\r\n"))
        wire.settimeout(0.1)
        answer = b""
        for _ in range(40):
            try:
                wire.sendall(b"x")
                answer = wire.recv(1000)
            except TimeoutError:
                continue
            break
    assert status_of(answer) == 408


def test_t05_the_bytes_that_arrive_are_the_bytes_that_were_sent(server):
    body = bytes(range(256)) * 300
    status, seen = arrived(server, sized(body))
    assert (status, seen[0]["sha"]) == (202, hashlib.sha256(body).hexdigest())


def test_t06_a_name_with_an_underscore_does_not_reach_the_application(server):
    _, seen = arrived(server, sized(b"", b"X_Forwarded_For: 1.2.3.4\r\nX_Sig: a\r\n"))
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_SIG"} & set(seen[0]["headers"])


def test_t06_what_a_stranger_forwards_does_not_count(server):
    forged = b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
    forged += b"X-Forwarded-Host: evil.example.com\r\nForwarded: for=203.0.113.9\r\n"
    _, seen = arrived(server, sized(b"", forged))
    row = seen[0]
    assert (row["address"], row["scheme"], row["host"]) == (
        "127.0.0.1",
        "http",
        "shop.example.jp",
    )
    assert "HTTP_X_FORWARDED_FOR" not in row["headers"]


def test_t06_what_is_left_of_a_long_body_is_no_second_request(server):
    smuggled = b"GET /smuggled HTTP/1.1\r\n" + HOST + END
    status, seen = arrived(server, post(b"Content-Length: 2\r\n", b"ok" + smuggled))
    assert (status, [row["path"] for row in seen]) == (202, ["/hooks/x"])


@pytest.mark.parametrize(
    "headers", [b"Content-Length: 4\r\n" + CHUNKED, CHUNKED + b"Content-Length: 4\r\n"]
)
def test_t06_a_length_beside_chunks_ends_the_connection(server, headers):
    first = b"POST /hooks/x HTTP/1.1\r\n" + HOST + headers + b"\r\n"
    smuggled = b"GET /smuggled HTTP/1.1\r\n" + HOST + END
    _, seen = arrived(server, first + b"0\r\n\r\n" + smuggled)
    assert [row["path"] for row in seen] == ["/hooks/x"]


def test_t06_pipelined_requests_are_answered_in_their_order(server):
    one = b"POST /%d HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc"
    last = b"GET /last HTTP/1.1\r\n" + HOST + END
    before = len(server.seen())
    answer = server.exchange(one % 1 + one % 2 + last)
    paths = [row["path"] for row in server.seen()[before:]]
    assert (answer.count(b"HTTP/1.1 202"), paths) == (3, ["/1", "/2", "/last"])


def test_a_request_after_a_refused_one_is_not_read_from_its_body(server):
    inner = b"GET /inner HTTP/1.1\r\n" + HOST + END
    head = b"POST /hooks/x HTTP/1.1\r\n" + HOST + b"X-Sig: a\r\nX-Sig: b\r\n"
    sent = head + b"Content-Length: %d\r\n\r\n" % len(inner) + inner
    assert arrived(server, sent) == (400, [])


def test_two_cookies_are_answered_as_two_headers(server):
    answer = server.exchange(sized(b""))
    assert answer.lower().count(b"set-cookie:") == 2


def test_a_long_answer_arrives_whole(server):
    answer = server.exchange(b"GET /long HTTP/1.1\r\n" + HOST + END)
    assert answer.count(b"000199\n") == 1000


def test_a_failing_application_gives_an_answer_and_lives_on(server):
    answer = server.exchange(b"GET /fails HTTP/1.1\r\n" + HOST + END)
    assert status_of(answer) == 500
    assert status_of(server.exchange(sized(b""))) == 202


def test_t06_a_trusted_proxy_is_believed_hop_by_hop(tmp_path):
    forwarded = b"X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.0.0.7\r\n"
    forwarded += b"X-Forwarded-Proto: https\r\nX-Forwarded-Host: hub.example.jp\r\n"
    with running_server(
        tmp_path / "seen", trusted_proxies=["127.0.0.1/32", "10.0.0.0/8"]
    ) as server:
        _, seen = arrived(server, sized(b"", forwarded))
    row = seen[0]
    assert (row["address"], row["scheme"], row["host"]) == (
        "203.0.113.9",
        "https",
        "hub.example.jp",
    )


def test_more_work_than_the_threads_can_take_is_sent_away_with_a_time(tmp_path):
    slow = b"GET /slow HTTP/1.1\r\n" + HOST + END
    answers: list[bytes] = []
    with running_server(tmp_path / "seen", threads=1, waiting=1) as server:
        clients = [
            threading.Thread(target=lambda: answers.append(server.exchange(slow)))
            for _ in range(6)
        ]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    refused = [answer for answer in answers if status_of(answer) == 503]
    assert len(refused) == 4
    assert all(b"retry-after: " in answer for answer in refused)


def test_t37_two_hundred_half_sent_bodies_do_not_stall_honest_traffic(tmp_path):
    half = post(b"Content-Length: 1000\r\n", b"half")
    limits = Limits(body_bytes=LIMIT, body_seconds=20.0, first_byte_seconds=10.0)
    with running_server(tmp_path / "seen", limits=limits, drain_seconds=1) as server:
        stalled = [
            socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)
        ]
        for wire in stalled:
            wire.sendall(half)
        began = time.monotonic()
        statuses = {status_of(server.exchange(sized(b"hello"))) for _ in range(50)}
        took = time.monotonic() - began
        for wire in stalled:
            wire.close()
        assert (statuses, len(server.seen())) == ({202}, 50)
        assert took < 5


def test_a_stop_finishes_the_request_that_is_open(tmp_path):
    answers: list[bytes] = []
    slow = b"GET /slow HTTP/1.1\r\n" + HOST + END
    with running_server(tmp_path / "seen") as server:
        assert status_of(server.exchange(sized(b""))) == 202
        client = threading.Thread(target=lambda: answers.append(server.exchange(slow)))
        client.start()
        while len(server.seen()) < 2:
            time.sleep(0.01)
        os.kill(server.pid, signal.SIGTERM)
        client.join()
    assert status_of(answers[0]) == 202


def test_no_body_reached_the_application_with_a_wrong_length(server):
    rows = server.seen()
    assert rows
    assert all(int(row["promised"] or 0) == row["length"] for row in rows)
