import hashlib
import os
import signal
import socket
import threading
import time

import pytest

from hub.web.bodies import Limits
from tests.web.framing_corpus import (
    CHUNKED,
    END,
    HOST,
    REPEATED,
    ROWS,
    post,
    sized,
)
from tests.web.server import LIMIT, RunningServer, running_server


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
        post(b"Content-Length: 50000\r\n", b"x" * 49_999),
        post(b"Content-Length: 50000\r\n", b""),
    ],
)
def test_t05_a_cut_body_is_refused(server, sent):
    assert arrived(server, sent, cut=True) == (400, [])


@pytest.mark.parametrize(
    "sent",
    [
        post(CHUNKED, b"3\r\nabc\r\n"),
        post(b"Content-Length: 9\r\n", b"abc"),
        post(b"Content-Length: 50000\r\n", b"abc"),
    ],
)
def test_t05_a_body_that_stops_arriving_is_refused_in_time(server, sent):
    began = time.monotonic()
    assert arrived(server, sent) == (408, [])
    assert time.monotonic() - began < 20


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
    limits = Limits(body_bytes=LIMIT, body_seconds=120.0, first_byte_seconds=60.0)
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
        assert took < 60


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
