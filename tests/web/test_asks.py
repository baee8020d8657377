"""Requests of carts that wait, over a real port: proven, kept once, answered alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import requests
from sqlalchemy import text

from hub import metrics
from hub.app import create_app
from hub.store import asks, connections
from hub.store.asks import StoredAsk
from tests.house import House, same_parts
from tests.web.asking import asking_house, capture, payment, proven
from tests.wsgi import serving


@pytest.fixture
def till(house: House) -> House:
    return asking_house(house)


@pytest.fixture
def base(till: House) -> Iterator[str]:
    with serving(create_app(till.parts)) as url:
        yield url


def post(
    base: str, body: bytes, *, path: str = "toucan/payment", **headers: str
) -> requests.Response:
    sent = {**proven(body), **headers}
    with requests.Session() as session:
        return session.post(f"{base}/asks/{path}", data=body, headers=sent, timeout=30)


def kept(house: House, number: str = "A-1001") -> list[StoredAsk]:
    return house.read(lambda scope: asks.of_order(scope, house.shop_id, number))


def test_a_payment_is_kept_and_hears_where_its_buyer_waits(
    till: House, base: str
) -> None:
    answer = post(base, payment())
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "/wait/" in answer.json()["redirect_url"]
    assert len(kept(till)) == len(till.deliveries()) == 1


def test_what_no_buyer_waits_for_has_no_page(till: House, base: str) -> None:
    answer = post(base, capture(), path="toucan/capture")
    assert (answer.status_code, answer.json()["redirect_url"]) == (201, "")
    assert [one.kind for one in kept(till)] == ["capture"]


def test_a_repeated_request_hears_the_same_and_is_kept_once(
    till: House, base: str
) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(base, payment()), range(4)))
    assert {(one.status_code, one.content) for one in answers} == {
        (answers[0].status_code, answers[0].content)
    }
    assert answers[0].status_code == 200
    assert len(kept(till)) == len(till.deliveries()) == 1


def test_two_payments_wait_on_two_pages(base: str) -> None:
    urls = {post(base, payment(n)).json()["redirect_url"] for n in ("A-1", "A-2")}
    assert len(urls) == 2


def test_what_is_not_proven_is_refused_and_not_kept(till: House, base: str) -> None:
    answer = post(base, payment(), **{"X-Toucan": "0" * 64})
    assert (answer.status_code, answer.json()["code"]) == (401, "HUB-ASK-401")
    assert till.deliveries() == []


def test_what_cannot_be_read_says_which_field(till: House, base: str) -> None:
    answer = post(base, payment(gid=None))
    assert (answer.status_code, answer.json()["code"]) == (400, "HUB-ASK-400")
    assert list(answer.json()["errors"]["json"]) == ["gid"]
    assert till.deliveries() == []


@pytest.mark.parametrize(
    "path", ["toucan/loan", "generic_webhook/payment", "nobody/payment"]
)
def test_what_nobody_takes_is_not_found(till: House, base: str, path: str) -> None:
    answer = post(base, payment(), path=path)
    assert (answer.status_code, answer.json()["code"]) == (404, "HUB-ASK-404")
    assert till.deliveries() == []


def test_a_shop_that_did_not_install_the_app_is_not_found(
    till: House, base: str
) -> None:
    assert post(base, payment(shop="desert")).status_code == 404
    assert till.deliveries() == []


def test_a_disabled_connection_takes_nothing(till: House, base: str) -> None:
    till.parts.store.of(till.merchant_id).write(
        lambda scope: connections.set_disabled(
            scope, till.connection_id, disabled_at=till.clock.now()
        )
    )
    assert post(base, payment()).status_code == 410
    assert till.deliveries() == []


def test_what_cannot_be_kept_now_is_asked_again(till: House, base: str) -> None:
    with till.parts.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE ask RENAME TO gone"))
    answer = post(base, payment())
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 30
    with till.parts.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO ask"))
    # In one commit or not at all.
    assert till.deliveries() == []
    assert post(base, payment()).status_code == 200
    assert len(kept(till)) == 1


def test_a_compressed_or_endless_request_is_refused(till: House) -> None:
    config = replace(till.parts.config, body_limit=1000)
    small = same_parts(till, config=config)
    with serving(create_app(small.parts)) as base:
        zipped = post(base, payment(), **{"Content-Encoding": "gzip"})
        long = post(base, payment(note="x" * 1000))
    assert (zipped.status_code, long.status_code) == (415, 413)
    assert till.deliveries() == []


def test_another_method_is_not_allowed(base: str) -> None:
    answer = requests.Session().get(f"{base}/asks/toucan/payment", timeout=30)
    assert answer.status_code == 405


def test_how_requests_were_taken_is_counted_and_no_strangers_word(base: str) -> None:
    metrics.take()
    post(base, payment())
    post(base, payment())
    post(base, payment(), path="nobody/payment")
    found = {
        reading.labels: reading.value
        for reading in metrics.take()
        if reading.name == metrics.INTAKE.name
    }
    assert found == {
        ("toucan", "new"): 1,
        ("toucan", "duplicate"): 1,
        ("", "nobodys"): 1,
    }
