"""請求書の発行予定日 and 支払期限, as far as they can be computed (S15, api no. 17)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hub.domain.invoice_days import due_day, issue_day
from hub.domain.known import State
from tests.domain.specimens import DIGEST, REPORTED, known

FRIDAY = date(2026, 11, 20)
OUT = known(State.SHIPMENT_REPORTED)


def test_a_report_brings_the_invoice_on_the_next_business_day():
    approved = known(State.AUTHORIZED)
    day = issue_day(approved, is_change=False, reported_on=FRIDAY)
    assert day == date(2026, 11, 24)


@pytest.mark.parametrize("reported", [REPORTED, None])
def test_a_changed_number_does_not_move_the_day_of_a_report_that_stands(reported):
    changed = replace(OUT, reported=reported)
    day = issue_day(changed, is_change=True, reported_on=date(2026, 12, 1))
    assert day == (REPORTED.expected_issue_on if reported else date(2026, 12, 2))


def test_an_enclosed_invoice_has_no_day_of_its_own():
    fetched = replace(known(State.AUTHORIZED), print_data_of=DIGEST)
    assert issue_day(fetched, is_change=False, reported_on=FRIDAY) is None


@pytest.mark.parametrize("days", [14, 30])
def test_the_term_counts_from_the_issue(days):
    expected = REPORTED.expected_issue_on
    assert expected is not None
    term = timedelta(days=days)
    assert due_day(OUT, term) == expected + term


def test_without_a_report_nothing_is_due():
    assert due_day(known(State.AUTHORIZED), timedelta(days=14)) is None
