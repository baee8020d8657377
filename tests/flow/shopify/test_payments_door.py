"""Who is believed at the door of payments, and what becomes of a hub that fails."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from hub.app import create_app
from hub.domain.policy import Mode
from hub.flow.steps import Step
from hub.store import asks, merchants
from hub.store.tables import ask, cart_order, inbox
from tests.flow.conftest import OpenHouse
from tests.flow.more_shops import credentials, let_in
from tests.flow.shopify_till import SLUG, Till, install_payments, payments_till
from tests.flow.wire_calls import REGISTER
from tests.house import House
from tests.shopify_double.payments import RESOLVED
from tests.shopify_double.payments_sending import VERIFIED

OTHER = "other.myshopify.com"


@pytest.fixture
def till(house: House) -> Iterator[Till]:
    with payments_till(house) as opened:
        yield opened


def stored(house: House) -> list[int]:
    """Return how many deliveries, requests and orders there are, whoever's they are."""
    with house.parts.store.engine.connect() as connection:
        return [
            connection.execute(select(func.count()).select_from(one)).scalar_one()
            for one in (inbox, ask, cart_order)
        ]


@pytest.mark.parametrize(
    "token", ["", "px_wrong", "px_d0000000000000000000000000000001 "]
)
def test_who_is_not_the_proxy_is_401_and_nothing_is_kept(
    till: Till, token: str
) -> None:
    session = till.payments.begin(till.shop)
    raw = json.dumps(session.body).encode()
    headers = {
        "Content-Type": "application/json",
        "Shopify-Shop-Domain": till.shop.domain,
        **({VERIFIED: token} if token else {}),
    }
    if token.endswith(" "):
        # A header's blanks are not its value's, and a comma joins two headers.
        headers[VERIFIED] = f"{token.strip()},{token.strip()}"
    assert till.payments.starting.post_raw("payment", raw, headers).status == 401
    assert stored(till.house) == [0, 0, 0]


def test_a_shop_that_nobody_installed_is_404_and_nothing_is_kept(till: Till) -> None:
    session = till.payments.begin(till.shop)
    starting = till.payments.starting
    for shop in ("..", "", f"{till.shop.domain}.evil.example"):
        assert starting.post(session, Shopify_Shop_Domain=shop).status == 400
    assert starting.post(session, Shopify_Shop_Domain=OTHER).status == 404
    assert stored(till.house) == [0, 0, 0]


def another_merchant(till: Till) -> House:
    """Return the house of another merchant, who installed the app at its own shop."""
    house = till.house
    now, found = house.clock.now(), credentials(2)
    let_in(house, found)
    merchant_id = house.parts.store.across.write(
        lambda across: merchants.add_merchant(
            across, name="見本書店", credentials=found, now=now
        )
    )
    shop_id = house.parts.store.of(merchant_id).write(
        lambda scope: merchants.add_shop(
            scope,
            name="見本書店",
            mode=Mode.AUTOMATIC,
            cutover_at=now - timedelta(days=1),
            now=now,
        )
    )
    other = replace(house, merchant_id=merchant_id, shop_id=shop_id, _receivers=[])
    till.double.add_shop(OTHER)
    install_payments(replace(till.store, house=other), OTHER)
    return other


def test_a_session_under_another_shops_name_bills_nobody_there(till: Till) -> None:
    other = another_merchant(till)
    session = till.payments.begin(till.shop)
    starting = till.payments.starting
    # Nobody but the proxy says whose it is.
    assert (
        starting.post(session, is_shopify=False, Shopify_Shop_Domain=OTHER).status
        == 401
    )
    assert stored(till.house) == [0, 0, 0]
    # Were it said there, the other's shop would not know the session.
    assert starting.post(session, Shopify_Shop_Domain=OTHER).status == 200
    till.settle()
    till.store.move(minutes=10)
    assert till.billed() == []
    assert other.attention(session.id) == "HUB-CART-425"
    assert session.changes == []
    # The true shop is not kept from its buyer by that.
    till.payments.send(session)
    till.settle()
    assert session.changes == [RESOLVED]
    assert len(till.billed()) == 1


def test_a_hub_that_was_never_switched_on_has_no_such_door(till: Till) -> None:
    config = till.house.parts.config
    environment = dict(config.environment)
    del environment["HUB_SHOPIFY_PAYMENTS_EXTENSION"]
    config = replace(config, environment=environment)
    parts = replace(
        till.house.parts,
        config=config,
        registry=till.house.parts.registry.switched(config.is_on),
    )
    session = till.payments.begin(till.shop)
    headers = till.payments.starting.proxy.passed_on(
        {"Shopify-Shop-Domain": till.shop.domain}, is_shopify=True
    )
    client = create_app(parts).test_client()
    place = f"/asks/{SLUG}/payment"
    answer = client.post(place, json=session.body, headers=headers)
    assert answer.status_code == 404
    assert client.get(f"/install/{SLUG}").status_code == 404
    assert stored(till.house) == [0, 0, 0]


class Failing:
    """Something that fails a number of times at one step."""

    def __init__(self, step: Step) -> None:
        self.step, self.left = step, 0

    def __call__(self, step: Step) -> None:
        if step is self.step and self.left:
            self.left -= 1
            raise OSError("no space left on device")


def test_a_hub_that_fails_is_503_and_the_retry_is_the_same_request(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    # After the commit, so that what is repeated is there already.
    broken, add, full = Failing(Step.DELIVERY_COMMITTED), asks.add, [1, 1]

    def added(*arguments: Any, **named: Any) -> bool:
        is_new = add(*arguments, **named)
        if full:
            full.pop()
            raise OSError("no space left on device")
        return is_new

    monkeypatch.setattr(asks, "add", added)
    with open_house(step=broken) as house:
        house.open()
        with payments_till(house) as till:
            broken.left = 1
            session = till.buy()
            assert session.statuses == [503, 503, 503, 200]
            assert session.changes == [RESOLVED]
            assert till.house.calls() == [REGISTER]


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize(
    "step", [Step.PLAN_COMMITTED, Step.RESULT_COMMITTED, Step.CALLBACK_SENT]
)
def test_a_hub_that_dies_in_between_goes_on_where_it_was(
    open_house: OpenHouse, step: Step
) -> None:
    armed: list[Step] = []

    def dies(now: Step) -> None:
        if now in armed:
            armed.clear()
            raise Killed

    with open_house(step=dies) as house:
        house.open()
        with payments_till(house) as till:
            session = till.payments.buy(till.shop)
            armed.append(step)
            with pytest.raises(Killed):
                till.settle()
            for _ in range(3):
                till.store.move(minutes=10)
            assert session.changes == [RESOLVED]
            assert till.house.calls().count(REGISTER) == 1
            assert len(till.shop.orders) == 1
