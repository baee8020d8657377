"""An order that no parcel leaves waits for a person, and goes on once it is sent."""

from dataclasses import replace
from typing import Any

from hub.domain.known import State
from hub.store import merchants
from hub.store.store import Scope
from tests.flow.specimens import order
from tests.flow.wire_calls import REGISTER
from tests.house import House

PICKED_UP: dict[str, Any] = {"expected_parcels": 0, "shipping_method": "店舗受取"}
UNSENT = ("HUB-ELIG-504", True)


def findings(house: House) -> list[tuple[str, bool]]:
    return [(one.code, one.is_blocking) for one in house.transaction().findings]


def test_it_is_registered_only_once_it_goes_out_as_a_parcel(house: House) -> None:
    house.hear(order(**PICKED_UP))
    assert house.calls() == []
    assert house.state() is State.INVALID
    assert UNSENT in findings(house)
    assert house.attention() == "HUB-PROV-101"
    house.hear(order(kind="order.amended", version=2))
    assert house.calls().count(REGISTER) == 1
    assert UNSENT not in findings(house)


def test_a_registered_order_that_becomes_one_is_a_task_and_may_not_go(
    house: House,
) -> None:
    house.hear(order())
    assert house.state() is State.AUTHORIZED
    house.hear(order(kind="order.amended", version=2, **PICKED_UP))
    assert house.calls() == [REGISTER]
    assert house.state() is State.AUTHORIZED
    assert UNSENT in findings(house)
    assert house.attention() == "HUB-SHIP-011"


def test_a_shop_that_always_sends_registers_it(house: House) -> None:
    def work(scope: Scope) -> None:
        shop = merchants.get_shop(scope, house.shop_id)
        parcels = replace(shop.parcels, always_sent=True)
        merchants.save_rules(scope, replace(shop, parcels=parcels))

    house.parts.store.of(house.merchant_id).write(work)
    house.hear(order(**PICKED_UP))
    assert house.calls().count(REGISTER) == 1
    assert UNSENT not in findings(house)
