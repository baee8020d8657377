"""The cases of shopify.md 9 that cross hub, connector and shop, by their number."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from hub import metrics
from hub.domain.known import State
from hub.flow import meters, previous_secrets
from hub.flow.doctor import Health, diagnose
from hub.flow.steps import Step
from hub.store.tables import cart_order
from tests.flow.conftest import OpenHouse
from tests.flow.shopify_shop import (
    HANDLE,
    ShopifyShop,
    buyer,
    holds,
    number_of,
    post,
    resent,
    shopify_shop,
    state_at_shop,
)
from tests.flow.wire_calls import REGISTER
from tests.flow.wire_calls import SHIP as REPORT
from tests.house import House
from tests.shopify_double.documents import HANAKO, TOWEL

NUMBER = "394812750135"


def registrations(store: ShopifyShop) -> list[int]:
    """Return what the provider bills, an entry for each registration."""
    amounts = [row["billed_amount"] for row in store.house.ledger()]
    assert store.house.calls().count(REGISTER) == len(amounts)
    return amounts


def test_case_01_one_order_is_one_registration_of_7572_held_until_ok(
    store: ShopifyShop,
) -> None:
    order = store.place(discount=768, **buyer("見本審査中"))
    assert set(store.answers()) == {200}
    assert registrations(store) == [7572]
    assert (holds(order), state_at_shop(order)) == ([HANDLE], "SCREENING")
    assert order["tags"] == "atodene:審査中"
    store.house.wait(hours=3)
    store.settle()
    assert store.house.state(number_of(order)) is State.AUTHORIZED
    assert (holds(order), state_at_shop(order)) == ([], "AUTHORIZED")
    assert registrations(store) == [7572]


def found(store: ShopifyShop, order: dict[str, Any]) -> set[tuple[str, str]]:
    """Return what our own check found of an order, and where."""
    findings = store.house.transaction(number_of(order)).findings
    return {(one.code, one.field) for one in findings}


def test_case_02_one_changed_byte_is_401_and_nothing_is_stored(
    store: ShopifyShop,
) -> None:
    store.place()
    kept, sent = len(store.house.deliveries()), resent(store)
    assert post(sent, body=sent.body.replace(b'"7572"', b'"7571"') + b" ") == 401
    assert post(sent, body=json.dumps(json.loads(sent.body)).encode()) == 401
    store.settle()
    assert len(store.house.deliveries()) == kept
    assert len(registrations(store)) == 1


def told(house: House, name: str) -> tuple[Health, str]:
    (found,) = [one for one in diagnose(house.parts) if one.name == name]
    return found.health, found.text


def test_case_05_the_previous_secret_is_believed_and_counted(house: House) -> None:
    # What another test of this process counted.
    metrics.take()
    with shopify_shop(house, rotates=True) as store:
        assert store.double.app.webhook_secret != store.double.app.newest_secret
        assert told(store.house, "secret shopify")[0] is Health.OK
        order = store.place()
        store.double.redact_buyer(order, by_email_only=True)
        store.settle()
        assert set(store.answers()) == {200}
        assert store.house.state(number_of(order)) is State.AUTHORIZED
        meters.flush(store.house.parts)
        read = store.house.parts.store.across.read
        counted = read(previous_secrets.seen)["shopify"]
        assert counted.times == len(store.answers())
        health, text = told(store.house, "secret shopify")
        assert health is Health.WARNING
        last = f"the last at {counted.last_at:%Y-%m-%d}"
        assert f"({counted.times} so far, {last}" in text
        line = 'hub_intake_previous_secret_total{connector="shopify"}'
        scraped = store.app.test_client().get("/metrics").text
        assert f"{line} {counted.times}.0" in scraped
        # The old secret is revoked, and Shopify signs by the new one.
        store.double.app.secrets.pop(0)
        store.place()
        meters.flush(store.house.parts)
        assert read(previous_secrets.seen)["shopify"] == counted
        store.house.move_real(days=3)
        assert told(store.house, "secret shopify")[0] is Health.OK


class Broken:
    """A database that takes nothing for a while."""

    def __init__(self) -> None:
        self.left = 0

    def __call__(self, step: Step) -> None:
        if step is Step.INSERTED_UNCOMMITTED and self.left:
            self.left -= 1
            raise OSError("no space left on device")


def test_case_07_a_database_that_is_down_is_5xx_and_the_retry_counts_once(
    open_house: OpenHouse,
) -> None:
    broken = Broken()
    with open_house(step=broken) as house:
        house.open()
        with shopify_shop(house) as store:
            # Redis is down all the while: no test of the flow has one.
            broken.left = 3
            order = store.place()
            tried = [one.answers for one in store.double.webhooks.sent]
            assert sum(503 in answers for answers in tried) >= 1
            assert set(store.answers()) == {200}
            assert len(registrations(store)) == 1
            assert holds(order) == []


def test_case_08_an_order_of_another_payment_is_ignored_and_not_kept(
    store: ShopifyShop,
) -> None:
    store.place(gateway="Shopify Payments")
    assert set(store.answers()) == {200}
    assert store.house.calls() == []
    assert {one.state for one in store.house.deliveries()} == {"ignored"}
    assert (
        store.house.read(lambda s: s.connection.execute(select(cart_order)).all()) == []
    )


def test_case_10_a_test_order_never_reaches_the_live_provider(
    store: ShopifyShop,
) -> None:
    order = store.place(test=True)
    assert store.house.calls() == []
    assert ("HUB-ELIG-601", "is_test") in found(store, order)


def test_case_12_the_buyer_is_named_surname_first(store: ShopifyShop) -> None:
    store.place()
    (row,) = store.house.ledger()
    told = row["customer"]
    assert (told["name"], told["kanaName"]) == ("山田 花子", "ヤマダハナコ")


def test_case_13_a_phone_of_the_shipping_address_is_used_and_none_is_asked_for(
    store: ShopifyShop,
) -> None:
    told = {**HANAKO, "phone": "+81 90-1234-5678"}
    silent = {**HANAKO, "phone": None}
    store.place(billing_address=silent, shipping_address=told)
    (row,) = store.house.ledger()
    assert row["customer"]["tel"] == "09012345678"
    calls = store.house.calls()
    order = store.place(billing_address=silent, shipping_address=silent)
    assert store.house.calls() == calls
    assert holds(order) == [HANDLE]
    assert ("HUB-WIRE-301", "buyer.phone") in found(store, order)


@pytest.mark.parametrize(
    "paid_in", [{"currency": "USD"}, {"presentment_currency": "USD"}]
)
def test_case_15_another_currency_is_not_registered(
    store: ShopifyShop, paid_in: dict[str, str]
) -> None:
    order = store.place(**paid_in)
    assert store.house.calls() == []
    assert ("HUB-ELIG-101", "currency") in found(store, order)
    assert holds(order) == [HANDLE]


@pytest.mark.parametrize(
    ("price", "code"), [(60_000, "HUB-ELIG-201"), (0, "HUB-ELIG-102")]
)
def test_case_16_too_much_and_nothing_are_refused_before_the_provider(
    store: ShopifyShop, price: int, code: str
) -> None:
    order = store.place(lines=({**TOWEL, "price": price},), shipping_fee=0)
    assert store.house.calls() == []
    assert (code, "total") in found(store, order)
    assert holds(order) == [HANDLE]


def test_case_17_ng_keeps_the_hold(store: ShopifyShop) -> None:
    order = store.place(**buyer("見本NG"))
    assert store.house.state(number_of(order)) is State.DECLINED
    assert (holds(order), state_at_shop(order)) == ([HANDLE], "DECLINED")


def test_case_17_ng_cancels_where_the_shop_wants_it_and_the_echo_changes_nothing(
    house: House,
) -> None:
    with shopify_shop(house, ng_action="cancel") as store:
        order = store.place(**buyer("見本NG"))
        assert order["cancel_reason"] == "declined"
        assert store.house.state(number_of(order)) is State.DECLINED
        assert len(registrations(store)) == 1
        calls = store.house.calls()
        store.look()
        assert store.house.calls() == calls


def test_case_19_a_number_that_comes_later_is_reported_once(store: ShopifyShop) -> None:
    order = store.place()
    made = store.double.orders.fulfil(order)
    store.settle()
    assert REPORT not in store.house.calls()
    store.double.orders.track(order, made, "Yamato (JA)", "3948-1275-0135")
    store.settle()
    assert store.house.calls().count(REPORT) == 1
    (row,) = store.house.ledger()
    assert NUMBER in str(row)


@pytest.mark.parametrize("company", ["配送A", None])
def test_case_21_an_unknown_carrier_is_asked_for_and_not_guessed(
    store: ShopifyShop, company: str | None
) -> None:
    order = store.place()
    store.double.orders.fulfil(order, number=NUMBER, company=company)
    store.settle()
    assert REPORT not in store.house.calls()
    assert store.house.attention(number_of(order)).startswith("HUB-SHIP")


def test_case_22_a_cancelled_fulfilment_takes_its_report_back(
    store: ShopifyShop,
) -> None:
    order = store.place()
    made = store.double.orders.fulfil(order, number=NUMBER)
    store.settle()
    assert store.house.state(number_of(order)) is State.SHIPMENT_REPORTED
    store.double.orders.cancel_fulfilment(order, made)
    store.settle()
    assert store.house.state(number_of(order)) is State.AUTHORIZED
    (row,) = store.house.ledger()
    assert (row["tracking_number"], row["history"][-1]["what"]) == (
        "",
        "report_cancelled",
    )


def test_case_22_a_tracking_that_is_edited_corrects_the_report(
    store: ShopifyShop,
) -> None:
    order = store.place()
    made = store.double.orders.fulfil(order, number=NUMBER)
    store.settle()
    store.double.orders.track(order, made, "Yamato (JA)", "444413758703")
    store.settle()
    assert "444413758703" in str(store.house.ledger())
    assert len(registrations(store)) == 1
