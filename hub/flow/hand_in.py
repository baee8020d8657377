"""A merchant's own system hands in events; its API key is the proof.

They take the way of every delivery: committed to the inbox, then answered, then rung
for. Only a connection that reads the canonical JSON takes them.
"""

from hub.contract.proof import content_key, handed_in
from hub.flow.deeds import InterventionError
from hub.flow.receive import MOST_WAITING, Receipt
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import connections, inbox, merchants
from hub.store.connections import StoredConnection
from hub.store.store import Scope

# Whose translation reads the canonical JSON, and the topic that it gives its messages.
CONNECTOR = "generic_webhook"
TOPIC = "events"


def hand_in(
    parts: Parts, merchant_id: str, shop_id: str, *, body: bytes, message_id: str = ""
) -> tuple[Receipt, str]:
    """Store a body as a delivery; returns the receipt and the delivery's id.

    The same body, or another under the same `message_id`, is stored once (I-03).
    Raises InterventionError for a shop that is not there or takes no such events.
    """
    if parts.store.across.read(inbox.count_new) > MOST_WAITING:
        return Receipt.NOT_NOW, ""
    now = parts.clock.now()
    # Sent as a webhook and handed in, the same words may come twice; folding them
    # twice changes nothing.
    key = f"api:{message_id}" if message_id else content_key(TOPIC, body)
    delivery = handed_in(
        topic=TOPIC,
        dedupe_key=key,
        body=body,
        received_at=now,
        content_type="application/json",
    )

    def work(scope: Scope) -> tuple[str, bool]:
        connection = _connection(scope, parts, shop_id)
        return inbox.add(
            scope,
            delivery,
            connection_id=connection.id,
            shop_id=shop_id,
            now=now,
        )

    delivery_id, is_new = parts.store.of(merchant_id).write(work)
    if not is_new:
        return Receipt.DUPLICATE, delivery_id
    parts.bell.ring(Lane.ABSORB)
    return Receipt.NEW, delivery_id


def _connection(scope: Scope, parts: Parts, shop_id: str) -> StoredConnection:
    if shop_id not in merchants.shop_ids(scope):
        raise InterventionError("no such shop", code="HUB-ACT-404")
    for found in connections.of_shop(scope, shop_id, now=parts.clock.now()):
        if found.connector == CONNECTOR and not found.is_disabled:
            return found
    raise InterventionError("no connection takes events", code="HUB-API-412")
