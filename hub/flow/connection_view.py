"""What a connector's functions see of the connection that they serve."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from hub.clock import Clock
from hub.config import merged
from hub.contract.connector import Settings
from hub.contract.credentials import Credentials, Renewal
from hub.contract.errors import CartUnauthorizedError
from hub.contract.http import HttpSession
from hub.flow.app_settings import app_settings
from hub.flow.credentials import Keeper
from hub.flow.tools import Parts
from hub.store.connections import StoredConnection


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """The connection as `hub.contract.connector.Connection` shows it."""

    settings: Settings
    http: HttpSession
    clock: Clock = field(repr=False)
    keeper: Keeper = field(repr=False)

    def now(self) -> datetime:
        """Return the real moment."""
        return self.clock.now()

    def credentials(self) -> Credentials:
        """Return what the cart gave; raises CartUnauthorizedError without it."""
        return self.keeper.current()

    def renew(self, using: Renewal) -> Credentials:
        """Renew under a lease; raises CartUnauthorizedError without an installation."""
        return self.keeper.renew(using)


def view_of(parts: Parts, connection: StoredConnection) -> ConnectionView:
    """Return the view of a stored connection, for one task of one thread."""
    store = parts.store.of(connection.merchant_id)
    return ConnectionView(
        settings=merged(app_settings(parts, connection.connector), connection.settings),
        http=parts.callbacks,
        clock=parts.clock,
        keeper=Keeper(store, parts.clock, connection.id),
    )


@contextmanager
def let_in(parts: Parts, connection: StoredConnection) -> Iterator[ConnectionView]:
    """Give the view of a connection; one that is turned away is to be installed again.

    A cart that lets in with no credentials, however new, raises CartUnauthorizedError.
    """
    view = view_of(parts, connection)
    try:
        yield view
    except CartUnauthorizedError:
        view.keeper.turned_away()
        raise
