"""Parcels of every rule, as the witness hears them: what is reported, and when."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.domain.known import State
from hub.domain.parcel_rules import Designation, ReportWhen
from hub.domain.tracking_numbers import NumberFault
from hub.flow import intervene, parcel_decisions
from hub.flow.deeds import InterventionError
from hub.flow.parcel_decisions import Subject
from hub.store import merchants
from hub.store.merchants import Shop
from hub.store.store import Scope
from tests.flow.specimens import TRACKING, order, shipped
from tests.flow.wire_calls import REGISTER, SHIP
from tests.house import House

SECOND, THIRD = "444413758714", "444413758725"
DOUBTFUL = "444413758704"


def rule(house: House, **changes: Any) -> None:
    def work(scope: Scope) -> None:
        shop = merchants.get_shop(scope, house.shop_id)
        parcels = replace(shop.parcels, **changes)
        merchants.save_rules(scope, replace(shop, parcels=parcels))

    house.parts.store.of(house.merchant_id).write(work)


def shop_of(house: House) -> Shop:
    return house.read(lambda scope: merchants.get_shop(scope, house.shop_id))


def parcel(name: str = "S-1", *, number: str = "A-1001", **fields: Any) -> Any:
    event = shipped(number, kind=fields.pop("kind", "shipment.created"))
    day = int(name[-1])
    event["shipment"] |= {
        "number": name,
        "shipped_at": f"2026-11-25T1{day}:00:00+09:00",
        **fields,
    }
    return event


def taken_back(name: str) -> Any:
    return parcel(name, kind="shipment.cancelled", version=9)


def subject(house: House, name: str = "S-1", *, number: str = "A-1001") -> Subject:
    return Subject(order_id=house.order(number).id, parcel=name, user_id="U-1")


def test_the_first_parcel_is_reported_and_later_ones_are_recorded(house: House) -> None:
    house.hear(order(expected_parcels=2), parcel("S-1"))
    house.hear(parcel("S-2", tracking_number=SECOND))
    assert house.calls() == [REGISTER, SHIP]
    assert len(house.order().wanted.parcels) == 2
    assert house.attention() == ""


@pytest.mark.parametrize(
    ("when", "number"), [(ReportWhen.LAST, SECOND), (ReportWhen.ALL, TRACKING)]
)
def test_the_report_waits_until_the_cart_says_that_all_left(
    house: House, when: ReportWhen, number: str
) -> None:
    rule(house, report_when=when)
    house.hear(order(expected_parcels=2), parcel("S-1"))
    assert (house.calls(), house.attention()) == ([REGISTER], "")
    house.hear(parcel("S-2", tracking_number=SECOND))
    assert house.calls() == [REGISTER, SHIP]
    reported = house.known().reported
    assert reported is not None
    assert reported.tracking_number == number


def test_a_final_parcel_says_that_all_left(house: House) -> None:
    rule(house, report_when=ReportWhen.LAST)
    house.hear(order(), parcel("S-1"))
    assert house.attention() == "HUB-SHIP-008"
    house.hear(parcel("S-2", tracking_number=SECOND, is_final=True))
    assert (house.calls(), house.attention()) == ([REGISTER, SHIP], "")


def test_a_person_says_that_all_left(house: House) -> None:
    rule(house, report_when=ReportWhen.ALL)
    house.hear(order(), parcel("S-1"))
    assert house.calls() == [REGISTER]
    parcel_decisions.say_all_shipped(house.parts, house.merchant_id, subject(house))
    house.settle()
    assert (house.calls(), house.attention()) == ([REGISTER, SHIP], "")


def test_a_changed_number_of_the_reported_parcel_changes_the_report(
    house: House,
) -> None:
    house.hear(order(), parcel("S-1"), parcel("S-2", tracking_number=SECOND))
    house.hear(parcel("S-1", kind="shipment.changed", version=2, tracking_number=THIRD))
    assert house.calls() == [REGISTER, SHIP, SHIP]


def test_a_changed_number_of_another_parcel_changes_nothing(house: House) -> None:
    house.hear(order(), parcel("S-1"), parcel("S-2", tracking_number=SECOND))
    house.hear(parcel("S-2", kind="shipment.changed", version=2, tracking_number=THIRD))
    assert house.calls() == [REGISTER, SHIP]


def test_the_next_parcel_takes_the_place_of_one_that_was_taken_back(
    house: House,
) -> None:
    house.hear(order(), parcel("S-1"), parcel("S-2", tracking_number=SECOND))
    house.hear(taken_back("S-1"))
    assert house.calls() == [REGISTER, SHIP, SHIP]
    house.hear(taken_back("S-2"))
    assert house.calls() == [REGISTER, SHIP, SHIP, SHIP]
    assert house.state() is State.AUTHORIZED


@pytest.mark.parametrize(
    "missing", [{"tracking_number": ""}, {"carrier": "", "service": ""}]
)
def test_a_shipment_without_number_or_carrier_is_an_alarm_and_heals(
    house: House, missing: dict[str, str]
) -> None:
    house.hear(order(), parcel("S-1", **missing))
    found = house.transaction()
    assert (found.attention_code, found.attention_is_alarm) == ("HUB-SHIP-004", True)
    assert house.calls() == [REGISTER]
    house.hear(parcel("S-1", kind="shipment.changed", version=2))
    assert (house.calls(), house.attention()) == ([REGISTER, SHIP], "")


def test_several_numbers_in_one_field_are_several_parcels(house: House) -> None:
    rule(house, report_when=ReportWhen.LAST)
    house.hear(order(expected_parcels=2))
    house.hear(parcel("S-1", tracking_number=f"{TRACKING}、{SECOND}"))
    assert house.calls() == [REGISTER, SHIP]
    reported = house.known().reported
    assert reported is not None
    assert (reported.parcel_number, reported.tracking_number) == ("S-1#2", SECOND)


def test_a_doubtful_number_is_reported_and_told(house: House) -> None:
    house.hear(order(), parcel("S-1", tracking_number=DOUBTFUL))
    assert (house.calls(), house.attention()) == ([REGISTER, SHIP], "HUB-SHIP-010")
    accept(house)
    assert (house.calls(), house.attention()) == ([REGISTER, SHIP], "")


def accept(house: House, number: str = DOUBTFUL) -> None:
    parcel_decisions.accept_number(
        house.parts, house.merchant_id, subject(house), number=number
    )
    house.settle()


def test_a_shop_may_stop_a_doubtful_number_until_a_person_accepts_it(
    house: House,
) -> None:
    rule(house, stops=frozenset({NumberFault.CHECK_DIGIT}))
    house.hear(order(), parcel("S-1", tracking_number=DOUBTFUL))
    assert (house.calls(), house.attention()) == ([REGISTER], "HUB-SHIP-007")
    accept(house)
    assert (house.calls(), house.attention()) == ([REGISTER, SHIP], "")


def test_only_the_number_that_was_seen_is_accepted(house: House) -> None:
    house.hear(order(), parcel("S-1", tracking_number=DOUBTFUL))
    with pytest.raises(InterventionError):
        accept(house, SECOND)


def test_a_number_of_another_order_is_told_and_names_it(house: House) -> None:
    house.hear(order(), parcel("S-1"))
    house.hear(order("A-1002"), parcel("S-1", number="A-1002"))
    assert house.attention("A-1002") == "HUB-SHIP-010"
    (versioned,) = house.order("A-1002").wanted.parcels
    assert [one.order_number for one in versioned.reused] == ["A-1001"]
    assert house.attention("A-1001") == ""


def test_a_number_is_free_again_once_the_other_parcel_has_another(
    house: House,
) -> None:
    house.hear(order(), parcel("S-1"))
    house.hear(
        parcel("S-1", kind="shipment.changed", version=2, tracking_number=SECOND)
    )
    house.hear(order("A-1002"), parcel("S-1", number="A-1002"))
    assert house.attention("A-1002") == ""


def test_a_number_that_two_carriers_count_with_is_no_reuse(house: House) -> None:
    house.hear(order(), parcel("S-1"))
    other = {"carrier": "佐川急便", "service": "飛脚宅配便"}
    house.hear(order("A-1002"), parcel("S-1", number="A-1002", **other))
    assert house.attention("A-1002") == ""


def choose(house: House, service: str, *, for_all: bool = False) -> None:
    choose_ = (
        parcel_decisions.choose_for_all if for_all else parcel_decisions.choose_service
    )
    choose_(
        house.parts,
        house.merchant_id,
        subject(house),
        service=service,
        words="見本運輸",
    )
    house.settle()


UNKNOWN = {"carrier": "見本運輸", "service": ""}


def test_an_unknown_carrier_waits_for_a_person_and_is_reported_once(
    house: House,
) -> None:
    house.hear(order(), parcel("S-1", **UNKNOWN))
    assert (house.calls(), house.attention()) == ([REGISTER], "HUB-SHIP-005")
    choose(house, "18")
    reported = house.known().reported
    assert reported is not None
    assert (reported.carrier_code, house.attention()) == ("18", "")
    assert shop_of(house).parcels.words == ()


def test_a_rule_for_the_words_reports_whatever_waited_for_it(house: House) -> None:
    house.hear(order(), parcel("S-1", **UNKNOWN))
    other = {**UNKNOWN, "tracking_number": SECOND}
    house.hear(order("A-1002"), parcel("S-1", number="A-1002", **other))
    choose(house, "18", for_all=True)
    assert house.known("A-1001").state is State.SHIPMENT_REPORTED
    assert house.known("A-1002").state is State.SHIPMENT_REPORTED
    (rule_,) = shop_of(house).parcels.words
    assert (rule_.words, rule_.user_id) == ("見本運輸", "U-1")


def test_a_mail_service_cannot_be_chosen_before_its_designation(house: House) -> None:
    house.hear(order(), parcel("S-1", **UNKNOWN))
    with pytest.raises(InterventionError):
        choose(house, "nekopos")


def designated(house: House, on: date) -> None:
    one = Designation(
        service="nekopos",
        code="12",
        confirmed_on=on,
        user_id="U-1",
        at=house.clock.now(),
    )
    rule(house, designations=(one,))


@pytest.mark.parametrize(
    ("on", "calls", "code"),
    [
        (date(2026, 11, 25), [REGISTER, SHIP], ""),
        (date(2026, 11, 26), [REGISTER], "HUB-SHIP-006"),
    ],
)
def test_a_designated_mail_service_counts_from_its_day(
    house: House, on: date, calls: list[str], code: str
) -> None:
    designated(house, on)
    house.hear(order(), parcel("S-1", service="ネコポス"))
    assert (house.calls(), house.attention()) == (calls, code)


def test_a_closed_cause_does_not_hide_the_one_beneath_it(house: House) -> None:
    house.hear(order(), parcel("S-1", tracking_number=DOUBTFUL))
    close(house)
    assert house.attention() == ""
    house.hear(parcel("S-1", kind="shipment.changed", version=2, tracking_number="-"))
    assert house.attention() == "HUB-SHIP-009"


def close(house: House) -> None:
    intervene.close_attention(
        house.parts,
        house.merchant_id,
        house.transaction().id,
        reason="送り状を見ました",
        user_id="U-1",
    )
    house.settle()
