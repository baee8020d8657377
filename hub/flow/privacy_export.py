"""What the hub knows of a buyer, as a document for the merchant to hand over."""

from datetime import datetime
from typing import Any

import orjson

from hub.contract.documents import as_document
from hub.domain.known import STATE_LABELS_JA
from hub.flow.privacy_raw import raw_of
from hub.store import orders, privacy_requests, transactions
from hub.store.orders import StoredOrder
from hub.store.privacy_requests import StoredRequest
from hub.store.store import Scope

_PAGE = 100


def export_of(
    scope: Scope, request: StoredRequest, *, now: datetime
) -> tuple[bytes, int]:
    """Return the document as JSON in UTF-8, and how many orders stand in it."""
    found: list[dict[str, Any]] = []
    after = ""
    while ids := privacy_requests.matching(scope, request, after=after, limit=_PAGE):
        after = ids[-1]
        stored = (orders.get(scope, order_id) for order_id in ids)
        found += [_order(scope, order) for order in stored if order is not None]
    document = {
        "request": request.request_ref,
        "requested_at": request.occurred_at.isoformat(),
        "made_at": now.isoformat(),
        "orders": found,
        "unread": [
            {
                "topic": one.topic,
                "received_at": one.received_at.isoformat(),
                "text": one.body.decode(errors="replace"),
            }
            for one in raw_of(scope, request)
        ],
    }
    plain = orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2)
    return plain, len(found)


def _order(scope: Scope, stored: StoredOrder) -> dict[str, Any]:
    wanted = stored.wanted
    return {
        "order_number": stored.order_number,
        "order": as_document(wanted.order) if wanted.order else None,
        "corrections": [as_document(one) for one in wanted.corrections],
        "cancel_reason": wanted.cancel_reason,
        "parcels": [as_document(one.parcel) for one in wanted.parcels],
        "received_at": stored.created_at.isoformat(),
        "transactions": [
            {
                "state": STATE_LABELS_JA[one.known.state],
                "provider_transaction_id": one.known.provider_transaction_id,
                "amount": one.known.amount,
            }
            for one in transactions.all_of(scope, stored.id)
        ],
    }
