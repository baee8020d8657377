"""What a named person decides about parcels: a service, a number, and that all left."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from hub.contract.order import Parcel
from hub.domain.carriers import match_service
from hub.domain.known import State
from hub.domain.parcel_choices import ParcelChoice
from hub.domain.parcel_rules import ParcelRules, WordRule
from hub.domain.parcels import parcel_words, slips_of
from hub.domain.wanted import Wanted
from hub.flow.cases import Case, load, parcel_rules_of
from hub.flow.deeds import Deed, InterventionError, carry_out, case_of_order, note
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.queue import Lane
from hub.store import merchants, open_orders, orders
from hub.store.store import Scope

CHANGED = "HUB-CONSOLE-PARCEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One parcel of an order, and who decides about it."""

    order_id: str
    parcel: str
    user_id: str


def choose_service(
    parts: Parts, merchant_id: str, subject: Subject, *, service: str, words: str
) -> None:
    """Say by which service one parcel went; it holds while the cart says the same.

    `words` are what the person saw. Raises InterventionError where they changed, or
    where the service cannot be reported.
    """

    def decided(case: Case, now: datetime) -> Wanted:
        parcel = _parcel(case, subject.parcel)
        _need_same(parcel_words(parcel), words)
        _need_reportable(case.shop.parcels, service)
        choice = ParcelChoice(
            parcel_number=parcel.number,
            user_id=subject.user_id,
            at=now,
            words=words,
            service=service,
        )
        kept = tuple(
            one
            for one in case.wanted.choices
            if not (one.parcel_number == parcel.number and one.service)
        )
        return replace(case.wanted, choices=(*kept, choice))

    _decide(parts, merchant_id, subject, "choose_service", decided)


def choose_for_all(
    parts: Parts, merchant_id: str, subject: Subject, *, service: str, words: str
) -> None:
    """Say what these words mean from now on: a rule of the shop, with who and when."""

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.business_now()
        case = case_of_order(scope, subject.order_id)
        parcel = _parcel(case, subject.parcel)
        _need_same(parcel_words(parcel), words)
        _need_reportable(case.shop.parcels, service)
        shop = merchants.lock_shop(scope, case.shop.id)
        if shop is None:
            raise InterventionError("no such shop", code="HUB-ACT-404")
        rule = WordRule(
            words=f"{parcel.carrier} {parcel.service}".strip(),
            service=service,
            user_id=subject.user_id,
            at=now,
        )
        rules = replace(shop.parcels, words=(*shop.parcels.words, rule))
        merchants.save_rules(scope, replace(shop, parcels=rules))
        note(scope, parts, case, "parcel_decided", user_id=subject.user_id)
        return _judged_again(scope, parts, shop.id)

    detail = {"parcel": subject.parcel, "service": service, "for": "all"}
    deed = Deed(
        user_id=subject.user_id,
        action="choose_service",
        subject=subject.order_id,
        detail=detail,
    )
    carry_out(parts, merchant_id, deed, work)


def accept_number(
    parts: Parts, merchant_id: str, subject: Subject, *, number: str
) -> None:
    """Say that a doubtful number is right; it holds for this very number."""

    def decided(case: Case, now: datetime) -> Wanted:
        parcel = _parcel(case, subject.parcel)
        rules = parcel_rules_of(case.shop, case.wanted)
        doubtful = {
            slip.judged.number
            for slip in slips_of(case.wanted, rules)
            if slip.parcel.number == parcel.number and slip.doubts
        }
        if number not in doubtful:
            raise InterventionError("it is another number", code=CHANGED)
        choice = ParcelChoice(
            parcel_number=parcel.number,
            user_id=subject.user_id,
            at=now,
            number=number,
        )
        return replace(case.wanted, choices=(*case.wanted.choices, choice))

    _decide(parts, merchant_id, subject, "accept_number", decided)


def say_all_shipped(parts: Parts, merchant_id: str, subject: Subject) -> None:
    """Say that nothing of an order is left to ship."""

    def decided(case: Case, _now: datetime) -> Wanted:
        if not case.wanted.shipped_parcels or case.wanted.all_shipped_by:
            raise InterventionError("there is nothing to say", code=CHANGED)
        return replace(case.wanted, all_shipped_by=subject.user_id)

    _decide(parts, merchant_id, subject, "all_shipped", decided)


def _decide(
    parts: Parts,
    merchant_id: str,
    subject: Subject,
    action: str,
    decided: Callable[[Case, datetime], Wanted],
) -> None:
    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = case_of_order(scope, subject.order_id)
        wanted = decided(case, parts.clock.business_now())
        orders.save_wanted(scope, case.order, wanted, now=now)
        note(scope, parts, case, "parcel_decided", user_id=subject.user_id)
        return settle(scope, parts, replace(case, wanted=wanted), now=now)

    deed = Deed(
        user_id=subject.user_id,
        action=action,
        subject=subject.order_id,
        detail={"parcel": subject.parcel},
    )
    carry_out(parts, merchant_id, deed, work)


def _judged_again(scope: Scope, parts: Parts, shop_id: str) -> set[Lane]:
    lanes: set[Lane] = set()
    states = frozenset({State.AUTHORIZED, State.SHIPMENT_REPORTED})
    for transaction_id in open_orders.ids_of(scope, shop_id, states):
        case = load(scope, transaction_id)
        lanes |= settle(scope, parts, case, now=parts.clock.now())
    return lanes


def _parcel(case: Case, number: str) -> Parcel:
    for parcel in case.wanted.shipped_parcels:
        if parcel.number == number:
            return parcel
    raise InterventionError("no such parcel", code=CHANGED)


def _need_same(present: str, seen: str) -> None:
    if not seen or present != seen:
        raise InterventionError("the cart says otherwise now", code=CHANGED)


def _need_reportable(rules: ParcelRules, service: str) -> None:
    try:
        match = rules.designated(match_service(service), on=None)
    except KeyError as error:
        raise InterventionError("no such service", code=CHANGED) from error
    if not match.is_reportable:
        raise InterventionError("it cannot be reported", code=CHANGED)
