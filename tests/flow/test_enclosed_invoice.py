"""An invoice that the shop encloses: no report and no clear yes without it (S7)."""

import pytest
from sqlalchemy import select

from hub.contract.updates import MayShip
from hub.domain.known import State
from hub.flow.intervene import InterventionError
from hub.flow.print_data import FetchedInvoice, fetch_print_data, fetched_invoice
from hub.provider.profile import Profile
from hub.store.tables import audit
from tests.flow.conftest import OpenHouse
from tests.flow.specimens import order, shipped
from tests.flow.wire_calls import REGISTER, SHIP
from tests.house import House

CLERK = "u-1"
PRINT_DATA = "getinvoicedata.do"


def enclosed(**fields: object) -> dict[str, object]:
    return order(invoice_delivery="enclosed", **fields)  # type: ignore[arg-type]  # the specimen's own names


def fetch(house: House) -> None:
    order_id = house.order().id
    fetch_print_data(house.parts, house.merchant_id, order_id, user_id=CLERK)
    house.settle()


def look(house: House) -> FetchedInvoice:
    return fetched_invoice(
        house.parts,
        house.merchant_id,
        house.order().id,
        user_id=CLERK,
        reason="view",
    )


def answer(house: House) -> MayShip:
    return house.may_ship()


def test_an_approved_order_waits_for_its_invoice(house: House) -> None:
    house.hear(enclosed())
    assert house.state() is State.AUTHORIZED
    assert (answer(house), house.attention()) == (MayShip.CHECK, "HUB-INV-101")


def test_once_fetched_it_may_be_shipped_and_the_cart_hears_of_it(house: House) -> None:
    house.hear(enclosed())
    fetch(house)
    assert (answer(house), house.attention()) == (MayShip.YES, "")
    assert house.cart.kinds == ["screening.ok", "transaction.changed"]


def test_what_was_fetched_is_read_back(house: House) -> None:
    house.hear(enclosed())
    fetch(house)
    found = look(house)
    assert found.is_current
    assert found.data.values["billedAmount"] == "4,180円"
    assert [line["goodsSubtotal"] for line in found.data.lines] == [
        "3,300",
        "550",
        "330",
    ]


def test_a_shipment_without_its_invoice_is_an_alarm_and_not_reported(
    house: House,
) -> None:
    house.hear(enclosed(), shipped())
    assert house.attention() == "HUB-INV-102"
    assert house.calls() == [REGISTER]


def test_fetching_after_that_reports_by_itself(house: House) -> None:
    house.hear(enclosed(), shipped())
    fetch(house)
    assert house.state() is State.SHIPMENT_REPORTED
    assert house.calls() == [REGISTER, PRINT_DATA, SHIP]
    assert house.attention() == ""


def fetches(house: House) -> int:
    return house.calls().count(PRINT_DATA)


def test_it_may_be_fetched_again_until_the_report(house: House) -> None:
    house.hear(enclosed())
    fetch(house)
    fetch(house)
    assert fetches(house) == 2


def test_where_it_is_given_out_once_it_is_not_asked_for_again(
    open_house: OpenHouse,
) -> None:
    with open_house(profile=Profile(repeats_print_data=False)) as house:
        house.open()
        house.hear(enclosed())
        fetch(house)
        with pytest.raises(InterventionError) as refusal:
            fetch(house)
        assert refusal.value.code == "HUB-INV-208"
        assert fetches(house) == 1


def test_given_out_once_is_once_for_each_state_of_the_order(
    open_house: OpenHouse,
) -> None:
    with open_house(profile=Profile(repeats_print_data=False)) as house:
        house.open()
        house.hear(enclosed())
        fetch(house)
        house.hear(enclosed(kind="order.amended", version=2, price=1000))
        fetch(house)
        assert fetches(house) == 2
        assert look(house).data.values["billedAmount"] == "2,880円"


def test_a_changed_order_makes_the_invoice_worthless(house: House) -> None:
    house.hear(enclosed())
    fetch(house)
    house.hear(enclosed(kind="order.amended", version=2, price=1000))
    assert house.attention() == "HUB-INV-101"
    assert not look(house).is_current


def test_a_mailed_invoice_is_not_fetched(house: House) -> None:
    house.hear(order())
    with pytest.raises(InterventionError) as refusal:
        fetch(house)
    assert refusal.value.code == "HUB-INV-203"


def test_an_invoice_is_not_fetched_before_the_approval(house: House) -> None:
    house.hear(enclosed(name="見本保留"))
    with pytest.raises(InterventionError) as refusal:
        fetch(house)
    assert refusal.value.code == "HUB-INV-205"


@pytest.mark.parametrize("kind", ["not_applied_unanswered", "status_500", "garbage"])
def test_without_an_answer_nothing_is_kept(house: House, kind: str) -> None:
    house.hear(enclosed())
    house.fault(PRINT_DATA, kind)
    with pytest.raises(InterventionError) as refusal:
        fetch(house)
    assert refusal.value.code == "HUB-INV-201"
    assert house.attention() == "HUB-INV-101"


def test_who_looked_is_on_record(house: House) -> None:
    house.hear(enclosed())
    fetch(house)
    look(house)
    actions = house.read(
        lambda scope: scope.connection.execute(
            select(audit.c.action).order_by(audit.c.seq)
        ).scalars()
    )
    assert list(actions)[-2:] == ["fetch_print_data", "view_print_data"]
