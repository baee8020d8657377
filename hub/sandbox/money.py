"""The company's money desk: payouts, statements, fees and terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.clock import tokyo_date
from hub.sandbox.company import LAST, Company
from hub.sandbox.errors import DeskError, UnknownTransactionError
from hub.sandbox.payout_book import Payout
from hub.sandbox.payout_run import FEES, stored_fees
from hub.sandbox.records import Merchant, number_after
from hub.sandbox.terms import Fees, Terms, month_of

_WAITING: str = (
    "SELECT merchant, settle, count(*), sum(amount) FROM transactions"
    " WHERE settle IS NOT NULL GROUP BY merchant, settle"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A merchant with the terms of this month, and what waits for the next payout."""

    merchant: Merchant
    terms: Terms
    history: Sequence[Terms]
    to_advance_yen: int = 0
    to_advance_count: int = 0
    to_take_back_yen: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the account as the control port shows it."""
        return {
            "shop_code": self.merchant.shop_code,
            "name": self.merchant.name,
            "plan": self.terms.plan,
            "cycle": self.terms.cycle,
            "to_advance_yen": self.to_advance_yen,
            "to_advance_count": self.to_advance_count,
            "to_take_back_yen": self.to_take_back_yen,
            "terms": [
                {"from_month": t.from_month, "plan": t.plan, "cycle": t.cycle}
                for t in self.history
            ],
        }


def accounts(company: Company) -> list[Account]:
    """Return every merchant's account."""

    def question() -> list[Account]:
        waiting = {
            (merchant, kind): (count, yen)
            for merchant, kind, count, yen in company.ledger.counts(_WAITING)
        }
        month = month_of(tokyo_date(company.now()))
        return [
            Account(
                merchant=merchant,
                terms=company.ledger.payouts.terms_in(merchant.shop_code, month),
                history=company.ledger.payouts.terms_history(merchant.shop_code),
                to_advance_count=waiting.get((merchant.shop_code, 1), (0, 0))[0],
                to_advance_yen=waiting.get((merchant.shop_code, 1), (0, 0))[1],
                to_take_back_yen=waiting.get((merchant.shop_code, 2), (0, 0))[1],
            )
            for merchant in company.merchants()
        ]

    return company.read(question)


def merchant_named(company: Company, shop_code: str) -> Merchant:
    """Return a merchant; raises UnknownTransactionError where there is none."""
    for merchant in company.merchants():
        if merchant.shop_code == shop_code:
            return merchant
    raise UnknownTransactionError(
        f"There is no merchant {shop_code}.", ja=f"加盟店 {shop_code} はありません。"
    )


def change_terms(
    company: Company, shop_code: str, wanted: Mapping[str, Any]
) -> Sequence[Terms]:
    """Let other terms begin with a calendar month to come (S25).

    The first terms of a merchant may begin with the running month. Raises DeskError.
    """
    merchant_named(company, shop_code)

    def work() -> Sequence[Terms]:
        month = month_of(tokyo_date(company.now()))
        history = company.ledger.payouts.terms_history(shop_code)
        terms = Terms.read(
            shop_code, wanted, current=company.ledger.payouts.terms_in(shop_code, month)
        )
        earliest_is_now = not history
        if terms.from_month < month or (
            terms.from_month == month and not earliest_is_now
        ):
            raise DeskError(
                f"Terms change from a calendar month after {month}. "
                "No terms were changed.",
                ja=f"条件を変えられるのは {month} より後の月からです。"
                "条件は変わっていません。",
            )
        company.ledger.payouts.add_terms(terms)
        return company.ledger.payouts.terms_history(shop_code)

    return company.read(work)


def payouts(company: Company, merchant: str = "") -> list[Payout]:
    """Return payouts, the newest first."""
    return company.read(lambda: company.ledger.payouts.newest(merchant=merchant))


def find_payout(company: Company, payout_id: str) -> Payout:
    """Return a payout by its number on the statement, or the newest for "last"."""
    newest = payouts(company) if payout_id == LAST else []
    no = newest[0].no if newest else number_after("P", payout_id)
    try:
        return company.read(lambda: company.ledger.payouts.find(no))
    except LookupError as error:
        raise UnknownTransactionError(
            f"There is no payout {payout_id}.", ja=f"明細 {payout_id} はありません。"
        ) from error


def fees(company: Company) -> Fees:
    """Return the fees in force."""
    return company.read(lambda: stored_fees(company.ledger))


def change_fees(company: Company, wanted: Mapping[str, Any]) -> Fees:
    """Set some fees from the next closing on, for good; raises DeskError."""

    def work() -> Fees:
        changed = stored_fees(company.ledger).changed(wanted)
        stored = {name: getattr(changed, name) for name in changed.__slots__}
        company.ledger.save_setting(FEES, stored)
        return changed

    return company.read(work)
