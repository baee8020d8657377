"""Our own check before anything is sent: it names the field, and ends by correction."""

from typing import Any

import pytest

from hub.contract.money import Yen
from hub.domain.eligibility import EligibilityRules
from hub.domain.known import State
from tests.flow.more_shops import with_shop
from tests.flow.specimens import BUYER, cancelled, order, shipped
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House

LINES = order()["order"]["lines"]


def buyer(**fields: Any) -> dict[str, Any]:
    return {"buyer": {**BUYER, **fields}}


def living_at(**fields: Any) -> dict[str, Any]:
    return buyer(address={**BUYER["address"], **fields})


def first_line(**fields: Any) -> dict[str, Any]:
    return {"lines": [{**LINES[0], **fields}, *LINES[1:]]}


BLOCKED: dict[str, tuple[dict[str, Any], str, str]] = {
    "sum differs": ({"total": 4181}, "HUB-ELIG-103", "total"),
    "no yen": ({"currency": "USD"}, "HUB-ELIG-101", "currency"),
    "nothing to pay": ({"lines": [], "total": 0}, "HUB-ELIG-102", "total"),
    "no lines": ({"lines": []}, "HUB-ELIG-104", "lines"),
    "over the limit": (
        {"total_excluding_tax": 50_001},
        "HUB-ELIG-201",
        "total",
    ),
    "buyer overseas": (
        living_at(country="US"),
        "HUB-ELIG-302",
        "buyer.address.country",
    ),
    "sent overseas": (
        {"ship_to": {**BUYER, "address": {**BUYER["address"], "country": "US"}}},
        "HUB-ELIG-301",
        "ship_to.address.country",
    ),
    "test order": ({"is_test": True}, "HUB-ELIG-601", "is_test"),
    "no name": (buyer(name=""), "HUB-WIRE-301", "buyer.name"),
    "no phone": (buyer(phone=""), "HUB-WIRE-301", "buyer.phone"),
    "no email": (buyer(email=""), "HUB-WIRE-301", "buyer.email"),
    "emoji in the name": (buyer(name="見本🍵"), "HUB-WIRE-201", "buyer.name"),
    "a long name": (buyer(name="見" * 22), "HUB-WIRE-101", "buyer.name"),
    "a long address": (living_at(street="1" * 60), "HUB-WIRE-101", "buyer.address"),
    "no postal code": (
        living_at(postal_code="abc"),
        "HUB-WIRE-303",
        "buyer.address.postal_code",
    ),
    "emoji in a line": (first_line(name="茶🍵"), "HUB-WIRE-201", "lines[0].name"),
}
blocked = pytest.mark.parametrize(
    ("fields", "code", "field"), BLOCKED.values(), ids=BLOCKED.keys()
)


@blocked
def test_a_finding_names_its_field(
    house: House, fields: dict[str, Any], code: str, field: str
) -> None:
    house.hear(order(**fields))
    found = house.transaction().findings
    assert (code, field) in [(one.code, one.field) for one in found]


@blocked
def test_what_cannot_be_registered_is_corrected_and_authorized(
    house: House, fields: dict[str, Any], code: str, field: str
) -> None:
    house.hear(order(**fields))
    assert (house.state(), house.attention()) == (State.INVALID, "HUB-PROV-101")
    assert house.calls() == []
    house.hear(order(kind="order.amended", version=2))
    assert (house.state(), house.attention()) == (State.AUTHORIZED, "")
    assert house.transaction().findings == ()


def test_the_cart_is_told_that_an_order_needs_correction(house: House) -> None:
    house.hear(order(total=1))
    house.hear(order(kind="order.amended", version=2))
    assert house.cart.kinds == ["attention.required", "screening.ok"]


def test_an_order_that_was_never_registered_is_cancelled_without_a_call(
    house: House,
) -> None:
    house.hear(order(total=1), cancelled())
    assert (house.state(), house.calls()) == (State.CANCELLED, [])


def test_an_amount_that_some_tax_rate_brings_under_the_limit_is_a_hint_only(
    house: House,
) -> None:
    house.hear(order(price=26_810))
    (finding,) = house.transaction().findings
    assert (finding.code, finding.is_blocking) == ("HUB-ELIG-202", False)
    assert house.state() is State.AUTHORIZED


def test_the_limit_without_tax_is_kept_to_the_yen(house: House) -> None:
    house.hear(order(price=27_000, total_excluding_tax=50_000))
    assert house.state() is State.AUTHORIZED


def test_a_shipping_method_that_may_be_unreportable_is_a_hint_only(
    house: House,
) -> None:
    house.hear(order(shipping_method="ヤマト運輸 ネコポス"))
    (finding,) = house.transaction().findings
    assert (finding.code, finding.field) == ("HUB-ELIG-502", "shipping_method")
    assert house.state() is State.AUTHORIZED


def test_excluded_goods_are_named_by_their_line(house: House) -> None:
    rules = EligibilityRules(excluded_skus=frozenset({"TEA-08"}))
    shop = with_shop(house, rules=rules)
    shop.hear(order())
    (finding,) = shop.transaction().findings
    assert (finding.code, finding.field) == ("HUB-ELIG-401", "lines[0].sku")


def test_an_amendment_that_the_provider_refuses_keeps_what_it_held(
    house: House,
) -> None:
    house.fault(MODIFY, "ng_without_errors")
    house.hear(order(), order(kind="order.amended", version=2, price=1500))
    (one,) = house.ledger()
    assert (house.known().amount, one["billed_amount"]) == (Yen(4180), 4180)
    assert house.attention() == "HUB-PROV-301"


def test_an_amendment_that_our_check_blocks_is_not_sent(house: House) -> None:
    house.hear(order(), order(kind="order.amended", version=2, total=1))
    (one,) = house.ledger()
    assert (house.known().amount, one["billed_amount"]) == (Yen(4180), 4180)
    assert (house.calls(), house.state()) == ([REGISTER], State.AUTHORIZED)
    assert house.attention() == "HUB-PROV-307"
    assert "HUB-ELIG-103" in {one.code for one in house.transaction().findings}


def test_an_amendment_that_was_held_back_is_sent_once_it_is_right(
    house: House,
) -> None:
    house.hear(order(), order(kind="order.amended", version=2, name="見本🍵"))
    assert (house.calls(), house.attention()) == ([REGISTER], "HUB-PROV-307")
    house.hear(order(kind="order.amended", version=3, price=1500))
    (one,) = house.ledger()
    assert (one["billed_amount"], house.attention()) == (3880, "")
    assert (house.calls(), house.known().invalid) == ([REGISTER, MODIFY], "")


def test_an_amendment_that_the_cart_takes_back_leaves_nothing(house: House) -> None:
    house.hear(order(), order(kind="order.amended", version=2, total=1))
    house.hear(order(kind="order.amended", version=3))
    assert (house.calls(), house.attention()) == ([REGISTER], "")
    assert house.transaction().findings == ()


def test_goods_that_leave_while_a_change_is_held_back_are_an_alarm(
    house: House,
) -> None:
    house.hear(order(), order(kind="order.amended", version=2, total=1), shipped())
    found = house.transaction()
    assert (found.attention_code, found.attention_is_alarm) == ("HUB-PROV-307", True)
    assert house.calls() == [REGISTER]
