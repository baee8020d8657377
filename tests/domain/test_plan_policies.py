"""The plan of every pair (wanted × known) under every policy that changes one of them.

`test_plan` says what each pair plans by default. A row here is a policy and every pair
that it plans otherwise; whatever it leaves out is planned as by default.
"""

from dataclasses import replace
from typing import Any

import pytest

from hub.contract.order import InvoiceDelivery, Parcel
from hub.domain.known import State
from hub.domain.order_kind_policy import (
    KindPolicy,
    OnDeclined,
    OnHold,
    RegisterTime,
)
from hub.domain.parcel_rules import ParcelRules, ReportWhen
from hub.domain.plan import Cancel, Effect, plan
from hub.domain.policy import Mode, Policy
from hub.domain.wanted import Wanted
from tests.domain.specimens import DIGEST, NOW, ORDER, PARCEL, known, wanted
from tests.domain.test_plan import (
    AMEND,
    EXPECTED,
    PAIRS,
    REPORT,
    TAKE_BACK,
    WANTED,
)

S = State
Pair = tuple[str, State]
CANCEL = Cancel()
# What is wanted of an order that is not cancelled.
OPEN = (
    "order",
    "amended",
    "shipped",
    "shipped otherwise",
    "mailed",
    "amended and shipped",
)
ENDED = ("cancelled", "cancelled first", "shipped and cancelled")
READY = ("shipped", "shipped otherwise")
NOT_SHIPPED = ("order", "amended")
UNREGISTERED = (S.RECEIVED, S.REFUSED)
# The states in which something could be planned for what is out.
PLANNING = (S.SCREENING, S.AUTHORIZED, S.SHIPMENT_REPORTED)


def pairs(whats: tuple[str, ...], *states: State) -> list[Pair]:
    return [(what, state) for what in whats for state in states]


def none(whats: tuple[str, ...], *states: State) -> dict[Pair, Effect | None]:
    return dict.fromkeys(pairs(whats, *states))


ALL = tuple(WANTED)
NOTHING: dict[Pair, Effect | None] = dict.fromkeys(PAIRS)
POLICIES: dict[str, tuple[Policy, dict[Pair, Effect | None]]] = {
    "shadow": (Policy(mode=Mode.SHADOW), NOTHING),
    "shadow, released": (Policy(mode=Mode.SHADOW, is_released=True), NOTHING),
    "approval": (Policy(mode=Mode.APPROVAL), NOTHING),
    "approval, released": (Policy(mode=Mode.APPROVAL, is_released=True), {}),
    "before the cutover": (
        Policy(is_before_cutover=True),
        none(OPEN, *UNREGISTERED),
    ),
    "before the cutover, released": (
        Policy(is_before_cutover=True, is_released=True),
        {},
    ),
    "keeps what was declined": (
        Policy(kind=KindPolicy(on_declined=OnDeclined.KEEP)),
        none((*OPEN, "nothing", "shipped first"), S.DECLINED) | none(ENDED, S.DECLINED),
    ),
    "ends what is on hold": (
        Policy(kind=KindPolicy(on_hold=OnHold.CANCEL)),
        dict.fromkeys(pairs(ALL, S.ON_HOLD), CANCEL),
    ),
    "a person registers": (
        Policy(kind=KindPolicy(registers=RegisterTime.BY_HAND)),
        none(NOT_SHIPPED, *UNREGISTERED),
    ),
    "a person registers, released": (
        Policy(kind=KindPolicy(registers=RegisterTime.BY_HAND), is_released=True),
        {},
    ),
    "registered later, without a day": (
        Policy(kind=KindPolicy(registers=RegisterTime.BEFORE_SHIPPING)),
        none(NOT_SHIPPED, *UNREGISTERED),
    ),
    "amended under the report": (
        Policy(amends_after_report=True),
        dict.fromkeys(
            pairs(("amended", "amended and shipped"), S.SHIPMENT_REPORTED), AMEND
        ),
    ),
    "reported once all is out": (
        Policy(parcels=ParcelRules(report_when=ReportWhen.ALL)),
        none(READY, S.AUTHORIZED),
    ),
    "reported with the last parcel": (
        Policy(parcels=ParcelRules(report_when=ReportWhen.LAST)),
        none(READY, S.AUTHORIZED),
    ),
}


def enclosed(*parcels: Parcel) -> Wanted:
    found: Wanted = wanted(*parcels, order=ENCLOSED)
    return found


ENCLOSED = replace(ORDER, invoice_delivery=InvoiceDelivery.ENCLOSED)
TOLD = enclosed().digest
# What is wanted, what is known beyond the state, and the plan where it is one.
SPECIAL: dict[str, tuple[Wanted, dict[str, Any], dict[State, Effect]]] = {
    "an enclosed invoice that was not fetched": (
        enclosed(PARCEL),
        {"registered": TOLD},
        {},
    ),
    "an enclosed invoice that was fetched": (
        enclosed(PARCEL),
        {"registered": TOLD, "print_data_of": TOLD},
        {S.AUTHORIZED: REPORT},
    ),
    "an enclosed invoice of an older order": (
        enclosed(PARCEL),
        {"registered": TOLD, "print_data_of": DIGEST},
        {},
    ),
    "a change that our check holds back": (
        WANTED["amended and shipped"],
        {"invalid": AMEND.digest},
        {},
    ),
    "goods that go with another order": (
        replace(WANTED["shipped"], merged_into="o-2"),
        {},
        {},
    ),
    "a part that waits for the rest": (
        replace(WANTED["shipped"], split_from="o-2", waits_for="o-2"),
        {},
        {},
    ),
    "a parcel that was taken back": (
        wanted(replace(PARCEL, is_cancelled=True)),
        {},
        {S.SHIPMENT_REPORTED: TAKE_BACK},
    ),
}
HELD = [(name, state) for name in SPECIAL for state in PLANNING]


@pytest.mark.parametrize(("name", "state"), HELD)
def test_what_is_held_back_or_let_go(name, state):
    want, more, expected = SPECIAL[name]
    found = plan(want, known(state, **more), Policy(), now=NOW)
    assert found == expected.get(state)


CELLS = [(policy, what, state) for policy in POLICIES for what, state in PAIRS]


@pytest.mark.parametrize(("name", "what", "state"), CELLS)
def test_a_policy_plans_what_its_row_says(name, what, state):
    policy, otherwise = POLICIES[name]
    default = EXPECTED[what].get(state)
    expected = otherwise.get((what, state), default)
    assert plan(WANTED[what], known(state), policy, now=NOW) == expected
