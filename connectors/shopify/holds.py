"""Our hold on the goods, by its own id: other people's holds are never touched."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.contract.connector import Settings
from hub.contract.updates import CartUpdate, MayShip

from .api import Client
from .display import HANDLE, Display, FulfillmentOrder
from .gateways import is_ours
from .notes import sentences
from .queries import query

# Already there, or gone meanwhile: the reading back decides.
_HELD_ALREADY = ("DUPLICATE_FULFILLMENT_HOLD_HANDLE", "FULFILLMENT_ORDER_NOT_FOUND")
_GONE = ("FULFILLMENT_ORDER_NOT_FOUND",)
_LONGEST_NOTES = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldChanges:
    """What to place and to release, and which fulfilment orders are held after it."""

    place: Sequence[FulfillmentOrder] = ()
    release: Sequence[FulfillmentOrder] = ()
    held: frozenset[str] = frozenset()


def hold_changes(
    display: Display, update: CartUpdate, settings: Settings
) -> HoldChanges:
    """Return what differs between the holds that are there and those that should be.

    A hold that a person released is not placed again on the same fulfilment order: it
    is told and alarmed elsewhere, not fought (shopify.md 3.4). Without a verdict the
    holds stay as they are where the merchant wants none or the transaction ended.
    """
    parts = display.fulfillment_orders
    ours = [one for one in parts if one.ours]
    is_payable = is_ours(display.gateways, settings)
    if update.may_ship is MayShip.YES or _left_us(update, is_payable=is_payable):
        return HoldChanges(release=ours)
    held = display.book.held | {one.id for one in ours}
    is_wanted = (
        settings.text("hold") != "no"
        and update.state != "CANCELLED"
        and is_payable
        and not display.is_cancelled
    )
    if not is_wanted:
        return HoldChanges(held=held)
    place = [one for one in parts if one.is_holdable and one.id not in held]
    return HoldChanges(place=place, held=held | {one.id for one in place})


def _left_us(update: CartUpdate, *, is_payable: bool) -> bool:
    """Tell whether another payment method decides of the goods now."""
    return update.state == "CANCELLED" and not is_payable


def change_holds(client: Client, changes: HoldChanges, update: CartUpdate) -> None:
    """Place and release; raises as `Client.write` does."""
    for one in changes.release:
        wish = {"id": one.id, "holdIds": list(one.ours)}
        client.write(
            query("release"), wish, passes={"fulfillmentOrderReleaseHold": _GONE}
        )
    for one in changes.place:
        client.write(
            query("hold"),
            {"id": one.id, "hold": _hold(update)},
            passes={"fulfillmentOrderHold": _HELD_ALREADY},
        )


def _hold(update: CartUpdate) -> dict[str, object]:
    return {
        "reason": "AWAITING_PAYMENT",
        "reasonNotes": sentences(update)[:_LONGEST_NOTES],
        "handle": HANDLE,
        "externalId": update.provider_transaction_id or update.order_number,
        "notifyMerchant": False,
    }
