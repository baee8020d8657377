"""Everything that happens by itself, each at its own moment and in that order.

What is to come stands in the book (a transaction's own moment, or the agenda), so a
company that was killed in the middle goes on where it stopped: each step is struck out
in the same commit that brings its effect.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from hub.sandbox.application_due import POST, START, ApplicationsDue
from hub.sandbox.calls import wire_codes
from hub.sandbox.ledger import AgendaEntry, Ledger
from hub.sandbox.operations import perform
from hub.sandbox.passing import pass_time
from hub.sandbox.payout_run import CLOSING, TRANSFER, PayoutRun
from hub.sandbox.replies import Request
from hub.sandbox.rules import Rules
from hub.sandbox.screening_rules import ScreeningRule
from hub.sandbox.tables import NG, OK, Operation
from hub.sandbox.wire_xml import parse

LATE_CALL: Final = "late_call"
_WITHOUT_END: Final = 10**12


class DueWork:
    """Lets time pass in the book; called inside the book's `write` only."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        rules: Callable[[], Rules],
        screening: Callable[[], Sequence[ScreeningRule]],
    ) -> None:
        """Work on this book by the rules that are in force at each moment."""
        self._ledger = ledger
        self._rules = rules
        self._screening = screening
        self._payouts = PayoutRun(ledger)
        applications = ApplicationsDue(ledger)
        self._kinds: Mapping[str, Callable[[AgendaEntry], None]] = {
            LATE_CALL: self._apply_late,
            CLOSING: self._payouts.close,
            TRANSFER: self._payouts.transfer,
            POST: applications.open_post,
            START: applications.start,
        }

    def plan(self, now: datetime) -> None:
        """Put on the agenda what recurs, where it is not there yet."""
        self._payouts.plan_first(now)

    def catch_up(self, now: datetime, *, most: int = _WITHOUT_END) -> bool:
        """Do what is due, about `most` steps of it; tell whether nothing is left."""
        moment = now.timestamp()
        while most > 0:
            head = self._ledger.next_on_agenda()
            is_due = head is not None and head.due_at <= moment
            until = head.due_at if head is not None and is_due else moment
            most -= self._pass_time(until, most)
            if most <= 0 or head is None or not is_due:
                break
            self._kinds[head.kind](head)
            self._ledger.take_off_agenda(head.no)
            most -= 1
        return most > 0

    def _pass_time(self, until: float, most: int) -> int:
        rules = self._rules()
        steps = 0
        while steps < most and (due := self._ledger.due_transactions(until)):
            for transaction in due:
                self._ledger.save_transaction(pass_time(transaction, rules))
            steps += len(due)
        return steps

    def _apply_late(self, entry: AgendaEntry) -> None:
        about = entry.document
        request = Request(
            merchant=about["merchant"],
            document=parse(about["body"].encode()),
            now=datetime.fromtimestamp(entry.due_at, UTC),
            rules=self._rules(),
            screening=self._screening(),
        )
        reply = perform(Operation(about["operation"]), request, self._ledger)
        touched = reply.transaction
        self._ledger.requests.note_late_effect(
            about["request_no"],
            result=NG if reply.errors else OK,
            codes=wire_codes(reply),
            transaction_id=touched.transaction_id if touched else "",
        )
