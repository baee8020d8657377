"""What comes for every shop of an app: proven, and kept for the shop that it names."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from hub import log
from hub.contract.connector import Connector, Located
from hub.contract.errors import PayloadError, SignatureError
from hub.contract.inbound import InboundRequest
from hub.flow import previous_secrets
from hub.flow.app_settings import app_settings
from hub.flow.receive import Receipt
from hub.flow.steps import Step
from hub.flow.tools import Parts
from hub.registry import UnknownConnectorError
from hub.store import connections, inbox, installations
from hub.store.connections import StoredConnection

_logger = log.get("app_hooks")


@dataclass(frozen=True, slots=True)
class AppReceipt:
    """How a message was taken, and by which connector, None for an unknown one."""

    receipt: Receipt
    connector: Connector | None = None


def receive_for_app(parts: Parts, slug: str, request: InboundRequest) -> AppReceipt:
    """Prove a message of an app and commit it for the connection of its shop.

    Only a shop that installed the app here has one: what a merchant typed as its shop
    proves nothing, and another's messages speak of buyers.
    """
    try:
        connector = parts.registry.connector(slug)
    except UnknownConnectorError:
        return AppReceipt(Receipt.UNPROVEN)
    if connector.locate is None:
        return AppReceipt(Receipt.UNPROVEN)
    try:
        located = connector.locate(request, app_settings(parts, slug))
    except (SignatureError, PayloadError) as error:
        _logger.info("app_unproven", connector=slug, code=error.code)
        return AppReceipt(Receipt.UNPROVEN, connector)
    now = parts.clock.now()
    previous_secrets.note(slug, located.delivery, now=now)
    try:
        receipt = _kept(parts, slug, located, now=now)
    except (SQLAlchemyError, OSError) as error:
        # Without the trace, whose values could hold what was received.
        _logger.warning("app_receive_failed", error_type=type(error).__name__)
        receipt = Receipt.NOT_NOW
    return AppReceipt(receipt, connector)


def _kept(parts: Parts, slug: str, located: Located, *, now: datetime) -> Receipt:
    connection = installed_connection(parts, slug, located.shop_key, now=now)
    if connection is None:
        _logger.info("app_message_of_nobody", connector=slug)
        return Receipt.NOBODYS
    _id, is_new = parts.store.of(connection.merchant_id).write(
        lambda scope: inbox.add(
            scope,
            located.delivery,
            connection_id=connection.id,
            shop_id=connection.shop_id,
            now=now,
        )
    )
    parts.step(Step.DELIVERY_COMMITTED)
    return Receipt.NEW if is_new else Receipt.DUPLICATE


def installed_connection(
    parts: Parts, slug: str, shop_key: str, *, now: datetime
) -> StoredConnection | None:
    """Return the connection of a shop that installed the app, None where nobody has."""
    found = parts.store.across.read(
        lambda across: installations.look_up(across, slug, shop_key)
    )
    if found is None or not found.is_claimed:
        return None
    return parts.store.of(found.merchant_id).read(
        lambda scope: connections.get(scope, found.connection_id, now=now)
    )
