"""What a connector's functions see of the connection that they serve."""

from dataclasses import dataclass, field
from datetime import datetime

from hub.clock import Clock
from hub.contract.connector import Settings
from hub.contract.credentials import Credentials, Renewal
from hub.contract.errors import CartUnauthorizedError
from hub.contract.http import HttpSession
from hub.flow.tools import Parts
from hub.store.connections import StoredConnection


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """The connection as `hub.contract.connector.Connection` shows it."""

    settings: Settings
    http: HttpSession
    clock: Clock = field(repr=False)

    def now(self) -> datetime:
        """Return the real moment."""
        return self.clock.now()

    def credentials(self) -> Credentials:
        """Return what the cart gave; raises CartUnauthorizedError without it."""
        raise CartUnauthorizedError("the app is not installed")

    def renew(self, using: Renewal) -> Credentials:
        """Renew under a lease; raises CartUnauthorizedError without an installation."""
        return using(self.credentials())


def view_of(parts: Parts, connection: StoredConnection) -> ConnectionView:
    """Return the view of a stored connection."""
    return ConnectionView(connection.settings, parts.callbacks, parts.clock)
