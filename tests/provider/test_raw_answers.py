"""Answers that no proper server gives, over a real socket."""

import time

import pytest

from hub.contract.http import OperatorHttp
from hub.contract.secret import Secret
from hub.provider.client import AtodeneProvider
from hub.provider.errors import Unread
from hub.provider.port import (
    Operation,
    ProviderError,
    Refused,
    Screened,
    Throttled,
    Unclear,
)
from hub.provider.profile import BasicAuth, Profile
from tests.provider import answer_corpus as corpus
from tests.provider.raw_server import http, speaking
from tests.provider.specimens import CREDENTIALS, ORDER

LOST = Unclear(code="HUB-HTTP-002")
WHOLE = http("200 OK", corpus.PASSED)
BODY_AT = len(WHOLE) - len(corpus.PASSED)


def exchange(url, operation=Operation.REGISTER, spool=None, **settings):
    carrier = OperatorHttp([url])
    profile = Profile(**{"register_seconds": 1.0, "other_seconds": 1.0, **settings})
    provider = AtodeneProvider(url, carrier, profile)
    if operation is Operation.REGISTER:
        call = provider.register(
            ORDER, order_number=corpus.NUMBER, credentials=CREDENTIALS
        )
    else:
        prepare = {
            Operation.INQUIRE: provider.inquire,
            Operation.CANCEL: provider.cancel,
            Operation.FETCH_PRINT_DATA: provider.fetch_print_data,
        }[operation]
        call = prepare(provider_transaction_id=corpus.ID, credentials=CREDENTIALS)
    try:
        return provider.send(call, spool=spool)
    finally:
        carrier.close()


def answered(raw, operation=Operation.REGISTER, stay=0.0, **settings):
    with speaking(raw, stay=stay) as (url, _received):
        return exchange(url, operation, **settings).answer


def test_a_whole_answer_is_understood():
    assert isinstance(answered(WHOLE), Screened)


@pytest.mark.parametrize(
    "at", [0, 1, 9, 15, BODY_AT - 1, BODY_AT, BODY_AT + 1, len(WHOLE) - 1]
)
def test_an_answer_cut_by_the_connection_is_lost(at):
    assert answered(WHOLE[:at]) == LOST


def test_an_answer_that_never_comes_is_lost_at_the_deadline():
    started = time.monotonic()
    assert answered(b"", stay=5.0) == LOST
    assert 0.9 < time.monotonic() - started < 4.9


def test_an_answer_that_stops_in_the_middle_is_lost_at_the_deadline():
    assert answered(WHOLE[: BODY_AT + 50], stay=5.0) == LOST


def test_an_endless_answer_is_not_taken():
    endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 300_000
    assert answered(endless, answer_cap_bytes=100_000) == LOST


def test_a_gzip_bomb_is_not_unpacked():
    import gzip

    bomb = gzip.compress(b"<response>" + b" " * 20_000_000)
    raw = http("200 OK", bomb, "Content-Encoding: gzip")
    answer = answered(raw, register_seconds=5.0)
    assert isinstance(answer, Unclear)


@pytest.mark.parametrize(
    "status",
    [
        "201 Created",
        "204 No Content",
        "301 Moved",
        "302 Found",
        "400 Bad",
        "403 No",
        "404 No",
        "408 Late",
        "500 Oops",
        "502 Bad Gateway",
        "504 Late",
    ],
)
def test_another_status_tells_no_outcome_whatever_its_body(status):
    body = b"" if status.startswith("204") else corpus.PASSED
    raw = http(status, body, "Location: http://127.0.0.1:9/")
    assert answered(raw) == Unclear(code=Unread.HTTP_STATUS.value)


def test_a_server_that_asks_for_basic_refuses_the_credentials():
    raw = http("401 Unauthorized", b"", 'WWW-Authenticate: Basic realm="x"')
    error = ProviderError(point="HTTP", code="401", message="")
    assert answered(raw) == Refused(errors=(error,), are_credentials=True)


@pytest.mark.parametrize("status", ["429 Slow", "503 Busy"])
@pytest.mark.parametrize("operation", [Operation.REGISTER, Operation.CANCEL])
def test_a_busy_provider_may_have_taken_a_write(status, operation):
    raw = http(status, b"", "Retry-After: 5")
    assert answered(raw, operation) == Unclear(code=Unread.BUSY.value)


def test_a_busy_provider_that_promises_may_be_called_again():
    raw = http("503 Busy", b"", "Retry-After: 5")
    answer = answered(raw, is_busy_not_applied=True)
    assert answer == Throttled(retry_after_seconds=5)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Retry-After: 7", 7),
        ("Retry-After: 0", 1),
        ("Retry-After: 999999999999", 3600),
        ("Retry-After: -5", 60),
        ("Retry-After: ７", 60),
        ("Retry-After: Wed, 25 Nov 2026 00:00:00 GMT", 60),
        ("X-Other: 1", 60),
    ],
)
def test_a_busy_provider_names_the_wait_for_a_read(header, seconds):
    raw = http("503 Busy", b"", header.encode().decode("latin-1"))
    answer = answered(raw, Operation.INQUIRE)
    assert answer == Throttled(retry_after_seconds=seconds)


def test_print_data_is_a_read():
    raw = http("429 Slow", b"", "Retry-After: 3")
    answer = answered(raw, Operation.FETCH_PRINT_DATA)
    assert answer == Throttled(retry_after_seconds=3)


def test_only_an_answer_of_the_provider_is_spooled():
    spooled: list[bytes] = []
    with speaking(http("500 Oops", corpus.PASSED), WHOLE) as (url, _received):
        exchange(url, spool=spooled.append)
        assert spooled == []
        exchange(url, spool=spooled.append)
    assert spooled == [corpus.PASSED]


def test_the_headers_say_what_is_sent():
    with speaking(WHOLE) as (url, received):
        exchange(url)
    head = received[0].partition(b"\r\n\r\n")[0].decode().lower()
    assert head.startswith("post /api/transaction.do http/1.1")
    assert "content-type: application/xml; charset=utf-8" in head
    assert "authorization" not in head


def test_basic_credentials_are_sent_where_they_are_set():
    basic = BasicAuth(user="test", password=Secret("word"))
    with speaking(WHOLE) as (url, received):
        exchange(url, basic_auth=basic)
    assert b"Authorization: Basic dGVzdDp3b3Jk\r\n" in received[0]


def test_an_exchange_keeps_bytes_status_and_time():
    with speaking(http("404 No", b"nothing")) as (url, _received):
        seen = exchange(url)
    assert (seen.raw, seen.status) == (b"nothing", 404)
    assert 0 < seen.seconds < 2
