"""A named person corrects what an order says; the cart's own words are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hub.contract.order import Order
from hub.domain.corrections import (
    Correction,
    correctable_fields,
    corrected,
    merged,
    text_at,
    with_text,
)
from hub.domain.findings import Finding, Proposal, blocking
from hub.domain.wanted import Wanted
from hub.flow.deeds import Deed, InterventionError, carry_out, case_of_order, note
from hub.flow.order_actions import ActKind, acts_of
from hub.flow.own_check import findings_of, proposals_of
from hub.flow.settle import settle
from hub.flow.tools import Parts
from hub.provider.port import ToldText
from hub.queue import Lane
from hub.store import orders
from hub.store.merchants import Shop
from hub.store.store import Scope

LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An order as a person would tell it: what our check says, and what is sent."""

    order: Order
    findings: Sequence[Finding]
    proposals: Sequence[Proposal]
    told: Sequence[ToldText]

    @property
    def blocking_fields(self) -> Sequence[str]:
        """Return the fields that still keep it from being sent."""
        return [finding.field for finding in blocking(self.findings)]


def draft_of(parts: Parts, shop: Shop, order: Order, texts: Mapping[str, str]) -> Draft:
    """Return the order with other texts in its fields, checked; nothing is stored."""
    for field, text in texts.items():
        if text_at(order, field) not in (None, text):
            order = with_text(order, field, text)
    return Draft(
        order=order,
        findings=findings_of(parts, shop, order),
        proposals=proposals_of(parts, shop, order),
        told=parts.provider.preview(order),
    )


def correct_order(
    parts: Parts,
    merchant_id: str,
    order_id: str,
    *,
    texts: Mapping[str, str],
    seen_version: str,
    user_id: str,
) -> None:
    """Lay a person's corrections over an order and have it screened (again).

    `texts` are by field, as `correctable_fields` names them. Raises InterventionError
    where the cart changed the order meanwhile, or where nothing differs.
    """
    detail: dict[str, str] = {}

    def work(scope: Scope) -> set[Lane]:
        now = parts.clock.now()
        case = case_of_order(scope, order_id)
        acts = acts_of(case.order, case.transaction, mode=case.shop.mode)
        if ActKind.CORRECT not in {act.kind for act in acts}:
            raise InterventionError("it cannot be corrected now")
        if case.wanted.version != seen_version:
            raise InterventionError("the cart changed it", code="HUB-ACT-011")
        wanted, changed = _corrected(case.wanted, texts, user_id)
        if not changed:
            raise InterventionError("nothing was changed", code="HUB-ACT-012")
        # Names of fields only: the audit is no place for a buyer's address.
        detail["fields"] = ", ".join(changed)
        orders.save_wanted(scope, case.order, wanted, now=now)
        note(scope, parts, case, "corrected", user_id=user_id)
        return settle(scope, parts, replace(case, wanted=wanted), now=now)

    deed = Deed(user_id=user_id, action="correct", subject=order_id, detail=detail)
    carry_out(parts, merchant_id, deed, work)


def _corrected(
    wanted: Wanted, texts: Mapping[str, str], user_id: str
) -> tuple[Wanted, list[str]]:
    """Return what is wanted with the corrections, and the fields that changed."""
    order = wanted.order
    if order is None:
        raise InterventionError("there is no order yet")
    told = corrected(order, wanted.corrections)
    fields = [
        field
        for field in correctable_fields(order)
        if field in texts and texts[field] != text_at(told, field)
    ]
    new = [
        Correction(
            field=field,
            original=text_at(order, field) or "",
            corrected=texts[field],
            source=user_id,
        )
        for field in fields
    ]
    kept = merged(wanted.corrections, new)
    # What says again what the cart says is no correction any more.
    kept = tuple(one for one in kept if one.corrected != one.original)
    return replace(wanted, corrections=kept), fields
