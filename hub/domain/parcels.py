"""Parcels of an order: which one is reported, when, and as what (api 5, S8).

The provider takes one report for a transaction, and an order may leave in many parcels.
A field with several numbers is several parcels.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.clock import tokyo_date
from hub.contract.order import Parcel
from hub.domain.carriers import CarrierMatch, match_service, words_key
from hub.domain.known import Known
from hub.domain.parcel_choices import ParcelChoice
from hub.domain.parcel_rules import ParcelRules, ReportWhen
from hub.domain.tracking_numbers import (
    SOFT,
    Judged,
    NumberFault,
    judge_number,
    split_numbers,
)
from hub.domain.wanted import VersionedParcel, Wanted


class Completeness(StrEnum):
    """Whether all parcels of an order have left, as far as anybody said."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One tracking number of a parcel, judged: what could be reported of it.

    `stopping` are the faults that keep it from being reported, `doubts` the soft ones
    that nobody accepted yet.
    """

    parcel: Parcel
    name: str
    match: CarrierMatch
    judged: Judged
    stopping: tuple[NumberFault, ...] = ()
    doubts: tuple[NumberFault, ...] = ()
    reused_in: str = ""
    chosen: ParcelChoice | None = None

    @property
    def is_ready(self) -> bool:
        """Tell whether it may be reported."""
        return self.match.is_reportable and self.judged.is_usable and not self.stopping


def slips_of(wanted: Wanted, rules: ParcelRules) -> tuple[Slip, ...]:
    """Return a slip for each number of each parcel that left, first shipped first."""
    by_number = {one.parcel.number: one for one in wanted.parcels}
    return tuple(
        slip
        for parcel in wanted.shipped_parcels
        for slip in slips_of_parcel(by_number[parcel.number], wanted, rules)
    )


def slips_of_parcel(
    versioned: VersionedParcel, wanted: Wanted, rules: ParcelRules
) -> list[Slip]:
    """Return a slip for each number of one parcel; at least one, be it without any."""
    parcel = versioned.parcel
    choices = [one for one in wanted.choices if one.parcel_number == parcel.number]
    match, chosen = _match(parcel, choices, rules)
    accepted = {one.number for one in choices if one.number}
    reused = {one.number: one.order_number for one in versioned.reused}
    slips = []
    for index, judged in enumerate(_numbers(parcel, match)):
        faults = judged.faults
        if judged.number in reused:
            faults = (*faults, NumberFault.REUSED)
        open_ = () if judged.number in accepted else faults
        slips.append(
            Slip(
                parcel=parcel,
                name=f"{parcel.number}#{index + 1}" if index else parcel.number,
                match=match,
                judged=judged,
                stopping=tuple(fault for fault in open_ if fault in rules.stops & SOFT),
                doubts=tuple(fault for fault in open_ if fault in SOFT),
                reused_in=reused.get(judged.number, ""),
                chosen=chosen,
            )
        )
    return slips


def _numbers(parcel: Parcel, match: CarrierMatch) -> list[Judged]:
    """Return the numbers of a parcel; a placeholder beside a number stands for none."""
    judged = [
        judge_number(written, match.service)
        for written in split_numbers(parcel.tracking_number)
    ]
    real = [one for one in judged if NumberFault.PLACEHOLDER not in one.faults]
    return real or judged[:1]


def _match(
    parcel: Parcel, choices: list[ParcelChoice], rules: ParcelRules
) -> tuple[CarrierMatch, ParcelChoice | None]:
    on = tokyo_date(parcel.shipped_at)
    words = parcel_words(parcel)
    for choice in choices:
        if choice.service and choice.words == words:
            return rules.designated(match_service(choice.service), on=on), choice
    return rules.match(parcel.carrier, parcel.service, on=on), None


def parcel_words(parcel: Parcel) -> str:
    """Return the words of a parcel that a choice of its service stands for."""
    return words_key(parcel.carrier, parcel.service)


def completeness(wanted: Wanted, rules: ParcelRules) -> Completeness:
    """Tell whether all parcels have left: a person, the cart, or the shop's rule."""
    shipped = wanted.shipped_parcels
    if wanted.all_shipped_by or any(parcel.is_final for parcel in shipped):
        return Completeness.COMPLETE
    expected = wanted.order.expected_parcels if wanted.order else None
    # None of a cart that needs no parcel says nothing of those that left.
    if expected:
        is_all = len(slips_of(wanted, rules)) >= expected
        return Completeness.COMPLETE if is_all else Completeness.INCOMPLETE
    return Completeness.COMPLETE if rules.unsaid_is_all else Completeness.UNSAID


def to_report(wanted: Wanted, rules: ParcelRules) -> Slip | None:
    """Return what is reported of an order without a report, None for nothing yet."""
    slips = slips_of(wanted, rules)
    ready = [slip for slip in slips if slip.is_ready]
    if not ready:
        return None
    if rules.report_when is ReportWhen.FIRST:
        return ready[0]
    is_complete = completeness(wanted, rules) is Completeness.COMPLETE
    if not is_complete or len(ready) < len(slips):
        return None
    return ready[-1] if rules.report_when is ReportWhen.LAST else ready[0]


def held_slip(wanted: Wanted, known: Known, rules: ParcelRules) -> Slip | None:
    """Return the slip that stands reported, as it is now; None where it is gone.

    The number tells it before the name does: a cart may make a shipment anew.
    """
    held = known.reported
    if held is None:
        return None
    told = (held.carrier_code, held.tracking_number)
    slips = slips_of(wanted, rules)
    same = (slip for slip in slips if (slip.match.code, slip.judged.number) == told)
    named = (slip for slip in slips if slip.name == held.parcel_number)
    return next(same, None) or next(named, None)


def to_report_instead(wanted: Wanted, known: Known, rules: ParcelRules) -> Slip | None:
    """Return what a report that stands is replaced by, None where it stays.

    The parcel that was reported stays the one: later parcels are recorded only. Once it
    was taken back, the next one that left takes its place.
    """
    held = known.reported
    if held is None:
        return None
    slip = held_slip(wanted, known, rules)
    if slip is None:
        slips = slips_of(wanted, rules)
        slip = next((one for one in slips if one.is_ready), None)
    if slip is None or not slip.is_ready:
        return None
    told = (held.carrier_code, held.tracking_number)
    is_told = held.is_certain and (slip.match.code, slip.judged.number) == told
    return None if is_told else slip
