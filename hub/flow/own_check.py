"""Our own check of an order, before it is registered and before it is changed."""

from dataclasses import replace
from datetime import datetime

from hub.contract.order import Order
from hub.domain.corrections import RULE, Correction, merged
from hub.domain.eligibility import check_eligibility
from hub.domain.findings import Finding, Proposal, blocking
from hub.domain.known import Fact, State, move
from hub.domain.lint_rules import TWIN, Severity
from hub.domain.order_digest import digest_of
from hub.domain.screening_lint import screen
from hub.domain.shipping_method import SHIPPING_CODES, check_shipping_method
from hub.domain.wanted import Wanted
from hub.flow.cases import Case
from hub.flow.tools import Parts
from hub.store import orders
from hub.store.merchants import Shop
from hub.store.store import Scope

UNREGISTERED = frozenset({State.RECEIVED, State.INVALID, State.REFUSED})
_AMENDABLE = frozenset(
    {State.SCREENING, State.ON_HOLD, State.AUTHORIZED, State.SHIPMENT_REPORTED}
)
Findings = tuple[Finding, ...]


def findings_of(parts: Parts, shop: Shop, order: Order) -> Findings:
    """Return what our check says of an order as it would be told."""
    return (
        *check_eligibility(order, shop.rules),
        *check_shipping_method(order, shop.parcels),
        *parts.provider.lint(order),
        *screen(order, shop.lint),
    )


def proposals_of(parts: Parts, shop: Shop, order: Order) -> tuple[Proposal, ...]:
    """Return what the order's fields could say instead; personal, never stored."""
    return tuple(parts.provider.propose(order, findings_of(parts, shop, order)))


def checked(
    scope: Scope, parts: Parts, case: Case, *, now: datetime, business_now: datetime
) -> tuple[Case, Findings]:
    """Let our own check, or a cancellation before any registration, move what is known.

    What the shop lets apply by itself is corrected first. A change of a transaction
    that exists is held back where it could not be told; the transaction stays as it is.
    """
    known = case.known
    if known.state in _AMENDABLE:
        return _checked_amendment(scope, parts, case, now=now)
    if known.state not in UNREGISTERED:
        return case, case.transaction.findings
    if case.wanted.is_cancelled:
        closed = move(known, Fact.CLOSED_UNREGISTERED, now=business_now)
        return case.knowing(closed), case.transaction.findings
    if case.wanted.order is None:
        return case, ()
    if case.wanted.is_erased:
        return case, case.transaction.findings
    # Nothing is told yet, so what a rule corrected is worked out anew.
    case, findings = _by_rule(
        scope, parts, case, kept=_by_persons(case.wanted), now=now
    )
    if blocking(findings):
        known = move(known, Fact.CHECK_FAILED, now=business_now)
    elif known.state is State.INVALID:
        known = move(known, Fact.CHECK_PASSED, now=business_now)
    return case.knowing(known), findings


def _checked_amendment(
    scope: Scope, parts: Parts, case: Case, *, now: datetime
) -> tuple[Case, Findings]:
    known, told = case.known, case.wanted.told
    if told is None or case.wanted.is_cancelled:
        return case, case.transaction.findings
    if digest_of(told) == known.registered and not known.invalid:
        return case, _with_shipping(case, told)
    # What the provider holds already may rest on what a rule corrected: that stays.
    case, findings = _by_rule(scope, parts, case, kept=case.wanted.corrections, now=now)
    digest = case.wanted.digest
    is_held = digest != known.registered and bool(blocking(findings))
    return case.knowing(replace(known, invalid=digest if is_held else "")), findings


def _with_shipping(case: Case, told: Order) -> Findings:
    """Return the findings, those about the shipping method by the rules of today."""
    findings = case.transaction.findings
    kept = (one for one in findings if one.code not in SHIPPING_CODES)
    return (*kept, *check_shipping_method(told, case.shop.parcels))


def _by_persons(wanted: Wanted) -> tuple[Correction, ...]:
    return tuple(one for one in wanted.corrections if one.source != RULE)


def _by_rule(
    scope: Scope,
    parts: Parts,
    case: Case,
    *,
    kept: tuple[Correction, ...],
    now: datetime,
) -> tuple[Case, Findings]:
    """Apply what the shop lets apply by itself; returns what our check says then."""
    wanted = replace(case.wanted, corrections=kept)
    findings = _findings(parts, case, wanted)
    corrections = _allowed(parts, case.shop, wanted, findings)
    if corrections:
        wanted = replace(wanted, corrections=merged(kept, corrections))
        findings = _findings(parts, case, wanted)
    if wanted.corrections != case.wanted.corrections:
        orders.save_wanted(scope, case.order, wanted, now=now)
        case = replace(case, wanted=wanted)
    return case, findings


def _findings(parts: Parts, case: Case, wanted: Wanted) -> Findings:
    told = wanted.told
    if told is None:
        return ()
    return (*findings_of(parts, case.shop, told), *_twins(case))


def _twins(case: Case) -> Findings:
    """Return the finding of a twin, which is looked for once, when the order comes."""
    if not case.twin:
        return tuple(one for one in case.transaction.findings if one.code == TWIN)
    is_blocking = case.shop.lint.severity(TWIN) is Severity.BLOCK
    return (
        Finding(code=TWIN, field="number", detail=case.twin, is_blocking=is_blocking),
    )


def _allowed(
    parts: Parts, shop: Shop, wanted: Wanted, findings: Findings
) -> tuple[Correction, ...]:
    applied, told = shop.lint.applied, wanted.told
    if not applied or not findings or told is None:
        return ()
    by_persons = {one.field for one in _by_persons(wanted)}
    return tuple(
        Correction(
            field=proposal.field,
            original=proposal.original,
            corrected=proposal.corrected,
            source=RULE,
        )
        for proposal in parts.provider.propose(told, findings)
        if applied.issuperset(proposal.codes) and proposal.field not in by_persons
    )
