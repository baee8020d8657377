"""The lease of a delivery whose cart is asked: kept, given back, or lost (I-17)."""

from datetime import datetime

from sqlalchemy import update

from hub.store.inbox import LEASE, ClaimedDelivery
from hub.store.statements import change
from hub.store.store import Scope
from hub.store.tables import inbox


def renew(scope: Scope, claimed: ClaimedDelivery, *, now: datetime) -> bool:
    """Keep a delivery for as long again; False if the lease is lost."""
    where = {"id": claimed.id, "lease_token": claimed.lease_token}
    return change(scope, inbox, where, {"lease_until": now + LEASE}) == 1


def give_back(scope: Scope, claimed: ClaimedDelivery) -> None:
    """Let another process have a delivery at once; it was not tried."""
    scope.connection.execute(
        update(inbox)
        .where(
            inbox.c.merchant_id == scope.merchant_id,
            inbox.c.id == claimed.id,
            inbox.c.lease_token == claimed.lease_token,
        )
        .values(lease_until=None, lease_token=None, tries=inbox.c.tries - 1)
    )


def forgive(scope: Scope, claimed: ClaimedDelivery) -> None:
    """Count a try out that took too long: who lives to say so is no poison (R9)."""
    scope.connection.execute(
        update(inbox)
        .where(
            inbox.c.merchant_id == scope.merchant_id,
            inbox.c.id == claimed.id,
            inbox.c.state == "new",
            # Given back, it was counted out already.
            inbox.c.lease_token.is_not(None),
            inbox.c.lease_token != claimed.lease_token,
            inbox.c.tries > 0,
        )
        .values(tries=inbox.c.tries - 1)
    )
