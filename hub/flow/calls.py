"""The bytes of an operation, prepared with the credentials it was registered with."""

from datetime import date
from typing import Any

from hub.clock import tokyo_date
from hub.domain.invoice_days import issue_day
from hub.flow.cases import Case
from hub.flow.tools import Parts
from hub.provider.port import Credentials, Operation, PreparedCall
from hub.store import merchants
from hub.store.store import Scope


def credentials_of(scope: Scope, credential_set_id: str) -> Credentials:
    """Return the credential set that a transaction keeps for life."""
    found = merchants.get_credentials(scope, credential_set_id)
    return Credentials(
        shop_code=found.shop_code,
        link_id=found.link_id,
        link_password=found.link_password,
    )


def prepare(
    scope: Scope,
    parts: Parts,
    case: Case,
    operation: Operation,
    payload: dict[str, Any],
) -> PreparedCall:
    """Return the call of an operation; raises LookupError where no order is known."""
    provider = parts.provider
    credentials = credentials_of(scope, case.transaction.credential_set_id)
    transaction_id = case.known.provider_transaction_id
    match operation:
        case Operation.REGISTER | Operation.AMEND:
            return _telling_order(case, operation, parts, credentials)
        case Operation.CANCEL:
            return provider.cancel(
                provider_transaction_id=transaction_id, credentials=credentials
            )
        case Operation.REPORT_SHIPMENT | Operation.CHANGE_SHIPMENT_REPORT:
            return provider.report_shipment(
                provider_transaction_id=transaction_id,
                carrier_code=payload["carrier_code"],
                tracking_number=payload["tracking_number"],
                is_change=operation is Operation.CHANGE_SHIPMENT_REPORT,
                credentials=credentials,
                issue_on=_issue_on(case, operation, parts),
            )
        case Operation.CANCEL_SHIPMENT_REPORT:
            return provider.cancel_shipment_report(
                provider_transaction_id=transaction_id, credentials=credentials
            )
        case _:
            raise LookupError(f"{operation} is a read and has no attempt")


def _issue_on(case: Case, operation: Operation, parts: Parts) -> date | None:
    """Return the day of the invoice where the profile tells it (no. 17)."""
    if not parts.profile.sends_invoice_date:
        return None
    return issue_day(
        case.known,
        is_change=operation is Operation.CHANGE_SHIPMENT_REPORT,
        reported_on=tokyo_date(parts.clock.business_now()),
    )


def _telling_order(
    case: Case, operation: Operation, parts: Parts, credentials: Credentials
) -> PreparedCall:
    order = case.wanted.told
    if order is None:
        raise LookupError("no order to tell")
    number = case.transaction.provider_order_number
    if operation is Operation.REGISTER:
        return parts.provider.register(
            order, order_number=number, credentials=credentials
        )
    return parts.provider.amend(
        order,
        order_number=number,
        provider_transaction_id=case.known.provider_transaction_id,
        credentials=credentials,
    )
