"""What merchants' systems may do: the same decisions as people's in the console."""

from typing import Any

from hub.api.asked import CancelBody, ReasonBody
from hub.api.caller import Caller
from hub.api.documents import Document
from hub.api.door import Door
from hub.api.shop_schemas import AcceptedSchema
from hub.flow import intervene


def add_acts(door: Door) -> None:
    """Add the routes."""
    _add_orders(door)
    _add_transactions(door)

    @door.post("/deliveries/<delivery_id>/replay", answer=AcceptedSchema)
    def replay_delivery(caller: Caller, delivery_id: str) -> Document:
        """受信データを処理し直す / Process a stored delivery again."""
        intervene.replay_delivery(
            caller.parts, caller.merchant_id, delivery_id, user_id=caller.user_id
        )
        return _accepted("replay", delivery_id)

    @door.post("/operations/<operation_id>/send-again", answer=AcceptedSchema)
    def send_again(caller: Caller, operation_id: str) -> Document:
        """もう一度送信 / Try a waiting or given up operation now."""
        intervene.send_again(
            caller.parts, caller.merchant_id, operation_id, user_id=caller.user_id
        )
        return _accepted("send_again", operation_id)


def _add_orders(door: Door) -> None:
    @door.post("/orders/<order_id>/release", answer=AcceptedSchema)
    def release_order(caller: Caller, order_id: str) -> Document:
        """承認して登録する / Release an order to be registered."""
        intervene.release_order(
            caller.parts, caller.merchant_id, order_id, user_id=caller.user_id
        )
        return _accepted("release", order_id)

    @door.post("/orders/<order_id>/cancel", answer=AcceptedSchema, body=CancelBody)
    def cancel_order(caller: Caller, body: dict[str, Any], order_id: str) -> Document:
        """後払い取引のキャンセル / Cancel the order's deferred payment."""
        intervene.cancel_transaction(
            caller.parts,
            caller.merchant_id,
            order_id,
            reason=body["reason"],
            typed_number=body["order_number"],
            user_id=caller.user_id,
        )
        return _accepted("cancel", order_id)


def _add_transactions(door: Door) -> None:
    @door.post(
        "/transactions/<transaction_id>/close-attention",
        answer=AcceptedSchema,
        body=ReasonBody,
    )
    def close_attention(
        caller: Caller, body: dict[str, Any], transaction_id: str
    ) -> Document:
        """要対応を終える / Close what needed attention, with a reason."""
        intervene.close_attention(
            caller.parts,
            caller.merchant_id,
            transaction_id,
            reason=body["reason"],
            user_id=caller.user_id,
        )
        return _accepted("close_attention", transaction_id)

    @door.post("/transactions/<transaction_id>/retry", answer=AcceptedSchema)
    def retry_refused(caller: Caller, transaction_id: str) -> Document:
        """断られた送信をもう一度送信 / Try once more what the provider refused."""
        intervene.retry_refused(
            caller.parts, caller.merchant_id, transaction_id, user_id=caller.user_id
        )
        return _accepted("retry", transaction_id)


def _accepted(action: str, subject: str) -> Document:
    return {"accepted": True, "action": action, "id": subject}
