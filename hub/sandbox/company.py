"""The company itself: one clock, one ledger, the calls and the desk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final, TypeVar

from hub.clock import Clock, tokyo_date
from hub.sandbox.callers import Callers
from hub.sandbox.calls import Answer, Prepared, masked, received
from hub.sandbox.checks import check
from hub.sandbox.due import LATE_CALL, DueWork
from hub.sandbox.errors import DeskError, UnknownTransactionError
from hub.sandbox.fault_queue import FaultQueue
from hub.sandbox.faults import FaultKind
from hub.sandbox.ledger import Ledger
from hub.sandbox.moving import later
from hub.sandbox.operations import perform
from hub.sandbox.records import Merchant, Transaction, number_of
from hub.sandbox.replies import Reply, Request
from hub.sandbox.rules import Rules
from hub.sandbox.screening import Call, screen
from hub.sandbox.screening_rules import ScreeningRule, stored_rules
from hub.sandbox.tables import Operation
from hub.sandbox.wire_xml import Document, UnreadableError, parse, refused

LAST: Final = "last"
_OFFSET: Final = "clock_offset_seconds"
_RULES: Final = "rules"
_SCREENING: Final = "screening"
_STEPS_AT_ONCE: Final = 2_000
_EMPTY: Final = Document(sections={}, details=None)

_T = TypeVar("_T")


class Company:
    """The pretended operator, for both the wire and the control port."""

    def __init__(self, *, ledger: Ledger, clock: Clock, rules: Rules) -> None:
        """Open for business with what the ledger remembers."""
        self.ledger = ledger
        self.faults = FaultQueue()
        self._clock = clock
        self._rules = rules
        self._offset = timedelta()
        self._callers = Callers(ledger)
        self._screening: Sequence[ScreeningRule] = ()
        self._due = DueWork(
            ledger, rules=lambda: self._rules, screening=lambda: self._screening
        )
        ledger.write(self._load)
        self._catch_up()

    def _load(self) -> None:
        self._offset = timedelta(seconds=self.ledger.setting(_OFFSET) or 0)
        self._rules = self._rules.changed(self.ledger.setting(_RULES) or {})
        self._due.plan(self.now())
        self._screening = stored_rules(self.ledger.setting(_SCREENING))
        self._callers.load()

    @property
    def rules(self) -> Rules:
        """Return the switches in force."""
        return self._rules

    def now(self) -> datetime:
        """Return the company's own time, aware, in UTC."""
        return self._clock.now() + self._offset

    # The wire

    def answer(self, operation: Operation, body: bytes) -> Answer:
        """Take one call; its effect is on disk when this returns."""
        prepared = self._prepare(operation, body)
        reply, other = self.ledger.write(lambda: self._take(prepared))
        return Answer(
            body=reply.body,
            fault=prepared.fault,
            call=prepared.call,
            others_id=other.transaction_id if other else "",
            others_order=other.shop_order_id if other else "",
        )

    def _prepare(self, operation: Operation, body: bytes) -> Prepared:
        document, errors, merchant, call = _EMPTY, [], "", Call.ANSWERED
        try:
            document = parse(body)
        except UnreadableError as error:
            errors.append(error.error)
        else:
            errors += check(operation, document, self._rules)
            merchant = document.sections.get("linkInfo", {}).get("shopCode", "")
            if not errors:
                errors += self._callers.refusals(document, tokyo_date(self.now()))
            if not errors and operation is Operation.REGISTER:
                call = screen(document.sections["customer"], self._rules).call
        order_id = self._order_named(document)
        return Prepared(
            operation=operation,
            document=document,
            merchant=merchant,
            errors=tuple(errors),
            call=call,
            fault=self.faults.take(operation, order_id, merchant),
            body=body,
        )

    def _order_named(self, document: Document) -> str:
        order_id = document.sections.get("customer", {}).get("shopOrderId", "")
        if order_id or not self.faults.asks_for_an_order:
            return order_id
        named = document.sections.get("transactionInfo", {}).get("transactionId", "")
        no = number_of(named)
        if no is None:
            return ""
        found = self.ledger.write(lambda: self.ledger.find_transaction(no))
        return found.shop_order_id if found else ""

    def _take(self, prepared: Prepared) -> tuple[Reply, Transaction | None]:
        now = self.now()
        self._due.catch_up(now)
        reply = Reply(body=refused(prepared.errors), errors=prepared.errors)
        if prepared.applies and not prepared.errors:
            request = Request(
                merchant=prepared.merchant,
                document=prepared.document,
                now=now,
                rules=self._rules,
                screening=[rule for rule in self._screening if rule.is_on],
            )
            reply = perform(prepared.operation, request, self.ledger)
        no = self.ledger.requests.add(received(prepared, reply, now))
        if prepared.applies_later:
            self._apply_later(prepared, no, now)
        return reply, self._another(prepared, reply)

    def _apply_later(self, prepared: Prepared, no: int, now: datetime) -> None:
        delay = prepared.fault.apply_after if prepared.fault else 0.0
        self.ledger.put_on_agenda(
            now.timestamp() + delay,
            LATE_CALL,
            request_no=no,
            merchant=prepared.merchant,
            operation=prepared.operation.value,
            body=masked(prepared.body).decode(),
        )

    def _another(self, prepared: Prepared, reply: Reply) -> Transaction | None:
        fault = prepared.fault
        if not fault or fault.kind is not FaultKind.OTHER_ORDER:
            return None
        no = reply.transaction.no if reply.transaction else 0
        return self.ledger.find_another(prepared.merchant, no)

    # The desk

    def read(self, question: Callable[[], _T]) -> _T:
        """Ask the ledger something, after everything due has happened."""

        def work() -> _T:
            self._due.catch_up(self.now())
            return question()

        return self.ledger.write(work)

    def move_clock(self, *, hours: float = 0, business_days: int = 0) -> datetime:
        """Move the company's time forward; everything due happens before it returns.

        The new time is on disk first, so that a company killed in the middle catches
        up when it opens again.
        """
        if hours < 0 or business_days < 0:
            raise DeskError(
                "The sandbox's clock moves forward only.",
                ja="時計は進めることしかできません。時計は動いていません。",
            )

        def work() -> datetime:
            now = self.now()
            target = later(now, business_days=business_days, hours=hours)
            offset = self._offset + (target - now)
            self.ledger.save_setting(_OFFSET, offset.total_seconds())
            self._offset = offset
            return target

        target = self.ledger.write(work)
        self._catch_up()
        return target

    def _catch_up(self) -> None:
        # In pieces, so that calls of a client find their turn in between.
        while not self.ledger.write(
            lambda: self._due.catch_up(self.now(), most=_STEPS_AT_ONCE)
        ):
            pass

    @property
    def clock_offset(self) -> timedelta:
        """Return how far the company's time is ahead."""
        return self._offset

    def change(
        self,
        transaction_id: str,
        work: Callable[[Transaction, datetime], Transaction],
    ) -> Transaction:
        """Do something by hand to a transaction, after everything due has happened."""

        def change() -> Transaction:
            now = self.now()
            self._due.catch_up(now)
            changed = work(self.find(transaction_id), now)
            self.ledger.save_transaction(changed)
            return changed

        return self.ledger.write(change)

    def find(self, transaction_id: str) -> Transaction:
        """Return a transaction by its wire id, or the newest for "last".

        Called inside `read` or `write`.
        """
        if transaction_id == LAST:
            newest = self.ledger.transactions(limit=1)
            no = newest[0].no if newest else None
        else:
            no = number_of(transaction_id)
        transaction = self.ledger.find_transaction(no) if no is not None else None
        if not transaction:
            raise UnknownTransactionError(
                f"There is no transaction {transaction_id}.",
                ja=f"お問合せ番号 {transaction_id} の取引はありません。",
            )
        return transaction

    def add_merchant(self, merchant: Merchant) -> None:
        """Let another merchant call, or change one's credentials."""
        self.admit(lambda _now: (merchant, None))

    def admit(self, work: Callable[[datetime], tuple[Merchant, _T]]) -> _T:
        """Let the merchant call that the work returns; both are kept together."""

        def admit() -> tuple[Merchant, _T]:
            now = self.now()
            self._due.catch_up(now)
            admitted = work(now)
            self.ledger.save_merchant(admitted[0])
            return admitted

        merchant, result = self.ledger.write(admit)
        self._callers.learn(merchant)
        return result

    def merchants(self) -> Sequence[Merchant]:
        """Return every merchant that may call, or may from its first day on."""
        return self._callers.all()

    def change_rules(self, changes: Mapping[str, object]) -> Rules:
        """Set some switches, for good."""
        rules = self._rules.changed(changes)
        self.ledger.write(lambda: self.ledger.save_setting(_RULES, asdict(rules)))
        self._rules = rules
        return rules

    @property
    def screening(self) -> Sequence[ScreeningRule]:
        """Return the screening rules, those that are off as well."""
        return self._screening

    def change_screening(self, rules: Sequence[ScreeningRule]) -> None:
        """Screen by other rules from now on, for good."""
        stored = [rule.as_json() for rule in rules]
        self.ledger.write(lambda: self.ledger.save_setting(_SCREENING, stored))
        self._screening = tuple(rules)
