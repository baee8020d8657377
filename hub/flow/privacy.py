"""個人情報の依頼: what a cart passes on is carried out, or waits with its reason.

`ask` only writes it down, in the delivery's own commit; `tend_requests` does it from
the sweep, a handful of orders in each commit.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hub import log
from hub.contract.events import BuyerDataRequested, BuyerForgotten, ShopForgotten
from hub.domain.forgetting import IN_PROGRESS, why_kept
from hub.flow.privacy_export import export_of
from hub.flow.privacy_raw import erase_raw
from hub.flow.tools import Parts
from hub.store import (
    audit,
    credentials,
    erasing,
    installations,
    journal,
    orders,
    privacy_requests,
    transactions,
)
from hub.store.credentials import CredentialState
from hub.store.inbox import ClaimedDelivery
from hub.store.journal import Entry
from hub.store.privacy_requests import (
    DATA_REQUEST,
    FORGET_BUYER,
    FORGET_SHOP,
    StoredRequest,
    Subject,
)
from hub.store.store import Scope

Asked = BuyerDataRequested | BuyerForgotten | ShopForgotten
BATCH = 25
_AGAIN = timedelta(hours=12)
# An export that nobody closed is destroyed this long after it was due.
_LEFT = timedelta(days=30)
MOST_SHOWN = 200

_logger = log.get("privacy")


def ask(scope: Scope, claimed: ClaimedDelivery, event: Asked, *, now: datetime) -> None:
    """Write a request down; a shop that was installed again since is left alone."""
    kinds: dict[type[Asked], str] = {
        BuyerDataRequested: DATA_REQUEST,
        BuyerForgotten: FORGET_BUYER,
        ShopForgotten: FORGET_SHOP,
    }
    kind, subject, request_ref = kinds[type(event)], Subject(), ""
    if not isinstance(event, ShopForgotten):
        references = tuple(event.references)
        subject = Subject(references=references, email=event.email, phone=event.phone)
    if isinstance(event, BuyerDataRequested):
        request_ref = event.request_id
    request_id = privacy_requests.put(
        scope,
        kind=kind,
        shop_id=claimed.shop_id,
        connection_id=claimed.connection_id,
        delivery_id=claimed.id,
        subject=subject,
        occurred_at=event.occurred_at,
        request_ref=request_ref,
        now=now,
    )
    if not request_id:
        return
    _record(scope, f"asked_{kind}", request_id, {"delivery_id": claimed.id}, now=now)
    if isinstance(event, ShopForgotten) and _is_back(scope, claimed, event):
        _end(scope, request_id, state="passed_over", outcome={}, now=now)


def _is_back(scope: Scope, claimed: ClaimedDelivery, event: ShopForgotten) -> bool:
    found = installations.of_merchant(scope).get(claimed.connection_id)
    if found is None:
        return False
    access = credentials.standings(scope).get(claimed.connection_id)
    # A message from an earlier uninstallation that is sent once more erases nobody.
    is_let_in = access is not None and access.state is CredentialState.VALID
    is_there = is_let_in and found.removed_at is None
    return is_there or found.installed_at > event.occurred_at


def tend_requests(parts: Parts) -> None:
    """Carry out whatever is due, a batch in each commit."""
    now = parts.clock.now()
    for merchant_id, request_id in parts.store.across.read(
        partial(privacy_requests.due, now=now)
    ):
        store = parts.store.of(merchant_id)
        cursor: str | None = ""
        while cursor is not None:
            step = partial(_step, parts=parts, request_id=request_id, after=cursor)
            cursor = store.write(step)


def _step(scope: Scope, parts: Parts, request_id: str, after: str) -> str | None:
    """Do one batch; returns where the next one begins, None at the end."""
    now = parts.clock.now()
    request = privacy_requests.lock(scope, request_id)
    if request is None or request.ended_at is not None:
        return None
    if request.kind == DATA_REQUEST:
        _export(scope, request, now=now)
        return None
    ids = privacy_requests.matching(scope, request, after=after, limit=BATCH)
    outcome = _begun(request) if not after else dict(request.outcome)
    for order_id in ids:
        _forget(scope, parts, order_id, outcome, now=now)
    retry_at = now if len(ids) == BATCH else now + _AGAIN
    privacy_requests.note(
        scope, request_id, state="kept", outcome=outcome, retry_at=retry_at
    )
    if len(ids) == BATCH:
        return ids[-1]
    return _finish(scope, request, outcome, now=now)


def _begun(request: StoredRequest) -> dict[str, Any]:
    """Return the outcome as it stands before each order is looked at once more."""
    erased = request.outcome.get("erased", 0)
    return {"erased": erased, "kept": 0, "orders": []}


def _forget(
    scope: Scope,
    parts: Parts,
    order_id: str,
    outcome: dict[str, Any],
    *,
    now: datetime,
) -> None:
    order = orders.get(scope, order_id)
    if order is None:
        return
    orders.lock_number(scope, order.shop_id, order.order_number)
    # Another process may have changed it before the lock was ours.
    order = orders.get(scope, order_id) or order
    business_now = parts.clock.business_now()
    reasons = [
        why_kept(order.wanted, one.known, now=business_now)
        for one in transactions.all_of(scope, order_id)
    ]
    if erasing.is_busy(scope, order_id):
        reasons.append(IN_PROGRESS)
    reason = next((one for one in reasons if one), "")
    if reason:
        outcome["kept"] += 1
        if len(outcome["orders"]) < MOST_SHOWN:
            outcome["orders"].append({"order_id": order_id, "code": reason})
        return
    erasing.erase_order(scope, order, now=now)
    journal.write(scope, Entry(kind="forgotten", order_id=order_id), now=now)
    outcome["erased"] += 1


def _finish(
    scope: Scope, request: StoredRequest, outcome: dict[str, Any], *, now: datetime
) -> str | None:
    if request.kind == FORGET_SHOP:
        left = erasing.unlinked_deliveries(
            scope, request.connection_id, before=request.occurred_at, limit=BATCH
        )
        for delivery_id in left:
            erasing.erase_delivery(scope, delivery_id, now=now)
        if len(left) == BATCH:
            # Nothing is left of the orders; once more from there for the deliveries.
            return "z"
    if request.kind == FORGET_BUYER:
        erase_raw(scope, request, now=now)
    if not outcome["kept"]:
        _end(scope, request.id, state="done", outcome=outcome, now=now)
        erasing.erase_delivery(scope, request.delivery_id, now=now)
    return None


def _end(
    scope: Scope,
    request_id: str,
    *,
    state: str,
    outcome: dict[str, Any],
    now: datetime,
    user_id: str = "",
) -> None:
    privacy_requests.end(scope, request_id, state=state, outcome=outcome, now=now)
    counts: dict[str, Any] = {
        key: outcome[key] for key in ("erased", "kept") if key in outcome
    }
    _record(scope, f"privacy_{state}", request_id, counts, now=now, user_id=user_id)
    _logger.info("privacy_ended", state=state, **counts)


def _export(scope: Scope, request: StoredRequest, *, now: datetime) -> None:
    """Make the export for the merchant; one that nobody closed is destroyed."""
    if request.has_document:
        _end(scope, request.id, state="done", outcome=dict(request.outcome), now=now)
        erasing.erase_delivery(scope, request.delivery_id, now=now)
        return
    document, count = export_of(scope, request, now=now)
    privacy_requests.keep_document(scope, request.id, document)
    privacy_requests.note(
        scope,
        request.id,
        state="ready",
        outcome={"orders_found": count},
        retry_at=request.due_at + _LEFT,
    )


def download(
    parts: Parts, merchant_id: str, request_id: str, *, user_id: str
) -> bytes | None:
    """Return an export, None where there is none; who took it is on record."""
    now = parts.clock.now()

    def work(scope: Scope) -> bytes | None:
        document = privacy_requests.document_of(scope, request_id)
        if document is not None:
            _record(scope, "privacy_download", request_id, {}, now=now, user_id=user_id)
        return document

    return parts.store.of(merchant_id).write(work)


def close_export(
    parts: Parts, merchant_id: str, request_id: str, *, user_id: str
) -> bool:
    """End a request for data that the merchant has answered; False for no such one."""
    now = parts.clock.now()

    def work(scope: Scope) -> bool:
        request = privacy_requests.lock(scope, request_id)
        if request is None or request.state != "ready":
            return False
        outcome = dict(request.outcome)
        _end(scope, request_id, state="done", outcome=outcome, now=now, user_id=user_id)
        erasing.erase_delivery(scope, request.delivery_id, now=now)
        return True

    return parts.store.of(merchant_id).write(work)


def _record(
    scope: Scope,
    action: str,
    subject: str,
    detail: dict[str, Any],
    *,
    now: datetime,
    user_id: str = "",
) -> None:
    audit.record(
        scope, user_id=user_id, action=action, subject=subject, detail=detail, now=now
    )
