"""What time alone brings about: the sweep looks when a moment has come."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hub.clock import tokyo_date
from hub.contract.order import OrderKind
from hub.contract.updates import MayShip
from hub.domain.known import State
from hub.domain.order_kind_policy import (
    InvoiceChoice,
    KindPolicies,
    KindPolicy,
    OnHold,
    RegisterTime,
)
from hub.flow import intervene
from hub.flow.sweep import sweep
from hub.store import merchants
from hub.store.store import Scope
from tests.flow.specimens import order
from tests.house import House


def pass_days(house: House, days: float) -> None:
    """Let business time pass, then sweep and work."""
    house.clock.business += timedelta(days=days)
    sweep(house.parts)
    house.settle()


def with_rules(house: House, kind: OrderKind, rules: KindPolicy) -> None:
    def work(scope: Scope) -> None:
        shop = merchants.lock_shop(scope, house.shop_id)
        assert shop is not None
        kinds = KindPolicies(by_kind={kind: rules})
        merchants.save_rules(scope, replace(shop, kinds=kinds))

    house.parts.store.of(house.merchant_id).write(work)


def of_kind(kind: str, **fields: Any) -> dict[str, Any]:
    told = order(**fields)
    told["order"]["kind"] = kind
    return told


def ships_in(house: House, days: int) -> str:
    day = tokyo_date(house.clock.business_now()) + timedelta(days=days)
    return day.isoformat()


def test_a_warning_comes_before_an_authorization_ends(house: House) -> None:
    house.hear(order())
    pass_days(house, 80)
    assert house.attention() == ""
    pass_days(house, 2)
    assert (house.attention(), house.may_ship()) == ("HUB-TIME-101", MayShip.YES)


def test_it_ends_for_the_clerk_at_once_and_not_at_the_next_sweep(house: House) -> None:
    house.hear(order())
    house.clock.business += timedelta(days=89)
    assert (house.state(), house.may_ship()) == (State.AUTHORIZED, MayShip.NO)


def test_a_preorder_is_registered_when_its_day_has_come(house: House) -> None:
    house.hear(of_kind("preorder", ships_on=ships_in(house, 20)))
    assert (house.state(), house.calls()) == (State.RECEIVED, [])
    pass_days(house, 5)
    assert house.state() is State.RECEIVED
    pass_days(house, 9)
    assert house.state() is State.AUTHORIZED


def test_a_person_may_register_a_preorder_earlier(house: House) -> None:
    house.hear(of_kind("preorder", ships_on=ships_in(house, 20)))
    intervene.release_order(
        house.parts, house.merchant_id, house.order().id, user_id="somebody"
    )
    house.settle()
    assert house.state() is State.AUTHORIZED


def test_a_replacement_waits_for_a_person(house: House) -> None:
    house.hear(of_kind("replacement"))
    assert (house.state(), house.attention()) == (State.RECEIVED, "HUB-MODE-002")


def test_a_hold_has_a_day_until_which_it_is_answered(house: House) -> None:
    house.hear(order(name="見本保留 花子"))
    house.until(lambda: house.state() is State.ON_HOLD)
    assert house.attention() == "HUB-PROV-103"
    pass_days(house, 3.1)
    assert house.attention() == "HUB-TIME-102"


def test_a_kind_may_end_at_a_hold(house: House) -> None:
    with_rules(house, OrderKind.NORMAL, KindPolicy(on_hold=OnHold.CANCEL))
    house.hear(order(name="見本保留 花子"))
    house.until(lambda: house.state() is State.CANCELLED)
    (one,) = house.ledger()
    assert one["state"] == "CANCELLED"


def test_goods_of_a_declined_order_are_kept_a_week(house: House) -> None:
    house.hear(order(name="見本NG 花子"))
    assert (house.state(), house.attention()) == (State.DECLINED, "")
    pass_days(house, 7.1)
    assert house.attention() == "HUB-TIME-103"


def test_a_kind_has_the_invoice_that_the_shop_set(house: House) -> None:
    rules = KindPolicy(invoice=InvoiceChoice.ENCLOSED, registers=RegisterTime.AT_ORDER)
    with_rules(house, OrderKind.NORMAL, rules)
    house.hear(order())
    told = house.order().wanted.told
    assert told is not None
    assert told.invoice_delivery.value == "enclosed"
    (one,) = house.ledger()
    assert one["service"] == "3"
