"""The company itself: one clock, one ledger, the calls and the desk."""

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from hub.clock import TOKYO, Clock, tokyo_date
from hub.domain.business_calendar import add_business_days
from hub.sandbox.checks import check
from hub.sandbox.faults import Fault, FaultQueue
from hub.sandbox.ledger import Ledger
from hub.sandbox.operations import perform
from hub.sandbox.passing import decide, pass_time
from hub.sandbox.records import Merchant, Received, Transaction, number_of
from hub.sandbox.replies import Reply, Request
from hub.sandbox.rules import Rules
from hub.sandbox.screening import Call, screen
from hub.sandbox.tables import NG, OK, ON_HOLD, Operation, State
from hub.sandbox.wire_xml import Document, UnreadableError, WireError, parse, refused

FIRST_MERCHANT: Final = Merchant(
    shop_code="atd000000001",
    link_id="original00",
    link_password="Example01",  # noqa: S106  # the published specimen, no secret
    name="見本加盟店",
)
_PASSWORD: Final = re.compile(rb"(<linkPassword>)[^<]*(</linkPassword>)")
_OFFSET: Final = "clock_offset_seconds"
_RULES: Final = "rules"
_EMPTY: Final = Document(sections={}, details=None)


_T = TypeVar("_T")


class DeskError(ValueError):
    """Something was asked of the control port that cannot be done."""


class UnknownTransactionError(DeskError):
    """No transaction has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the wire sends back: the honest reply, and how it is to be spoilt."""

    body: bytes
    fault: Fault | None = None
    call: Call = Call.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    operation: Operation
    document: Document
    merchant: str
    errors: tuple[WireError, ...]
    call: Call
    fault: Fault | None
    body: bytes

    @property
    def applies(self) -> bool:
        """Tell whether the call is to have its effect."""
        is_lost = self.call is Call.NOT_APPLIED_SILENTLY
        return not is_lost and (self.fault is None or self.fault.is_applied)


class Company:
    """The pretended operator, for both the wire and the control port."""

    def __init__(self, *, ledger: Ledger, clock: Clock, rules: Rules) -> None:
        """Open for business with what the ledger remembers."""
        self.ledger = ledger
        self.faults = FaultQueue()
        self._clock = clock
        self._rules = rules
        self._offset = timedelta()
        self._merchants: dict[str, Merchant] = {}
        ledger.write(self._load)

    def _load(self) -> None:
        self._offset = timedelta(seconds=self.ledger.setting(_OFFSET) or 0)
        self._rules = self._rules.changed(self.ledger.setting(_RULES) or {})
        self._merchants = {m.shop_code: m for m in self.ledger.merchants()}
        if FIRST_MERCHANT.shop_code not in self._merchants:
            self.ledger.save_merchant(FIRST_MERCHANT)
            self._merchants[FIRST_MERCHANT.shop_code] = FIRST_MERCHANT

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
        reply = self.ledger.write(lambda: self._take(prepared))
        return Answer(body=reply.body, fault=prepared.fault, call=prepared.call)

    def _prepare(self, operation: Operation, body: bytes) -> _Prepared:
        document, errors, merchant, call = _EMPTY, [], "", Call.ANSWERED
        try:
            document = parse(body)
        except UnreadableError as error:
            errors.append(error.error)
        else:
            errors += check(operation, document, self._rules)
            merchant = document.sections.get("linkInfo", {}).get("shopCode", "")
            if not errors:
                errors += self._authenticate(document)
            if not errors and operation is Operation.REGISTER:
                call = screen(document.sections["customer"], self._rules).call
        order_id = document.sections.get("customer", {}).get("shopOrderId", "")
        return _Prepared(
            operation=operation,
            document=document,
            merchant=merchant,
            errors=tuple(errors),
            call=call,
            fault=self.faults.take(operation, order_id),
            body=body,
        )

    def _authenticate(self, document: Document) -> list[WireError]:
        link = document.sections["linkInfo"]
        merchant = self._merchants.get(link["shopCode"])
        if not merchant:
            return [WireError(point="shopCode", code="er900020")]
        if link["linkId"] != merchant.link_id:
            return [WireError(point="linkId", code="er900021")]
        if not hmac.compare_digest(
            link["linkPassword"].encode(), merchant.link_password.encode()
        ):
            return [WireError(point="linkPassword", code="er900022")]
        return []

    def _take(self, prepared: _Prepared) -> Reply:
        now = self.now()
        self._pass_time(now)
        reply = Reply(body=refused(prepared.errors), errors=prepared.errors)
        if prepared.applies and not prepared.errors:
            request = Request(
                merchant=prepared.merchant,
                document=prepared.document,
                now=now,
                rules=self._rules,
            )
            reply = perform(prepared.operation, request, self.ledger)
        self.ledger.add_request(_received(prepared, reply, now))
        return reply

    def _pass_time(self, now: datetime) -> None:
        while due := self.ledger.due_transactions(now):
            for transaction in due:
                self.ledger.save_transaction(pass_time(transaction, self._rules))

    # The desk

    def read(self, question: Callable[[], _T]) -> _T:
        """Ask the ledger something, after everything due has happened."""

        def work() -> _T:
            self._pass_time(self.now())
            return question()

        return self.ledger.write(work)

    def move_clock(self, *, hours: float = 0, business_days: int = 0) -> datetime:
        """Move the company's time forward; everything due happens before it returns."""
        if hours < 0 or business_days < 0:
            raise DeskError("The sandbox's clock moves forward only.")

        def work() -> datetime:
            now = self.now()
            target = _business_days_later(now, business_days) + timedelta(hours=hours)
            self._pass_time(target)
            offset = self._offset + (target - now)
            self.ledger.save_setting(_OFFSET, offset.total_seconds())
            self._offset = offset
            return target

        return self.ledger.write(work)

    @property
    def clock_offset(self) -> timedelta:
        """Return how far the company's time is ahead."""
        return self._offset

    def decide(
        self, transaction_id: str, result: str, reasons: Sequence[str] = ()
    ) -> Transaction:
        """Decide a manual review by hand."""
        if result not in (OK, NG, ON_HOLD):
            raise DeskError(f"result must be {OK}, {NG} or {ON_HOLD}.")

        def work() -> Transaction:
            now = self.now()
            self._pass_time(now)
            transaction = self.find(transaction_id)
            if transaction.state not in (State.REVIEW, State.HOLD):
                raise DeskError(
                    f"{transaction_id} is {transaction.state}; only a transaction in "
                    "REVIEW or HOLD can be decided. Nothing was changed."
                )
            decided = decide(
                transaction, result, at=now, reasons=tuple(reasons), rules=self._rules
            )
            self.ledger.save_transaction(decided)
            return decided

        return self.ledger.write(work)

    def find(self, transaction_id: str) -> Transaction:
        """Return a transaction by its wire id; called inside `read` or `write`."""
        no = number_of(transaction_id)
        transaction = self.ledger.find_transaction(no) if no is not None else None
        if not transaction:
            raise UnknownTransactionError(f"There is no transaction {transaction_id}.")
        return transaction

    def add_merchant(self, merchant: Merchant) -> None:
        """Let another merchant call, or change one's credentials."""
        self.ledger.write(lambda: self.ledger.save_merchant(merchant))
        self._merchants = {**self._merchants, merchant.shop_code: merchant}

    def merchants(self) -> list[Merchant]:
        """Return every merchant that may call."""
        return list(self._merchants.values())

    def change_rules(self, changes: Mapping[str, object]) -> Rules:
        """Set some switches, for good."""
        rules = self._rules.changed(changes)
        self.ledger.write(lambda: self.ledger.save_setting(_RULES, asdict(rules)))
        self._rules = rules
        return rules


def _business_days_later(moment: datetime, count: int) -> datetime:
    local = moment.astimezone(TOKYO)
    day = add_business_days(tokyo_date(moment), count)
    return datetime.combine(day, local.timetz()).astimezone(UTC)


def _received(prepared: _Prepared, reply: Reply, now: datetime) -> Received:
    transaction = reply.transaction
    customer = prepared.document.sections.get("customer", {})
    named = prepared.document.sections.get("transactionInfo", {})
    amount = customer.get("billedAmount", "")
    is_taken = prepared.applies and not reply.errors
    fault = prepared.fault.kind.value if prepared.fault else ""
    is_silent = prepared.call in _SILENT
    return Received(
        at=now,
        operation=prepared.operation.value,
        merchant=prepared.merchant,
        shop_order_id=customer.get("shopOrderId", "")
        or (transaction.shop_order_id if transaction else ""),
        transaction_id=transaction.transaction_id
        if transaction
        else named.get("transactionId", ""),
        amount=int(amount) if amount.isascii() and amount.isdigit() else None,
        result=OK if is_taken else NG if reply.errors else "",
        codes=" ".join(f"{error.point}:{error.code}" for error in reply.errors),
        fault=prepared.call.value if is_silent else fault,
        is_applied=is_taken,
        is_answered=not is_silent and fault not in _UNANSWERED,
        notes=" ".join(prepared.document.unknown),
        body=_PASSWORD.sub(rb"\1********\2", prepared.body),
    )


_SILENT: Final = (Call.APPLIED_SILENTLY, Call.NOT_APPLIED_SILENTLY)
_UNANSWERED: Final = ("applied_unanswered", "not_applied_unanswered")
