"""What a person or a shop's rule corrects is told; what the cart said is kept."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from hub.domain.known import State
from hub.domain.lint_rules import LintRules
from hub.flow.correct import correct_order
from hub.flow.deeds import InterventionError
from hub.flow.shop_rules import RulesChange, change_rules
from hub.store import merchants
from hub.store.tables import audit, person
from tests.flow.specimens import BUYER, order
from tests.flow.wire_calls import MODIFY, REGISTER
from tests.house import House

CLERK = "clerk"
EMOJI = order(name="見本🍵 花子")


def correct(house: House, number: str = "A-1001", **texts: str) -> None:
    stored = house.order(number)
    correct_order(
        house.parts,
        house.merchant_id,
        stored.id,
        texts={name.replace("__", "."): text for name, text in texts.items()},
        seen_version=stored.wanted.version,
        user_id=CLERK,
    )
    house.settle()


def set_rules(house: House, rules: LintRules) -> None:
    shop = house.read(lambda scope: merchants.get_shop(scope, house.shop_id))
    change = RulesChange(
        shop_id=house.shop_id,
        topic="lint",
        affects=frozenset({State.RECEIVED, State.INVALID, State.REFUSED}),
        answers=lambda shop: shop.lint.as_document(),
        before=shop.lint.as_document(),
        changed=lambda shop: replace(shop, lint=rules),
    )
    change_rules(house.parts, house.merchant_id, change, user_id=CLERK)
    house.settle()


def registered_name(house: House) -> Any:
    (one,) = house.ledger()
    return one["customer"]["name"]


def test_a_correction_lets_the_order_be_registered(house: House) -> None:
    house.hear(EMOJI)
    assert house.state() is State.INVALID
    correct(house, buyer__name="見本 花子")
    assert (house.state(), house.attention()) == (State.AUTHORIZED, "")
    assert registered_name(house) == "見本 花子"
    kept = house.order().wanted.order
    assert kept
    assert kept.buyer.name == "見本🍵 花子"


def test_a_correction_of_a_held_order_has_it_screened_again(house: House) -> None:
    house.hear(order(name="見本保留 花子"))
    house.until(lambda: house.state() is State.ON_HOLD)
    correct(house, buyer__name="見本 花子")
    assert house.calls()[-1] == MODIFY
    assert house.state() is State.AUTHORIZED


def test_a_correction_lapses_when_the_cart_says_otherwise(house: House) -> None:
    house.hear(EMOJI)
    correct(house, buyer__name="見本 花子")
    house.hear(order(kind="order.amended", version=2, name="見本 花代"))
    assert registered_name(house) == "見本 花代"
    (kept,) = house.order().wanted.corrections
    assert (kept.original, kept.corrected) == ("見本🍵 花子", "見本 花子")


def test_a_correction_stands_while_the_cart_changes_something_else(
    house: House,
) -> None:
    house.hear(EMOJI)
    correct(house, buyer__name="見本 花子")
    house.hear(order(kind="order.amended", version=2, name="見本🍵 花子", price=1500))
    (one,) = house.ledger()
    assert (one["customer"]["name"], one["billed_amount"]) == ("見本 花子", 3880)


def test_the_audit_names_the_fields_and_no_value(house: House) -> None:
    house.hear(EMOJI)
    correct(house, buyer__name="見本 花子", buyer__phone="090-1111-2222")
    rows = house.read(lambda scope: scope.connection.execute(select(audit)).all())
    last = max(rows, key=lambda row: row.seq)
    assert (last.action, last.user_id) == ("correct", CLERK)
    assert last.detail == {"fields": "buyer.name, buyer.phone"}


def test_corrections_are_stored_sealed(house: House) -> None:
    house.hear(EMOJI)
    correct(house, buyer__name="似た字 花子")
    rows = house.read(lambda scope: scope.connection.execute(select(person)).all())
    assert not [row for row in rows if "似た字".encode() in bytes(row.body)]


def test_a_correction_of_what_the_cart_changed_meanwhile_is_refused(
    house: House,
) -> None:
    house.hear(EMOJI)
    with pytest.raises(InterventionError) as caught:
        correct_order(
            house.parts,
            house.merchant_id,
            house.order().id,
            texts={"buyer.name": "見本 花子"},
            seen_version="another",
            user_id=CLERK,
        )
    assert caught.value.code == "HUB-ACT-011"
    assert house.calls() == []


def test_a_correction_that_changes_nothing_is_refused(house: House) -> None:
    house.hear(EMOJI)
    with pytest.raises(InterventionError) as caught:
        correct(house, buyer__name="見本🍵 花子")
    assert caught.value.code == "HUB-ACT-012"


def test_an_authorized_order_is_not_corrected(house: House) -> None:
    house.hear(order())
    with pytest.raises(InterventionError) as caught:
        correct(house, buyer__name="見本 花代")
    assert caught.value.code == "HUB-ACT-001"


def test_a_change_that_was_held_back_is_corrected(house: House) -> None:
    house.hear(order(), order(kind="order.amended", version=2, name="見本🍵"))
    correct(house, buyer__name="見本")
    assert (house.calls(), house.attention()) == ([REGISTER, MODIFY], "")
    assert registered_name(house) == "見本"


def test_nothing_is_corrected_by_itself_unless_the_shop_says_so(house: House) -> None:
    house.hear(EMOJI)
    assert (house.state(), house.order().wanted.corrections) == (State.INVALID, ())


def test_a_rule_corrects_what_comes_in(house: House) -> None:
    set_rules(house, LintRules(applied=frozenset({"HUB-WIRE-201"})))
    house.hear(EMOJI)
    assert registered_name(house) == "見本 花子"
    (kept,) = house.order().wanted.corrections
    assert (kept.original, kept.source) == ("見本🍵 花子", "rule")


def test_a_rule_corrects_what_waits_already(house: House) -> None:
    house.hear(EMOJI)
    set_rules(house, LintRules(applied=frozenset({"HUB-WIRE-201"})))
    assert house.state() is State.AUTHORIZED


def test_a_rule_that_is_withdrawn_leaves_the_registered_as_it_is(
    house: House,
) -> None:
    set_rules(house, LintRules(applied=frozenset({"HUB-WIRE-201"})))
    house.hear(EMOJI)
    set_rules(house, LintRules())
    house.hear(order(kind="order.amended", version=2, name="見本🍵 花子", price=1500))
    (one,) = house.ledger()
    assert (one["customer"]["name"], one["billed_amount"]) == ("見本 花子", 3880)


def test_a_rule_does_half_a_field_never(house: House) -> None:
    set_rules(house, LintRules(applied=frozenset({"HUB-WIRE-202"})))
    house.hear(order(name="見本\x01🍵 花子"))
    assert (house.state(), house.order().wanted.corrections) == (State.INVALID, ())


def test_the_fee_of_the_shop_is_compared(house: House) -> None:
    set_rules(house, LintRules.from_document({"fee": 550}))
    house.hear(order())
    (found,) = house.transaction().findings
    assert (found.code, found.detail) == ("HUB-FEE-101", "注文 330円 / 設定 550円")
    assert house.state() is State.AUTHORIZED


def test_the_same_order_twice_is_told_of_once(house: House) -> None:
    house.hear(order(), order("A-1002"))
    assert house.transaction("A-1001").findings == ()
    (found,) = house.transaction("A-1002").findings
    assert (found.code, found.detail) == ("HUB-DUPE-101", "A-1001")
    assert house.state("A-1002") is State.AUTHORIZED


@pytest.mark.parametrize(
    "other",
    [
        order("A-1002", price=1500),
        order("A-1002", ordered_at="2099-01-02T00:00:01+09:00"),
        order(
            "A-1002",
            buyer={**BUYER, "phone": "090-1111-2222", "email": "jiro@example.jp"},
        ),
    ],
    ids=["another amount", "a day later", "another buyer"],
)
def test_what_only_resembles_is_no_double(house: House, other: dict[str, Any]) -> None:
    house.hear(order(), other)
    assert house.transaction("A-1002").findings == ()
