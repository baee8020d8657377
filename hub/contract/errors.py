"""The errors that cross the window between the hub and a connector.

    HubError
    ├── SignatureError         the sender is not proven            → 401
    ├── PayloadError           proven, but not readable            → kept, 要対応
    ├── ForeignShopError       body and connection disagree        → kept, 要対応
    ├── CartUnavailableError   the cart did not take it now        → retry
    │   └── CartBusyError      it asks to wait a moment            → no try is counted
    └── CartRefusedError       the cart will not take it           → a person
        ├── AskEndedError      the cart waits no longer            → nothing is owed
        ├── CartGoneError      the cart asks to stop (410)         → disabled
        └── CartUnauthorizedError  our access ended                → install again

`code` is an entry of hub/text/catalogue.toml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.contract.events import CartEvent


class HubError(Exception):
    """The root; each carries the code of its entry in the catalogue."""

    code = "HUB-GEN-001"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        """Say what happened without personal data; the text may reach a log."""
        super().__init__(message)
        if code:
            self.code = code


class SignatureError(HubError):
    """The sender could not be proven; which check failed is never told outside."""

    code = "HUB-HOOK-401"


class PayloadError(HubError):
    """A proven body cannot be read; `fields` names what is wrong where.

    Where one body carries several messages, `readable` holds the events of those that
    could be read: they are absorbed although the delivery needs attention.
    """

    code = "HUB-HOOK-422"

    def __init__(
        self,
        message: str,
        *,
        fields: dict[str, str] | None = None,
        readable: Sequence[CartEvent] = (),
        code: str | None = None,
    ) -> None:
        """Keep the fields, by dotted path, and what was readable beside them."""
        super().__init__(message, code=code)
        self.fields = fields or {}
        self.readable = readable


class ForeignShopError(HubError):
    """The body speaks of another shop than the connection that proved it."""

    code = "HUB-HOOK-403"


class CartUnavailableError(HubError):
    """The cart did not take the update now; it may later."""

    code = "HUB-CART-503"

    def __init__(self, message: str, *, retry_after_seconds: int | None = None) -> None:
        """Keep the wait that the cart asked for, where it asked."""
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class CartBusyError(CartUnavailableError):
    """The cart did nothing and asks to wait: too much was asked of it at once."""


class CartRefusedError(HubError):
    """The cart will not take the update; a person must look."""

    code = "HUB-CART-400"


class AskEndedError(CartRefusedError):
    """The payment that the cart asked for is unknown there now, or ended otherwise.

    The buyer has no order. No other refusal says so: a shop that is locked may still
    wait for its answer.
    """

    code = "HUB-CART-425"


class CartGoneError(CartRefusedError):
    """The cart answers that nobody listens there any more."""

    code = "HUB-CART-410"


class CartUnauthorizedError(CartRefusedError):
    """The cart no longer lets us in; the merchant must install the app again."""

    code = "HUB-CART-401"
