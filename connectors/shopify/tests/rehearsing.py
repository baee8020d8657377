"""Makes fixtures/rehearsal.json: an order before and after the kit's update.

.venv/bin/python -m connectors.shopify.tests.rehearsing
"""

import json
from pathlib import Path
from typing import Any

from connectors.shopify.display import Book, Display
from connectors.shopify.metafields import metafield_changes
from connectors.shopify.tags import tag_of
from hub.contract.testing.persons import update

PATH = Path(__file__).parent.parent / "fixtures" / "rehearsal.json"
_GATEWAY = "後払い（アトディーネ）"


def made() -> dict[str, Any]:
    """Return the rehearsal for the update `upd_7` of the conformance kit."""
    told = update("upd_7")
    book = Book(sequence=told.sequence, occurred_at=told.occurred_at, update_id=told.id)
    bare = Display(
        id="",
        note="",
        tags=(),
        gateways=(),
        is_cancelled=False,
        can_mark_as_paid=True,
        financial_status="PENDING",
        fulfillment_status="UNFULFILLED",
        metafields={},
    )
    values = metafield_changes(bare, told, book).put
    return {
        "credentials": {
            "values": {"access_token": "shpat_rehearsed"},
            "notes": {"lasting": "yes"},
        },
        "answers": [
            {
                "when": "query OrderDisplay",
                "bodies": [_order([], {}), _order([tag_of(told)], values)],
            },
            {"when": "mutation WriteOrder", "bodies": [{"data": {}}]},
        ],
    }


def _order(tags: list[str], values: Any) -> dict[str, Any]:
    metafields = [{"key": key, "value": value} for key, value in values.items()]
    order = {
        "id": "gid://shopify/Order/6105551234567",
        "note": None,
        "tags": tags,
        "cancelledAt": None,
        "canMarkAsPaid": True,
        "displayFinancialStatus": "PENDING",
        "displayFulfillmentStatus": "UNFULFILLED",
        "paymentGatewayNames": [_GATEWAY],
        "metafields": {"nodes": metafields},
        "fulfillmentOrders": {
            "nodes": [],
            "pageInfo": {"hasNextPage": False, "endCursor": None},
        },
    }
    return {"data": {"order": order}}


if __name__ == "__main__":
    text = json.dumps(made(), ensure_ascii=False, indent=2)
    PATH.write_text(f"{text}\n", "utf-8")
