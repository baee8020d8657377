"""What follows a declined screening by the shop's policy: nothing, or cancelling.

Cancelling is irreversible and comes back as a job. It is asked for once: from then on
the order's own book says so.
"""

from dataclasses import replace
from datetime import timedelta

from hub.contract.connector import Connection, Settings
from hub.contract.errors import CartRefusedError, CartUnavailableError
from hub.contract.updates import CartUpdate
from hub.text.catalogue import message

from .api import Client, UserErrorsError
from .display import Display, read_display
from .gateways import is_ours
from .metafields import BOOK, set_wish
from .queries import query

_LONGEST_NOTE = 255
_AGAIN_SECONDS = 30
_PATIENCE = timedelta(hours=1)
# Nothing was paid and nothing has left: there is no money to give back.
_UNPAID = frozenset({"PENDING"})
_UNSENT = frozenset({"UNFULFILLED", "ON_HOLD", "OPEN", "SCHEDULED"})


def cancel_declined(
    client: Client, display: Display, update: CartUpdate, connection: Connection
) -> None:
    """Cancel the order of a declined transaction where the shop wants that.

    Raises CartUnavailableError until the order shows it, CartRefusedError where it
    never does.
    """
    if not _is_to_be_cancelled(display, update, connection.settings):
        return
    if display.book.cancel:
        _wait_for_it(update, connection)
    job = _asked(client, display)
    if read_display(client, display.id).is_cancelled:
        return
    book = replace(display.book, cancel=job)
    wish = {"metafields": set_wish(display.id, {BOOK: book.written()})}
    client.write(query("set_metafields"), wish)
    raise CartUnavailableError(
        "the order is not cancelled yet", retry_after_seconds=_AGAIN_SECONDS
    )


def _is_to_be_cancelled(
    display: Display, update: CartUpdate, settings: Settings
) -> bool:
    return (
        settings.text("ng_action") == "cancel"
        and update.state == "DECLINED"
        and not display.is_cancelled
        and display.financial_status in _UNPAID
        and display.fulfillment_status in _UNSENT
        and is_ours(display.gateways, settings)
    )


def _wait_for_it(update: CartUpdate, connection: Connection) -> None:
    if connection.now() - update.occurred_at > _PATIENCE:
        raise CartRefusedError(
            "the cancelling that was asked for does not show", code="HUB-CART-424"
        )
    raise CartUnavailableError(
        "the order is not cancelled yet", retry_after_seconds=_AGAIN_SECONDS
    )


def _asked(client: Client, display: Display) -> str:
    """Ask for the cancelling and return the name of its job."""
    note = message("HUB-STATE-DECLINED").what.ja[:_LONGEST_NOTE]
    try:
        data = client.write(query("cancel"), {"id": display.id, "note": note})
    except UserErrorsError:
        # An answer of ours may have been lost, and this be the second time.
        if read_display(client, display.id).is_cancelled:
            return "done"
        raise
    match data["orderCancel"]:
        case {"job": {"id": str(job)}}:
            return job
        case _:
            return "asked"
