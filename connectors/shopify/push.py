"""Makes an order look at Shopify as the update says: read, write what differs, read.

Everything is a state, so a push is safe to repeat, and our own writes, which come back
as orders/updated, find nothing to write (shopify.md 3.4).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hub.contract.connector import Connection, Settings
from hub.contract.errors import (
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
)
from hub.contract.updates import CartUpdate, MayShip, PushReceipt

from .api import Client, UserErrorsError
from .display import Book, Display, read_display
from .gateways import is_ours
from .holds import HoldChanges, change_holds, hold_changes
from .metafields import (
    MetafieldChanges,
    delete_wish,
    metafield_changes,
    set_wish,
)
from .ng import cancel_declined
from .notes import merged_note
from .queries import query
from .tags import tag_changes, tag_of

# What the payments app calls an order: the checkout asked before there was one, and
# hears the answer itself.
_PAYMENT = "gid://shopify/PaymentSession/"
_AGAIN_SECONDS = 10
_PAID_BY_POLICY = {
    "ok": frozenset({"AUTHORIZED", "SHIPMENT_REPORTED"}),
    "shipping": frozenset({"SHIPMENT_REPORTED"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an order lacks to look as an update says."""

    holds: HoldChanges
    metafields: MetafieldChanges
    new_tags: tuple[str, ...]
    old_tags: tuple[str, ...]
    note: str | None
    is_to_be_paid: bool

    @property
    def is_written(self) -> bool:
        """Tell whether the order's own fields differ."""
        fields = self.metafields
        lists = (fields.put, fields.delete, self.new_tags, self.old_tags)
        return any(lists) or self.note is not None

    @property
    def is_any(self) -> bool:
        """Tell whether anything differs."""
        moved = self.holds.place or self.holds.release
        return bool(moved) or self.is_written or self.is_to_be_paid


def push(update: CartUpdate, connection: Connection) -> PushReceipt:
    """Show an update at its order; one that was paid by the other app shows nothing.

    Raises CartUnavailableError where it is to be pushed again, CartRefusedError where
    a person must look.
    """
    receipt = PushReceipt(status=200, reference=update.reference)
    if update.reference.startswith(_PAYMENT):
        return receipt
    client = Client(connection)
    settings = connection.settings
    display = read_display(client, update.reference)
    if is_stale(display.book, update):
        return receipt
    changes = changes_of(display, update, settings)
    if changes.is_any:
        _apply(client, display, changes, update)
        display = read_display(client, update.reference)
        if changes_of(display, update, settings).is_any:
            raise CartUnavailableError(
                "the order does not show yet what was written",
                retry_after_seconds=_AGAIN_SECONDS,
            )
    cancel_declined(client, display, update, connection)
    return receipt


def is_stale(book: Book, update: CartUpdate) -> bool:
    """Tell whether the order was told something newer.

    By both counts: a hub that begins anew counts its sequence from one.
    """
    if book.occurred_at is None or update.sequence >= book.sequence:
        return False
    return update.occurred_at < book.occurred_at


def changes_of(display: Display, update: CartUpdate, settings: Settings) -> Changes:
    """Return what differs; pure, so that reading back asks the same question."""
    holds = hold_changes(display, update, settings)
    book = replace(
        display.book,
        sequence=update.sequence,
        occurred_at=update.occurred_at,
        update_id=update.id,
        held=holds.held,
    )
    new_tags, old_tags = tag_changes(display.tags, tag_of(update))
    note = None
    if settings.text("note_line") == "yes":
        merged = merged_note(display.note, update)
        note = merged if merged != display.note else None
    return Changes(
        holds=holds,
        metafields=metafield_changes(display, update, book),
        new_tags=tuple(new_tags),
        old_tags=tuple(old_tags),
        note=note,
        is_to_be_paid=_is_to_be_paid(display, update, settings),
    )


def _is_to_be_paid(display: Display, update: CartUpdate, settings: Settings) -> bool:
    """Tell whether Paid, which means guaranteed here, is due by the shop's policy."""
    policy = settings.text("mark_as_paid") or "shipping"
    return (
        update.state in _PAID_BY_POLICY.get(policy, ())
        and update.may_ship is MayShip.YES
        and display.can_mark_as_paid
        and not display.is_cancelled
        and is_ours(display.gateways, settings)
    )


def _apply(
    client: Client, display: Display, changes: Changes, update: CartUpdate
) -> None:
    """Write all of it; what is refused keeps nothing else from being written."""
    refusals = [_refusal(lambda: change_holds(client, changes.holds, update))]
    if changes.is_written:
        refusals.append(_refusal(lambda: _write(client, display, changes)))
    if changes.is_to_be_paid:
        refusals.append(_refusal(lambda: _mark_as_paid(client, display)))
    for refusal in refusals:
        if refusal is not None:
            raise refusal


def _refusal(step: Callable[[], None]) -> CartRefusedError | None:
    """Take a step and return why it was refused, None where it was not."""
    try:
        step()
    except CartUnauthorizedError:
        raise
    except CartRefusedError as error:
        return error
    return None


def _write(client: Client, display: Display, changes: Changes) -> None:
    """Write tags, metafields and note in one request."""
    fields = changes.metafields
    client.write(
        query("write_order"),
        {
            "id": display.id,
            "newTags": changes.new_tags,
            "isTagged": bool(changes.new_tags),
            "oldTags": changes.old_tags,
            "isUntagged": bool(changes.old_tags),
            "metafields": set_wish(display.id, fields.put),
            "isTold": bool(fields.put),
            "oldMetafields": delete_wish(display.id, fields.delete),
            "isUntold": bool(fields.delete),
            "order": {"id": display.id, "note": changes.note or ""},
            "isNoted": changes.note is not None,
        },
    )


def _mark_as_paid(client: Client, display: Display) -> None:
    try:
        client.write(query("mark_as_paid"), {"id": display.id})
    except UserErrorsError:
        # Somebody may have marked it meanwhile, which is as good.
        if read_display(client, display.id).can_mark_as_paid:
            raise
