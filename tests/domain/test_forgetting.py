"""When an order's persons may be forgotten, and what is left of it then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.domain.forgetting import (
    IN_PROGRESS,
    INVOICE_LIFE,
    UNPAID,
    known_of,
    why_kept,
    without_persons,
)
from hub.domain.known import Known, ReportedParcel, State
from hub.domain.plan import plan
from hub.domain.policy import Policy
from hub.domain.revision import Stated, Statement
from hub.domain.wanted import Wanted
from tests.domain.specimens import ORDER

NOW = datetime(2026, 11, 26, tzinfo=UTC)
REPORTED = ReportedParcel(
    parcel_number="S-1",
    carrier_code="11",
    tracking_number="444413758703",
    expected_issue_on=None,
    reported_at=NOW,
)
WANTED = Wanted(order=ORDER)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.RECEIVED, ""),
        (State.INVALID, ""),
        (State.REFUSED, ""),
        (State.REGISTERING, IN_PROGRESS),
        (State.UNCLEAR, IN_PROGRESS),
        (State.SCREENING, IN_PROGRESS),
        (State.ON_HOLD, IN_PROGRESS),
        (State.AUTHORIZED, IN_PROGRESS),
        (State.DECLINED, ""),
        (State.EXPIRED, ""),
        (State.CANCELLED, ""),
        (State.SHIPMENT_REPORTED, UNPAID),
    ],
)
def test_only_what_is_owed_to_nobody_is_forgotten(state: State, reason: str) -> None:
    assert why_kept(WANTED, Known(state=state), now=NOW) == reason


def test_an_invoice_counts_as_unpaid_until_its_life_is_over_or_it_is_stated() -> None:
    known = Known(state=State.SHIPMENT_REPORTED, reported=REPORTED)
    end = NOW + INVOICE_LIFE
    assert why_kept(WANTED, known, now=end - timedelta(seconds=1)) == UNPAID
    assert why_kept(WANTED, known, now=end) == ""
    paid = Statement(stated=Stated.BUYER_PAID, on=date(2026, 11, 26), user_id="u")
    assert why_kept(replace(WANTED, statements=(paid,)), known, now=NOW) == ""


def test_nothing_is_told_of_an_order_whose_persons_are_gone() -> None:
    after = without_persons(WANTED)
    assert after.order is not None
    assert WANTED.order is not None
    assert (after.order.total, after.order.lines) == (
        WANTED.order.total,
        WANTED.order.lines,
    )
    for state in (State.RECEIVED, State.REFUSED):
        assert (
            plan(after, Known(state=state), Policy(is_released=True), now=NOW) is None
        )
    known = Known(
        state=State.SHIPMENT_REPORTED, registered=WANTED.digest, reported=REPORTED
    )
    moved = known_of(known, WANTED, after)
    assert moved.registered == after.digest != WANTED.digest
    assert known_of(Known(registered="other"), WANTED, after).registered == "other"
