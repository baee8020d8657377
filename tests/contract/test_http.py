"""The HTTP client against servers that lie, stall, drip, flood, reset and redirect."""

import gzip
import socket
import threading
import time
import zlib

import pytest

from hub.contract import deadline, transport
from hub.contract.http import (
    AnswerLostError,
    HttpAnswer,
    NotSentError,
    PublicHttp,
)
from tests.contract.raw_server import (
    EMPTY_OK,
    RawServer,
    drips,
    floods,
    resets_after,
    says,
    serving,
    stalls,
)

HEAD = b"HTTP/1.1 200 OK\r\n"
CAP = 65536


def post(
    server: RawServer, *, seconds: float = 2.0, http: PublicHttp | None = None
) -> HttpAnswer:
    session = http or PublicHttp(allow=[server.netloc])
    try:
        return session.post(
            server.url,
            body=b'{"n":1}',
            headers={"Content-Type": "application/json"},
            total_seconds=seconds,
            cap_bytes=CAP,
        )
    finally:
        if http is None:
            session.close()


def test_a_whole_answer_comes_back_with_lower_case_header_names():
    with serving(says(HEAD, b"X-Ref: 7\r\nContent-Length: 2\r\n\r\nok")) as server:
        answer = post(server)
    assert (answer.status, answer.headers["x-ref"], answer.body) == (200, "7", b"ok")


def test_the_request_carries_the_body_and_the_headers_of_the_call():
    with serving(says(EMPTY_OK)) as server:
        post(server)
    assert server.requests[0].startswith(b"POST /callback HTTP/1.1\r\n")
    assert b"Content-Type: application/json\r\n" in server.requests[0]
    assert server.requests[0].endswith(b'\r\n\r\n{"n":1}')


def test_a_chunked_answer_is_read_to_its_end():
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with serving(says(HEAD, chunks)) as server:
        assert post(server).body == b"abcde"


def test_a_packed_answer_is_unpacked():
    packed = gzip.compress(b"hello")
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with serving(says(HEAD, head, packed)) as server:
        assert post(server).body == b"hello"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_never_followed(status):
    with serving(says(EMPTY_OK)) as canary:
        head = b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
        with serving(says(head % (status, canary.url.encode()))) as server:
            answer = post(server)
    assert (answer.status, canary.connections) == (status, 0)


def test_an_endless_body_behind_a_redirect_is_bounded():
    head = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n"
    with serving(floods(head, b"x" * 65536)) as server, pytest.raises(AnswerLostError):
        post(server)


LOST = {
    "silence": stalls,
    "closed without a word": says(b""),
    "drip of the status line": drips(b"HTTP/1.1 ", b"2"),
    "drip of headers": drips(HEAD, b"X-A: b\r\n", every_seconds=0.1),
    "drip of one header": drips(HEAD + b"X-A: ", b"b"),
    "endless header": floods(HEAD + b"X-A: ", b"b" * 65536),
    "endless headers": floods(HEAD, b"X-A: bbbbbbbbbbbbbbbb\r\n" * 1000),
    "endless 100 Continue": floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "drip of the body": drips(HEAD + b"Content-Length: 5000\r\n\r\n", b"x"),
    "drip of a closing body": drips(HEAD + b"Connection: close\r\n\r\n", b"x"),
    "drip of chunks": drips(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", every_seconds=0.05
    ),
    "endless body": floods(HEAD + b"\r\n", b"x" * 65536),
    "endless chunks": floods(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"400\r\n" + b"x" * 1024 + b"\r\n"
    ),
    "length over the cap": says(HEAD, b"Content-Length: 70000\r\n\r\n", b"x" * 70000),
    "cut body": says(HEAD, b"Content-Length: 9\r\n\r\nabc"),
    "cut chunk": says(HEAD, b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"),
    "cut between chunks": says(HEAD, b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"),
    "cut in the headers": says(HEAD, b"Content-Type: applica"),
    "cut after a header line": says(HEAD, b"Content-Type: text/plain\r\n"),
    "cut after the status line": says(HEAD),
    "early hints": says(b"HTTP/1.1 103 Early Hints\r\n\r\n", HEAD, b"\r\nok"),
    "switching protocols": says(b"HTTP/1.1 101 Switching\r\n\r\n"),
    "not HTTP": says(b"SSH-2.0-OpenSSH_9.7\r\n"),
    "bad status": says(b"HTTP/1.1 OK 200\r\n\r\n"),
    "reset at once": resets_after(b""),
    "reset in the head": resets_after(b"HTTP/1.1 200"),
    "reset in the body": resets_after(HEAD + b"Content-Length: 9\r\n\r\nabc"),
    "bomb": says(
        HEAD, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(bytes(9_999_999))
    ),
    "deflate bomb": says(
        HEAD, b"Content-Encoding: deflate\r\n\r\n", zlib.compress(bytes(9_999_999))
    ),
    "cut packing": says(
        HEAD, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"a")[:-9]
    ),
    "lying encoding": says(HEAD, b"Content-Encoding: gzip\r\n\r\nplain text"),
    "encoding nobody asked for": says(HEAD, b"Content-Encoding: br\r\n\r\nxyz"),
}


@pytest.mark.parametrize("case", LOST)
def test_an_answer_that_is_not_whole_is_lost_within_the_deadline(case):
    started = time.monotonic()
    with serving(LOST[case]) as server, pytest.raises(AnswerLostError):
        post(server, seconds=0.4)
    assert time.monotonic() - started < 20


def test_a_refused_port_is_surely_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    http = PublicHttp(allow=[f"127.0.0.1:{port}"])
    with pytest.raises(NotSentError):
        http.post(
            f"http://127.0.0.1:{port}/",
            body=b"",
            headers={},
            total_seconds=1,
            cap_bytes=CAP,
        )


def test_a_name_that_is_not_found_is_surely_not_sent():
    def resolve(_host, _port):
        raise socket.gaierror

    assert not_sent_with(resolve).code == "HUB-HTTP-001"


def test_a_name_server_that_hangs_does_not_outlast_the_deadline():
    hanging = threading.Event()
    started = time.monotonic()
    not_sent_with(lambda _host, _port: (hanging.wait(60), ())[1])
    hanging.set()
    assert time.monotonic() - started < 20


def not_sent_with(resolve) -> NotSentError:
    http = PublicHttp(resolve=resolve)
    with pytest.raises(NotSentError) as caught:
        http.post(
            "https://shop.example.jp/",
            body=b"",
            headers={},
            total_seconds=0.3,
            cap_bytes=CAP,
        )
    return caught.value


def test_a_server_without_tls_is_surely_not_sent():
    with serving(says(EMPTY_OK)) as server:
        http = PublicHttp(allow=[server.netloc])
        with pytest.raises(NotSentError):
            http.post(
                server.url.replace("http:", "https:"),
                body=b"secret",
                headers={},
                total_seconds=1,
                cap_bytes=CAP,
            )
    assert server.requests == []


@pytest.mark.parametrize(
    "headers", [{"X-A": "a\r\nX-B: b"}, {"X\nA": "a"}, {"X-A": "あ"}]
)
def test_a_header_that_would_break_the_request_is_not_sent(headers):
    with serving(says(EMPTY_OK)) as server:
        http = PublicHttp(allow=[server.netloc])
        with pytest.raises(NotSentError):
            http.post(
                server.url, body=b"", headers=headers, total_seconds=1, cap_bytes=CAP
            )
    assert server.requests == []


def answers_one_by_one(end):
    end.sendall(EMPTY_OK)


def test_calls_of_one_thread_share_a_connection():
    with serving(answers_one_by_one, is_keeping=True) as server:
        http = PublicHttp(allow=[server.netloc])
        for _ in range(5):
            post(server, http=http)
        http.close()
    assert (server.connections, len(server.requests)) == (1, 5)


def test_a_connection_that_was_idle_is_not_used_again(monkeypatch):
    monkeypatch.setattr(transport, "IDLE_SECONDS", 0.0)
    with serving(answers_one_by_one, is_keeping=True) as server:
        http = PublicHttp(allow=[server.netloc])
        post(server, http=http)
        post(server, http=http)
        http.close()
    assert server.connections == 2


def test_a_connection_that_the_server_closed_is_replaced():
    with serving(says(EMPTY_OK)) as server:
        http = PublicHttp(allow=[server.netloc])
        post(server, http=http)
        time.sleep(0.05)
        assert post(server, http=http).status == 200
        http.close()


def test_a_lost_answer_does_not_spoil_the_next_call():
    with serving(stalls) as silent, serving(says(EMPTY_OK)) as server:
        http = PublicHttp(allow=[server.netloc, silent.netloc])
        with pytest.raises(AnswerLostError):
            post(silent, seconds=0.1, http=http)
        assert post(server, http=http).status == 200
        http.close()


def test_a_hostile_proxy_of_the_environment_is_not_asked(monkeypatch):
    with serving(says(EMPTY_OK)) as proxy, serving(says(EMPTY_OK)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.netloc}")
        post(server)
    assert (proxy.connections, server.connections) == (0, 1)


def test_the_words_of_a_failure_hold_no_part_of_the_url():
    with serving(stalls) as server:
        http = PublicHttp(allow=[server.netloc])
        with pytest.raises(AnswerLostError) as caught:
            http.post(
                f"{server.url}?token=hidden",
                body=b"",
                headers={},
                total_seconds=0.1,
                cap_bytes=CAP,
            )
    assert "hidden" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_watchdog_cuts_a_call_whose_socket_would_wait():
    call = deadline.Call(
        seconds=0.0, resolve=deadline.system_resolver, admit=lambda *_: None
    )
    watchdog = deadline.Watchdog()
    watchdog.add(call)
    ends_at = time.monotonic() + 60
    while not call.is_cut and time.monotonic() < ends_at:
        time.sleep(0.01)
    assert call.is_cut
