"""Orders, parcels and moments that the tests of the heart share."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hub.contract.events import OrderPlaced, OrderShipped, version_of
from hub.contract.money import Yen
from hub.contract.order import Address, Contact, LineItem, LineKind, Order, Parcel
from hub.domain.known import Known, ReportedParcel, State
from hub.domain.wanted import VersionedParcel, Wanted

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
ADDRESS = Address(
    postal_code="150-0001", prefecture="東京都", city="渋谷区神宮前", street="1-2-3"
)
BUYER = Contact(name="見本 花子", phone="03-0000-0000", address=ADDRESS)
ORDER = Order(
    number="A-1001",
    ordered_at=NOW,
    buyer=BUYER,
    lines=(
        LineItem(
            kind=LineKind.GOODS, name="ほうじ茶", unit_price=Yen(1650), quantity=2
        ),
        LineItem(kind=LineKind.SHIPPING, name="送料", unit_price=Yen(550)),
    ),
    total=Yen(3850),
)
CHEAPER = replace(ORDER, lines=ORDER.lines[:1], total=Yen(3300))
PARCEL = Parcel(
    number="S-1", carrier="ヤマト運輸", tracking_number="4444-1375-8703", shipped_at=NOW
)
MAILED = replace(PARCEL, carrier="日本郵便", service="クリックポスト")
REPORTED = ReportedParcel(
    parcel_number="S-1",
    carrier_code="12",
    tracking_number="444413758703",
    expected_issue_on=date(2026, 11, 24),
)
LATE = NOW + timedelta(days=88)


def wanted(*parcels, order=ORDER, is_cancelled=False):
    """Return what a cart wants, with parcels of version 1."""
    return Wanted(
        order=order,
        version=version_of(1) if order else "",
        is_cancelled=is_cancelled,
        parcels=tuple(
            VersionedParcel(parcel=parcel, version=version_of(1)) for parcel in parcels
        ),
    )


DIGEST = wanted().digest
_UNREGISTERED = (State.RECEIVED, State.INVALID, State.REFUSED, State.CANCELLED)


def known(state, **changes):
    """Return what is known in a state of an order registered as ORDER."""
    is_live = state not in _UNREGISTERED
    base = Known(
        state=state,
        is_live=is_live,
        provider_transaction_id="X0000000001" if is_live else "",
        registered=DIGEST if is_live else "",
        reported=REPORTED if state is State.SHIPMENT_REPORTED else None,
        authorized_at=NOW if state is State.AUTHORIZED else None,
    )
    return replace(base, **changes)


def placed(order=ORDER, version=1):
    """Return the fact that an order was placed."""
    return OrderPlaced(order=order, version=version_of(version), occurred_at=NOW)


def shipped(parcel=PARCEL, version=1):
    """Return the fact that a parcel left."""
    return OrderShipped(
        order_number="A-1001",
        parcel=parcel,
        version=version_of(version),
        occurred_at=NOW,
    )
