"""When the buyer's invoice is expected, and until when it is to be paid (S15)."""

from datetime import date, timedelta

from hub.domain.business_calendar import next_business_day
from hub.domain.known import Known


def issue_day(known: Known, *, is_change: bool, reported_on: date) -> date | None:
    """Return the day of the invoice of a report made on a day of Japan.

    None for an invoice that the shop encloses. A changed number does not move the day.
    """
    if known.print_data_of and known.print_data_of == known.registered:
        return None
    if is_change and known.reported is not None:
        return known.reported.expected_issue_on
    return next_business_day(reported_on)


def due_day(known: Known, term: timedelta) -> date | None:
    """Return until when the buyer is expected to pay, None where no day is known."""
    issue_on = known.reported.expected_issue_on if known.reported else None
    return issue_on + term if issue_on else None
