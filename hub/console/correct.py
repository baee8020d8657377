"""内容を直して再審査: a form whose fields with findings come first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Response, request

from hub.console.check import region_said
from hub.console.interventions import attempted
from hub.console.order import amount_of, order_page, story_of
from hub.console.pages import page
from hub.console.rooms import House, go
from hub.console.visit import ACTING, Visit
from hub.console.words import explained, own_message
from hub.contract.order import Order
from hub.domain.corrections import correctable_fields, text_at
from hub.domain.findings import Finding, Proposal
from hub.flow.correct import LONGEST_TEXT, Draft, correct_order, draft_of
from hub.flow.order_actions import ActKind
from hub.flow.order_story import Story
from hub.text.catalogue import Message
from hub.text.cp932 import single_line

# Told with an order, but no text that anybody corrects here.
_NUMBERS = (".unit_price", ".quantity", "invoice_delivery")
_INPUT_MODES = {"phone": "tel", "email": "email", "address.postal_code": "numeric"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field of the form: what the cart says, what stands in it, what is proposed.

    `findings` are those that the field answers for, with their messages and what
    differs.
    """

    field: str
    original: str
    text: str
    proposed: str
    findings: Sequence[tuple[Finding, Message | None, str]] = ()
    reasons: Sequence[str] = ()

    @property
    def input_mode(self) -> str:
        """Return the keyboard that a phone shows."""
        return _INPUT_MODES.get(self.field.partition(".")[2], "text")

    @property
    def is_corrected(self) -> bool:
        """Tell whether the field says something else than the cart."""
        return single_line(self.original).strip() != self.text.strip()

    @property
    def needs_look(self) -> bool:
        """Tell whether the field stands before the others."""
        return bool(self.findings or self.reasons or self.proposed or self.is_corrected)


def add_correct(house: House) -> None:
    """Add the form, and the address that it is sent to."""

    @house.page("/orders/<order_id>/correct", "correct")
    def correct(visit: Visit, order_id: str) -> Response:
        return _form(visit, story_of(visit, order_id), {})

    @house.action("/orders/<order_id>/correct", "correct_order", roles=ACTING)
    def correct_it(visit: Visit, order_id: str) -> Response:
        story = story_of(visit, order_id)
        order = story.order.wanted.order
        if order is None or not _may_correct(story):
            problem = explained("HUB-ACT-001")
            return order_page(visit, order_id, problem=problem, status=409)
        texts = _typed(story, order)
        if request.form.get("step") != "send":
            return _form(visit, story, texts)
        return _send(visit, story, texts)


def _send(visit: Visit, story: Story, texts: Mapping[str, str]) -> Response:
    draft = _draft(visit, story, texts)
    open_fields = set(correctable_fields(draft.order))
    if any(_fields_of(field, open_fields) for field in draft.blocking_fields):
        return _form(visit, story, texts, problem=own_message("correct"), status=422)
    problem = attempted(
        lambda: correct_order(
            visit.parts,
            visit.merchant_id,
            story.order.id,
            texts=texts,
            seen_version=request.form.get("seen", ""),
            user_id=visit.user_id,
        )
    )
    if problem is not None:
        return _form(visit, story, texts, problem=problem, status=409)
    return go("order", order_id=story.order.id, done="correct")


def _may_correct(story: Story) -> bool:
    return any(act.kind is ActKind.CORRECT for act in story.acts)


def _typed(story: Story, order: Order) -> dict[str, str]:
    """Return the text of every field: as typed, as proposed, or as it was.

    A field that still says what the form showed is as it was, with whatever the form
    could not show.
    """
    told = story.order.wanted.told or order
    accepted = request.form.get("accept", "")
    texts: dict[str, str] = {}
    for field in correctable_fields(order):
        current = text_at(told, field) or ""
        text = request.form.get(field, single_line(current)).strip()[:LONGEST_TEXT]
        if accepted in (field, "all") and request.form.get(f"proposed.{field}"):
            text = request.form[f"proposed.{field}"][:LONGEST_TEXT]
        is_untouched = text == single_line(current).strip()
        texts[field] = current if is_untouched else single_line(text)
    return texts


def _draft(visit: Visit, story: Story, texts: Mapping[str, str]) -> Draft:
    wanted = story.order.wanted
    base = replace(wanted, corrections=()).told if texts else wanted.told
    if base is None:
        raise LookupError("there is no order yet")
    return draft_of(visit.parts, story.shop, base, texts)


def _form(
    visit: Visit,
    story: Story,
    texts: Mapping[str, str],
    *,
    problem: Message | None = None,
    status: int = 200,
) -> Response:
    order = story.order.wanted.order
    if order is None:
        return order_page(visit, story.order.id, problem=problem, status=status)
    draft = _draft(visit, story, texts)
    rows = _rows(story, order, draft)
    shown = {row.field for row in rows}
    before = visit.parts.provider.preview(story.order.wanted.told or order)
    return page(
        visit,
        "correct.html",
        status=status,
        problem=problem,
        story=story,
        amount=amount_of(story),
        may_correct=visit.may_act and _may_correct(story),
        first=[row for row in rows if row.needs_look],
        rest=[row for row in rows if not row.needs_look],
        elsewhere=[
            (finding, explained(finding.code))
            for finding in draft.findings
            if not _fields_of(finding.field, shown)
        ],
        reasons=_unplaced(story, draft),
        told=[text for text in draft.told if not text.ours.endswith(_NUMBERS)],
        told_before={text.ours: text.text for text in before},
    )


def _rows(story: Story, order: Order, draft: Draft) -> list[Row]:
    fields = correctable_fields(order)
    by_field = {proposal.field: proposal for proposal in draft.proposals}
    findings = _placed(draft.findings, fields, by_field)
    reasons = _reasons_by_field(story, draft, fields)
    return [
        Row(
            field=field,
            original=text_at(order, field) or "",
            text=single_line(text_at(draft.order, field) or ""),
            proposed=by_field[field].corrected if field in by_field else "",
            findings=[
                (one, explained(one.code), one.detail or region_said(draft.order, one))
                for one in findings.get(field, ())
            ],
            reasons=reasons.get(field, ()),
        )
        for field in fields
    ]


def _placed(
    findings: Sequence[Finding],
    fields: Sequence[str],
    proposals: Mapping[str, Proposal],
) -> dict[str, list[Finding]]:
    """Return the findings by the one field that each is shown at.

    A finding about a whole address stands where something is proposed, else at the
    street, which is what people correct.
    """
    placed: dict[str, list[Finding]] = {}
    for finding in findings:
        places = _fields_of(finding.field, fields)
        if not places:
            continue
        proposed = [
            f for f in places if f in proposals and finding.code in proposals[f].codes
        ]
        street = [f for f in places if f.endswith(".street")]
        placed.setdefault((proposed or street or places)[0], []).append(finding)
    return placed


def _fields_of(field: str, fields: Sequence[str] | set[str]) -> list[str]:
    """Return the fields of the form that a finding's field stands for."""
    return [f for f in fields if f == field or f.startswith(f"{field}.")]


def _reasons_by_field(
    story: Story, draft: Draft, fields: Sequence[str]
) -> dict[str, list[str]]:
    """Return the provider's refusals by the field that each names (errorPoint)."""
    by_element = {text.element: text.ours for text in draft.told}
    placed: dict[str, list[str]] = {}
    for reason in story.known.reasons:
        place = by_element.get(reason.partition(":")[0], "")
        places = _fields_of(place, fields) if place else []
        if places:
            street = [f for f in places if f.endswith(".street")]
            placed.setdefault((street or places)[0], []).append(reason)
    return placed


def _unplaced(story: Story, draft: Draft) -> list[str]:
    fields = correctable_fields(draft.order)
    placed = _reasons_by_field(story, draft, fields)
    told = {reason for reasons in placed.values() for reason in reasons}
    return [reason for reason in story.known.reasons if reason not in told]
