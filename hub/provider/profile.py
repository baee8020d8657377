"""What nobody outside the provider knows for sure: one setting each, with its basis.

The numbers are those of section 11 of the protocol reference. The contract documents
that a merchant receives have the last word; they change a row here and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from types import MappingProxyType

from hub.clock import TOKYO
from hub.contract.secret import Secret
from hub.domain.business_calendar import CalendarEndError, is_business_day
from hub.domain.policy import APPROVAL_LIFE, APPROVAL_WARNING
from hub.provider.port import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class PollLadder:
    """When a screening in progress is asked for again.

    The steps run at any hour; once they are used up, `then_seconds` repeats within
    the provider's hours, because people who review work in them.
    """

    steps_seconds: tuple[int, ...]
    then_seconds: int
    opens: time = time(9)
    closes: time = time(18)
    is_all_hours: bool = False

    def next_at(self, *, asked: int, now: datetime) -> datetime:
        """Return when to ask again after `asked` inquiries; `now` is business time."""
        if asked < len(self.steps_seconds):
            return now + timedelta(seconds=self.steps_seconds[asked])
        return self._within_hours(now + timedelta(seconds=self.then_seconds))

    def _within_hours(self, moment: datetime) -> datetime:
        if self.is_all_hours or self._is_open(moment):
            return moment
        local = moment.astimezone(TOKYO)
        opening = datetime.combine(local.date(), self.opens, TOKYO)
        while opening < local or not self._is_open(opening):
            opening += timedelta(days=1)
        return opening.astimezone(moment.tzinfo)

    def _is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(TOKYO)
        try:
            is_working = is_business_day(local.date())
        except CalendarEndError:
            # Beyond the calendar's end asking too often beats not asking.
            is_working = True
        return is_working and self.opens <= local.time() < self.closes


LADDERS: Mapping[str, PollLadder] = MappingProxyType(
    {
        # No. 15, a guess: 1, 2, 5, 10, 30 minutes, then hourly in business hours.
        "atodene": PollLadder(
            steps_seconds=(60, 120, 300, 600, 1800), then_seconds=3600
        ),
        "demo": PollLadder(steps_seconds=(1, 1, 2), then_seconds=3, is_all_hours=True),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicAuth:
    """User and password of HTTP Basic."""

    user: str
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How we believe the provider behaves."""

    # A read that is cut off loses a transaction id for good (reliability 3.5), so a
    # registration waits longer than the 30 s of other clients (api 1).
    register_seconds: float = 120.0
    other_seconds: float = 30.0
    # T-09: answers are some hundred bytes, print data some ten thousand.
    answer_cap_bytes: int = 1_000_000
    print_data_cap_bytes: int = 10_000_000
    # No. 1: the only known code, "already cancelled" (EC4).
    already_cancelled_code: str = "er000033"
    # Section 1: the places of an error that speak of the credentials (EC4).
    credential_points: frozenset[str] = frozenset(
        {"shopCode", "linkId", "linkPassword", "linkInfo"}
    )
    # No. 4: the twin's client strips spaces because its server rejected them.
    strips_address_spaces: bool = True
    # No. 5: both forms seem accepted; the field holds 8 characters.
    has_postal_hyphen: bool = True
    # No. 6: Paygent's module cites JACCS's specification for empty elements; W2
    # sends them filled.
    empties_ship_when_enclosed: bool = True
    # No. 7: Paygent refuses it (15013); checkout texts say it is then mailed.
    encloses_only_to_buyer: bool = True
    # No. 9: the twin's sample has 20 digits, W2's column holds 50.
    longest_order_number: int = 20
    # No. 11: W2 stores what comes back; nobody saw another id.
    keeps_id_on_amend: bool = True
    # Section 2, expand1: 00 leaves the extra screening hint out (W2 always).
    expand1: str = "00"
    # No. 12: Paygent offers a change only before the report, so by default a report is
    # taken back, the order changed, and reported again.
    amends_after_report: bool = False
    # No. 13: Paygent allows it until a state named "cancel period over"; the length
    # of that period is unknown, so the provider's answer decides.
    cancel_cut_off: timedelta | None = None
    # No. 14: W2 re-authorises after 88 days.
    approval_life: timedelta = APPROVAL_LIFE
    # No. 14 again: a week is what shipping late goods, or asking the buyer, takes.
    approval_warning: timedelta = APPROVAL_WARNING
    # No. 15: how often a screening is asked for.
    polls: PollLadder = field(default_factory=lambda: LADDERS["atodene"])
    # No. 16: Paygent allows the fetch once more in the state that follows it, until the
    # report; W2 warns that the first fetch fixes the due date.
    repeats_print_data: bool = True
    # No. 17: EC4 sends the date empty and W2 leaves it out, so the provider decides;
    # with True the report carries the day on which we expect the invoice (S15).
    sends_invoice_date: bool = False
    # No. 17 again: the checkout texts give the buyer 14 days from the invoice's issue.
    payment_term: timedelta = timedelta(days=14)
    # No. 20: W2 has settings for it, nobody else; perhaps the test host only.
    basic_auth: BasicAuth | None = None
    # No. 23: EC4 and W2 number the lines in expand2; SG leaves it empty.
    numbers_details: bool = True
    # R3: without a documented "busy means not applied" a write stays unclear.
    is_busy_not_applied: bool = False
    # The wait when a busy provider names none.
    busy_wait_seconds: int = 60

    def total_seconds(self, operation: Operation) -> float:
        """Return the total deadline of a call."""
        if operation is Operation.REGISTER:
            return self.register_seconds
        return self.other_seconds

    def cap_bytes(self, operation: Operation) -> int:
        """Return how long an answer may be."""
        if operation is Operation.FETCH_PRINT_DATA:
            return self.print_data_cap_bytes
        return self.answer_cap_bytes
