"""An update whose every text is a canary, to search logs and errors for."""

from datetime import UTC, date, datetime

from hub.contract.updates import (
    CartUpdate,
    Evidence,
    InvoiceStatus,
    MayShip,
    UpdateKind,
)

MOMENT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
CANARY = "見本花子カナリア"


def update(update_id: str = "upd_0001", *, reference: str = "") -> CartUpdate:
    """Return an update; CANARY stands in its free texts."""
    return CartUpdate(
        id=update_id,
        kind=UpdateKind.SCREENING_HOLD,
        sequence=3,
        order_number="A-1001",
        occurred_at=MOMENT,
        state="ON_HOLD",
        state_label="保留",
        may_ship=MayShip.CHECK,
        message_code="HUB-GEN-001",
        provider_transaction_id="X0000000001",
        reasons=(f"{CANARY}の住所を確認してください",),
        invoice=InvoiceStatus(
            expected_issue_on=date(2026, 11, 24), evidence=Evidence.COMPUTED
        ),
        tracking_number="444413758703",
        reference=reference,
    )
