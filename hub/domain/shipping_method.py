"""What a shipping method will mean for the money, said when the order comes (S8)."""

from hub.contract.order import Order
from hub.domain.carriers import CarrierVerdict
from hub.domain.findings import Finding
from hub.domain.parcel_rules import ParcelRules
from hub.domain.parcel_troubles import is_unpayable

_FIELD = "shipping_method"
UNSENT = "HUB-ELIG-504"
SHIPPING_CODES = frozenset({"HUB-ELIG-501", "HUB-ELIG-502", "HUB-ELIG-503", UNSENT})


def check_shipping_method(order: Order, rules: ParcelRules) -> tuple[Finding, ...]:
    """Return a finding that names what cannot be reported.

    It blocks an order that no parcel leaves: a service may still be changed, or mean
    another one.
    """
    method = order.shipping_method.strip()
    if rules.is_unsent(order.expected_parcels):
        return (Finding(code=UNSENT, field=_FIELD, detail=method),)
    if not method:
        return ()
    match = rules.match_method(method)
    if match.is_reportable:
        return ()
    code = "HUB-ELIG-501"
    if is_unpayable(match):
        is_excluded = match.verdict is CarrierVerdict.EXCLUDED
        code = "HUB-ELIG-503" if is_excluded else "HUB-ELIG-502"
    return (Finding(code=code, field=_FIELD, detail=method, is_blocking=False),)
