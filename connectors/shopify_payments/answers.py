"""What Shopify is told of a request, by how it stands (shopify.md 4.3, 4.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hub.contract.asking import AskKind, AskOutcome, AskStanding
from hub.contract.updates import CartUpdate

from .asking import WAIT_DAYS

# The hub screens: neither buyer nor merchant can speed it up.
PENDING_REASON = "PARTNER_ACTION_REQUIRED"
RESOLVED, REJECTED, PENDING = "RESOLVED", "REJECTED", "PENDING"

# Three days are the longest; Shopify's clock may be behind ours.
_LONGEST = timedelta(days=WAIT_DAYS) - timedelta(minutes=10)

# What the buyer reads follows from the code and is Shopify's: none of these says
# anything about a person. The provider's own verdict is never told.
GIVEN_UP, DECLINED, OTHERWISE = (
    "CANCELLED_PAYMENT",
    "INSTRUMENT_DECLINED",
    "PROCESSING_ERROR",
)
CODE_BY_FINDING = {
    "HUB-ELIG-101": "INVALID_CURRENCY",
    "HUB-ELIG-201": "AMOUNT_TOO_LARGE",
    "HUB-ADDR-101": "INCORRECT_ADDRESS",
    "HUB-ADDR-212": "INCORRECT_ZIP",
}
# The merchant reads these in Shopify's admin.
_MERCHANT_MESSAGES = {
    AskKind.PAYMENT: "後払いをご利用いただけませんでした。くわしくは、後払いハブの"
    "この注文をご覧ください。",
    AskKind.CAPTURE: "後払いの出荷報告ができていません。後払いハブのこの注文を"
    "ご確認ください。",
    AskKind.REFUND: "減額が受け付けられませんでした。購入者への請求額は変わって"
    "いません。後払いハブのこの注文をご確認ください。",
    AskKind.VOID: "後払い取引の取消が受け付けられませんでした。請求は残っています。"
    "後払いハブのこの注文をご確認ください。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One mutation: the name of its document, and the state it brings about."""

    kind: AskKind
    document: str
    variables: Mapping[str, Any]
    state: str

    def without(self, name: str) -> "Answer | None":
        """Return the answer with one variable less, None where it has none such."""
        if name not in self.variables:
            return None
        rest = {key: one for key, one in self.variables.items() if key != name}
        return replace(self, variables=rest)


def answer_of(asked: AskStanding, update: CartUpdate, now: datetime) -> Answer | None:
    """Return what to tell, None where there is nothing to tell yet."""
    if asked.outcome is AskOutcome.PENDING:
        return _pending(asked, now) if asked.kind is AskKind.PAYMENT else None
    if asked.outcome is AskOutcome.GRANTED:
        return _answer(asked, "resolve", RESOLVED, _granted(asked))
    reason = {
        "code": _code(asked, update),
        "merchantMessage": _MERCHANT_MESSAGES[asked.kind],
    }
    return _answer(asked, "reject", REJECTED, {"reason": reason})


def _answer(
    asked: AskStanding, verb: str, state: str, wish: Mapping[str, Any]
) -> Answer:
    return Answer(
        kind=asked.kind,
        document=f"{verb}_{asked.kind.value}",
        variables={"id": asked.reference, **wish},
        state=state,
    )


def _pending(asked: AskStanding, now: datetime) -> Answer | None:
    latest = now + _LONGEST
    expires_at = min(asked.expires_at or latest, latest)
    if expires_at <= now:
        # It is at its end, and the denial is on its way.
        return None
    wish = {"pendingExpiresAt": expires_at.isoformat(), "reason": PENDING_REASON}
    return _answer(asked, "pend", PENDING, wish)


def _granted(asked: AskStanding) -> Mapping[str, Any]:
    if asked.kind is not AskKind.PAYMENT or asked.valid_until is None:
        return {}
    return {"authorizationExpiresAt": asked.valid_until.isoformat()}


def _code(asked: AskStanding, update: CartUpdate) -> str:
    if asked.kind is not AskKind.PAYMENT:
        return OTHERWISE
    if asked.is_given_up:
        return GIVEN_UP
    if update.state == "DECLINED":
        return DECLINED
    known = (CODE_BY_FINDING.get(code) for code in asked.findings)
    return next(filter(None, known), OTHERWISE)
