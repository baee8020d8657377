"""What the company's people do by hand: the reviewer's queue and decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hub.sandbox.buyers import Buyer
from hub.sandbox.company import Company
from hub.sandbox.errors import DeskError
from hub.sandbox.parcels import check_event, happened
from hub.sandbox.passing import decide, plan_clearing
from hub.sandbox.payments import amount_wanted, pay
from hub.sandbox.records import Transaction
from hub.sandbox.tables import NG, OK, ON_HOLD, State

QUEUE_LENGTH: Final = 200
_HISTORY_LENGTH: Final = 50
READY_REASONS: Final = (
    "（例）住所の番地が確認できません",
    "（例）建物名・部屋番号が確認できません",
    "（例）電話番号でご本人の確認ができません",
    "（例）氏名の表記が確認できません",
    "（例）ご本人の確認が取れません",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A transaction with all that a reviewer may see about its buyer."""

    transaction: Transaction
    buyer: Buyer | None
    others: Sequence[Transaction]


def queue(company: Company) -> list[Transaction]:
    """Return what waits for a reviewer: 審査中 first, then 保留, the oldest first."""
    found = company.read(lambda: company.ledger.on_the_desk(QUEUE_LENGTH))
    return sorted(found, key=lambda one: one.state is State.HOLD)


def case_file(company: Company, transaction_id: str) -> CaseFile:
    """Return one transaction with its buyer's balance and other orders."""

    def question() -> CaseFile:
        transaction = company.find(transaction_id)
        buyers = company.ledger.buyers
        others = buyers.transactions(transaction.buyer, limit=_HISTORY_LENGTH)
        return CaseFile(
            transaction=transaction,
            buyer=buyers.find(transaction.buyer),
            others=[one for one in others if one.no != transaction.no],
        )

    return company.read(question)


def decide_by_hand(
    company: Company, transaction_id: str, result: str, reasons: Sequence[str] = ()
) -> Transaction:
    """Decide a manual review; raises DeskError where there is nothing to decide."""
    if result not in (OK, NG, ON_HOLD):
        raise DeskError(
            f"result must be {OK}, {NG} or {ON_HOLD}. Nothing was changed.",
            ja="OK・NG・保留のどれかを選んでください。何も変わっていません。",
        )

    def work(transaction: Transaction, now: datetime) -> Transaction:
        if transaction.state not in (State.REVIEW, State.HOLD):
            raise DeskError(
                f"{transaction_id} is {transaction.state}; only a transaction in "
                "REVIEW or HOLD can be decided. Nothing was changed.",
                ja="この取引は審査中でも保留でもないため、判定できません。"
                "判定は変わっていません。",
            )
        return decide(
            transaction, result, at=now, reasons=tuple(reasons), rules=company.rules
        )

    return company.change(transaction_id, work)


def queue_json(company: Company) -> list[dict[str, Any]]:
    """Return the queue as the control port shows it."""
    return [
        {
            "transaction_id": one.transaction_id,
            "merchant": one.merchant,
            "shop_order_id": one.shop_order_id,
            "state": one.state,
            "billed_amount": one.billed_amount,
            "registered_at": one.registered_at,
            "review_until": one.review_until,
            "caught_by": one.caught_by,
            "reasons": one.reasons,
            "buyer": one.buyer,
        }
        for one in queue(company)
    ]


def move_parcel(company: Company, transaction_id: str, event: str) -> Transaction:
    """Let something happen to a parcel by hand; raises DeskError where it cannot."""

    def work(transaction: Transaction, now: datetime) -> Transaction:
        check_event(transaction, event)
        return plan_clearing(happened(transaction, event, now), now, company.rules)

    return company.change(transaction_id, work)


def let_buyer_pay(
    company: Company, transaction_id: str, wanted: Mapping[str, Any]
) -> Transaction:
    """Let the buyer pay: an amount, an older invoice's, or all that is open."""

    def work(transaction: Transaction, now: datetime) -> Transaction:
        return pay(transaction, amount_wanted(transaction, wanted), now)

    return company.change(transaction_id, work)
