"""Each cell of the table of order kinds: when, which invoice, and what on a no."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.contract.order import InvoiceDelivery, OrderKind
from hub.domain.deadlines import registration_due_at
from hub.domain.known import State
from hub.domain.order_kind_policy import (
    ORDER_KIND_LABELS_JA,
    InvoiceChoice,
    KindPolicies,
    KindPolicy,
    OnDeclined,
    OnHold,
    RegisterTime,
    registers_at,
    waits_for_hand,
    with_invoice,
)
from hub.domain.parcel_rules import ReportWhen
from hub.domain.plan import Cancel, Register, is_time_to_register, plan
from hub.domain.policy import Mode, Policy
from hub.domain.verdict import Attention, attention, is_left_to_hand
from tests.domain.specimens import BUYER, NOW, ORDER, PARCEL, known, wanted

K, S = OrderKind, State
AT_ORDER, LATER, BY_HAND = RegisterTime
AS_ORDERED, SEPARATE = InvoiceChoice.AS_ORDERED, InvoiceChoice.SEPARATE
# Kind: registered when, which invoice, on 審査NG, on 保留, reported when.
TABLE = {
    K.NORMAL: (AT_ORDER, AS_ORDERED, None),
    K.SUBSCRIPTION_FIRST: (AT_ORDER, AS_ORDERED, None),
    K.SUBSCRIPTION_LATER: (AT_ORDER, AS_ORDERED, None),
    K.PREORDER: (LATER, AS_ORDERED, None),
    K.GIFT: (AT_ORDER, SEPARATE, None),
    K.MULTIPLE: (AT_ORDER, SEPARATE, ReportWhen.ALL),
    K.MERGED: (AT_ORDER, AS_ORDERED, None),
    K.SPLIT: (AT_ORDER, AS_ORDERED, None),
    K.REPLACEMENT: (BY_HAND, AS_ORDERED, None),
    K.TEST: (AT_ORDER, AS_ORDERED, None),
}
ENCLOSED = replace(ORDER, invoice_delivery=InvoiceDelivery.ENCLOSED)
ELSEWHERE = replace(ENCLOSED, ship_to=replace(BUYER, name="見本 太郎"))
PREORDER = replace(ORDER, kind=K.PREORDER, ships_on=date(2026, 12, 24))
DUE = datetime(2026, 12, 16, 15, tzinfo=UTC)
SOON = Policy(kind=KindPolicy(registers=LATER))
HAND = Policy(kind=KindPolicy(registers=BY_HAND))


@pytest.mark.parametrize("kind", K)
def test_what_holds_for_a_kind_until_the_shop_says_otherwise(kind):
    rules = KindPolicies().of_kind(kind)
    assert (rules.registers, rules.invoice, rules.report_when) == TABLE[kind]
    assert (rules.on_declined, rules.on_hold) == (OnDeclined.CLEAN_UP, OnHold.WAIT)


def test_every_kind_has_a_name():
    assert set(ORDER_KIND_LABELS_JA) == set(K)


def test_an_order_that_nobody_has_seen_is_a_normal_one():
    assert KindPolicies().of(None) == KindPolicy()


def test_an_order_has_the_rules_of_its_kind():
    own = KindPolicy(registers=BY_HAND)
    table = KindPolicies(by_kind={K.PREORDER: own})
    assert (table.of(PREORDER), table.of(ORDER)) == (own, KindPolicy())


@pytest.mark.parametrize("when", [None, *ReportWhen])
def test_a_table_comes_back_from_its_document(when):
    own = KindPolicy(
        registers=LATER,
        days_before=3,
        invoice=InvoiceChoice.ENCLOSED,
        on_declined=OnDeclined.KEEP,
        on_hold=OnHold.CANCEL,
        report_when=when,
    )
    table = KindPolicies(by_kind={K.MULTIPLE: own}, hold_answer_days=1)
    assert KindPolicies.from_document(table.as_document()) == table


def test_a_document_may_leave_anything_out():
    table = KindPolicies.from_document({"by_kind": {"multiple": {}}})
    assert table.of_kind(K.MULTIPLE) == KindPolicies().of_kind(K.MULTIPLE)
    assert KindPolicies.from_document({}) == KindPolicies()


@pytest.mark.parametrize(
    ("order", "choice", "is_enclosed"),
    [
        (ORDER, InvoiceChoice.AS_ORDERED, False),
        (ENCLOSED, InvoiceChoice.AS_ORDERED, True),
        (ENCLOSED, InvoiceChoice.SEPARATE, False),
        (ORDER, InvoiceChoice.ENCLOSED, True),
        (ELSEWHERE, InvoiceChoice.ENCLOSED, False),
        (replace(ENCLOSED, kind=K.GIFT), InvoiceChoice.AS_ORDERED, False),
        (replace(ORDER, kind=K.GIFT), InvoiceChoice.ENCLOSED, False),
    ],
)
def test_which_invoice_an_order_gets(order, choice, is_enclosed):
    told = with_invoice(KindPolicy(invoice=choice), order)
    assert (told.invoice_delivery is InvoiceDelivery.ENCLOSED) is is_enclosed


def test_a_preorder_is_registered_so_many_days_before_it_ships():
    assert registers_at(SOON.kind, PREORDER) == DUE
    for now, is_time in [(NOW, False), (DUE, True)]:
        what = wanted(order=PREORDER)
        assert is_time_to_register(what, SOON, now=now) is is_time
        effect = plan(what, known(S.RECEIVED), SOON, now=now)
        assert isinstance(effect, Register) is is_time


@pytest.mark.parametrize("rules", [KindPolicy(), KindPolicy(registers=BY_HAND)])
def test_no_day_is_waited_for_where_none_is_set(rules):
    assert registers_at(rules, PREORDER) is None


def test_a_preorder_without_a_day_waits_for_a_person():
    assert waits_for_hand(SOON.kind, ORDER)
    assert not waits_for_hand(SOON.kind, PREORDER)
    assert registers_at(SOON.kind, ORDER) is None


@pytest.mark.parametrize("policy", [SOON, HAND])
def test_a_release_or_goods_that_are_out_overtake_the_rules(policy):
    now, waiting = NOW, wanted(order=PREORDER)
    assert not is_time_to_register(waiting, policy, now=now)
    released = replace(policy, is_released=True)
    assert is_time_to_register(waiting, released, now=now)
    assert is_time_to_register(wanted(PARCEL, order=PREORDER), policy, now=now)
    assert is_time_to_register(wanted(order=None), policy, now=now)


def test_a_kind_that_a_person_registers_asks_for_one():
    found = attention(wanted(), known(S.RECEIVED), HAND, now=NOW)
    assert found == Attention(code="HUB-MODE-002")


@pytest.mark.parametrize(
    ("want", "state", "changes"),
    [
        (wanted(), S.AUTHORIZED, {}),
        (wanted(is_cancelled=True), S.RECEIVED, {}),
        (wanted(PARCEL), S.RECEIVED, {}),
        (wanted(order=None), S.RECEIVED, {}),
        (wanted(), S.RECEIVED, {"mode": Mode.SHADOW}),
        (wanted(), S.RECEIVED, {"is_released": True}),
        (wanted(), S.RECEIVED, {"is_before_cutover": True}),
        (wanted(), S.RECEIVED, {"kind": KindPolicy()}),
    ],
)
def test_and_for_nobody_where_there_is_nothing_to_register(want, state, changes):
    assert not is_left_to_hand(want, known(state), replace(HAND, **changes))


def test_a_kind_may_end_what_is_on_hold():
    policy = Policy(kind=KindPolicy(on_hold=OnHold.CANCEL))
    assert plan(wanted(), known(S.ON_HOLD), policy, now=NOW) == Cancel()
    assert plan(wanted(), known(S.ON_HOLD), Policy(), now=NOW) is None


@pytest.mark.parametrize(
    ("want", "state", "policy", "due_at"),
    [
        (wanted(order=PREORDER), S.RECEIVED, SOON, DUE),
        (wanted(order=PREORDER), S.AUTHORIZED, SOON, None),
        (wanted(order=PREORDER), S.RECEIVED, replace(SOON, is_released=True), None),
        (wanted(order=PREORDER, is_cancelled=True), S.RECEIVED, SOON, None),
        (wanted(order=None), S.RECEIVED, SOON, None),
    ],
)
def test_when_a_waiting_order_will_be_registered(want, state, policy, due_at):
    assert registration_due_at(want, known(state), policy) == due_at
