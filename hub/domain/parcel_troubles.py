"""What a person must do about parcels: unreported goods are money at risk (S17)."""

from dataclasses import dataclass

from hub.domain.carrier_services import SERVICES, Standing
from hub.domain.carriers import CarrierMatch, CarrierVerdict
from hub.domain.known import Known, State
from hub.domain.parcel_rules import ParcelRules, ReportWhen
from hub.domain.parcels import (
    Completeness,
    Slip,
    completeness,
    held_slip,
    slips_of,
    to_report,
    to_report_instead,
)
from hub.domain.tracking_numbers import NumberFault
from hub.domain.wanted import Wanted

# Goods are out and nothing of them is reported.
UNREPORTED = frozenset(
    {
        *("HUB-SHIP-002", "HUB-SHIP-004", "HUB-SHIP-005"),
        *("HUB-SHIP-006", "HUB-SHIP-007"),
    }
)
# An order is about to leave by a service that is not paid out.
UNPAYABLE_METHOD = "HUB-SHIP-011"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelTrouble:
    """A code of the catalogue; an alarm where goods are out and nothing holds them."""

    code: str
    is_alarm: bool = False


def parcel_trouble(
    wanted: Wanted, known: Known, rules: ParcelRules
) -> ParcelTrouble | None:
    """Return what is wrong with the parcels of an authorized or reported order."""
    if wanted.is_cancelled:
        return None
    if known.state is State.AUTHORIZED:
        if lacks_payable_method(wanted, known, rules):
            return ParcelTrouble(code=UNPAYABLE_METHOD)
        return _unreported(wanted, rules)
    if known.state is State.SHIPMENT_REPORTED and wanted.shipped_parcels:
        return _reported(wanted, known, rules)
    return None


def slip_trouble(slip: Slip) -> str:
    """Return the code of what keeps a slip from being reported, "" for nothing."""
    if slip.is_ready:
        return ""
    if not slip.match.is_reportable:
        return _carrier_trouble(slip)
    if NumberFault.MISSING in slip.judged.faults:
        return "HUB-SHIP-004"
    return "HUB-SHIP-007" if slip.judged.is_usable else "HUB-SHIP-002"


def is_unpayable(match: CarrierMatch) -> bool:
    """Tell whether a parcel of this service is not paid out as things stand (S8).

    Words that nobody knows are not counted: they may mean a service that is.
    """
    if match.is_reportable:
        return False
    is_mail = bool(match.service) and SERVICES[match.service].standing is Standing.MAIL
    return match.verdict is CarrierVerdict.EXCLUDED or is_mail


def _carrier_trouble(slip: Slip) -> str:
    if not (slip.parcel.carrier.strip() or slip.parcel.service.strip()):
        return "HUB-SHIP-004"
    return "HUB-SHIP-006" if is_unpayable(slip.match) else "HUB-SHIP-005"


def lacks_payable_method(wanted: Wanted, known: Known, rules: ParcelRules) -> bool:
    """Tell whether an order is about to leave in a way that is not paid out."""
    order = wanted.order
    if known.state is not State.AUTHORIZED or wanted.shipped_parcels or order is None:
        return False
    if rules.is_unsent(order.expected_parcels):
        return True
    method = order.shipping_method.strip()
    return bool(method) and is_unpayable(rules.match_method(method))


def _unreported(wanted: Wanted, rules: ParcelRules) -> ParcelTrouble | None:
    if not wanted.shipped_parcels or to_report(wanted, rules):
        return None
    found = next(filter(None, map(slip_trouble, slips_of(wanted, rules))), "")
    if found:
        return ParcelTrouble(code=found, is_alarm=True)
    # Every parcel could be reported: the shop waits for the others, as it wants to.
    is_unsaid = completeness(wanted, rules) is Completeness.UNSAID
    return ParcelTrouble(code="HUB-SHIP-008") if is_unsaid else None


def _reported(wanted: Wanted, known: Known, rules: ParcelRules) -> ParcelTrouble | None:
    if to_report_instead(wanted, known, rules):
        return None
    slip = held_slip(wanted, known, rules)
    if slip is None or not slip.is_ready:
        # What stands reported is no parcel of the cart any more.
        return ParcelTrouble(code="HUB-SHIP-009", is_alarm=True)
    return ParcelTrouble(code="HUB-SHIP-010") if slip.doubts else None


def waits_for_parcels(wanted: Wanted, known: Known, rules: ParcelRules) -> bool:
    """Tell whether the report waits for parcels that have not left yet."""
    return (
        known.state is State.AUTHORIZED
        and rules.report_when is not ReportWhen.FIRST
        and bool(wanted.shipped_parcels)
        and to_report(wanted, rules) is None
        and not any(map(slip_trouble, slips_of(wanted, rules)))
    )
