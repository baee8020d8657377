"""What comes for every shop of an app is kept for the one that installed it."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from hub.app import create_app
from hub.contract.credentials import Credentials
from hub.store import installations
from hub.store.store import Across
from tests.flow.toucans import NOON, SECRET, signature, toucan_house
from tests.house import House


@pytest.fixture
def perch(house: House) -> House:
    """A toucan's app that was installed at one shop, and claimed."""
    opened = toucan_house(house)
    now = opened.clock.now()

    def work(across: Across) -> None:
        token = installations.put_pending(
            across,
            connector="toucan",
            shop_key="jungle",
            title="Jungle",
            settings={},
            given=Credentials(values={}),
            now=now,
        )
        found = installations.pending(across, token, now=now)
        assert found is not None
        installations.claimed(
            across,
            found.id,
            merchant_id=opened.merchant_id,
            connection_id=opened.connection_id,
        )

    opened.parts.store.across.write(work)
    return opened


def said(shop: str, **fields: Any) -> bytes:
    told = {"shop": shop, "says": "buyer_forgotten", "at": NOON, "fields": fields}
    return json.dumps(told).encode()


def post(
    house: House, body: bytes, *, secret: str = SECRET, slug: str = "toucan"
) -> TestResponse:
    client = create_app(house.parts).test_client()
    headers = {"X-Toucan": signature(body, secret)}
    return client.post(f"/hooks/{slug}", data=body, headers=headers)


def test_a_message_of_the_app_is_kept_for_its_shop_once(perch: House) -> None:
    body = said("jungle", references=["gid://toucan/Order/1"])
    assert [post(perch, body).status_code for _ in range(2)] == [200, 200]
    (delivery,) = perch.deliveries()
    assert delivery.connection_id == perch.connection_id
    perch.settle()
    assert perch.deliveries()[0].state == "done"


def test_a_message_of_a_shop_that_nobody_has_is_answered_and_not_kept(
    perch: House,
) -> None:
    assert post(perch, said("desert")).status_code == 200
    assert perch.deliveries() == []


def test_a_typed_shop_is_no_proof(house: House) -> None:
    perch = toucan_house(house)
    assert post(perch, said("jungle")).status_code == 200
    assert perch.deliveries() == []


@pytest.mark.parametrize(
    ("secret", "slug"),
    [("another", "toucan"), (SECRET, "generic_webhook"), (SECRET, "nobody")],
)
def test_what_is_not_proven_by_the_app_is_refused(
    perch: House, secret: str, slug: str
) -> None:
    answer = post(perch, said("jungle"), secret=secret, slug=slug)
    assert (answer.status_code, perch.deliveries()) == (401, [])


def test_a_proven_message_that_names_no_shop_is_refused(perch: House) -> None:
    assert post(perch, b"[1]").status_code == 401


def test_a_compressed_or_endless_message_is_refused(perch: House) -> None:
    client = create_app(perch.parts).test_client()
    zipped = client.post(
        "/hooks/toucan", data=b"x", headers={"Content-Encoding": "gzip"}
    )
    long = client.post("/hooks/toucan", data=b"x" * (perch.parts.config.body_limit + 1))
    assert (zipped.status_code, long.status_code) == (415, 413)
