"""What could be told instead of what our check found: a proposal, never more.

Nothing is invented: a reading is taken from kana that stand there, a prefecture from
the postal code, and a house number from nowhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.contract.order import Address, Contact, Order
from hub.contract.prefectures import PREFECTURES, normal_prefecture, split_prefecture
from hub.domain.corrections import correctable_fields, text_at, with_text
from hub.domain.findings import Finding, Proposal
from hub.provider.fields import BUYER, DETAIL, SHIP
from hub.provider.lint import CONTROL, KANA, MISSING_KANA, NOT_IN_CP932, TOO_LONG
from hub.provider.profile import Profile
from hub.text.addresses import shortened, split_building
from hub.text.cp932 import with_lookalikes, without_controls
from hub.text.emails import repaired_email
from hub.text.kana import kana_of, readable_part
from hub.text.likenesses import with_likenesses
from hub.text.phones import repaired_phone
from hub.text.postal import normal_postal_code, repaired_postal_code
from hub.text.postal_areas import prefectures_of
from hub.text.widths import composed, full_width_kana, without_spaces

# Legal forms that the set holds as one character.
_FORMS = {
    "株式会社": "㈱",
    "有限会社": "㈲",
    "(株)": "㈱",
    "(有)": "㈲",
    "（株）": "㈱",
}
_PARTS = ("prefecture", "city", "street", "building")
_LONGEST: Mapping[str, int] = {
    **{f"buyer.{row.ours}": row.longest for row in BUYER},
    **{f"ship_to.{row.ours}": row.longest for row in SHIP},
}
_LONGEST_LINE = next(row.longest for row in DETAIL if row.ours == "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """The order as proposed so far."""

    order: Order
    profile: Profile

    def text(self, field: str) -> str:
        return text_at(self.order, field) or ""

    def contact(self, field: str) -> Contact:
        place = field.partition(".")[0]
        ship_to = self.order.ship_to
        return ship_to if place == "ship_to" and ship_to else self.order.buyer


_Step = tuple[str, str]
_Repair = Callable[[_Draft, str], Iterator[_Step]]


def proposals(
    order: Order, findings: Sequence[Finding], profile: Profile
) -> tuple[Proposal, ...]:
    """Return what each field that has a finding could say instead."""
    codes: dict[str, list[str]] = {}
    draft = _Draft(order=order, profile=profile)
    for finding in sorted(findings, key=lambda one: _TURN.get(one.code, 0)):
        repair = _REPAIRS.get(finding.code)
        for field, text in repair(draft, finding.field) if repair else ():
            if text != draft.text(field):
                proposed = with_text(draft.order, field, text)
                draft = _Draft(order=proposed, profile=profile)
                codes.setdefault(field, []).append(finding.code)
    return tuple(
        Proposal(
            field=field,
            original=text_at(order, field) or "",
            corrected=draft.text(field),
            codes=tuple(codes[field]),
        )
        for field in correctable_fields(order)
        if field in codes
    )


def _each(draft: _Draft, field: str) -> Iterator[tuple[str, str]]:
    """Yield the fields with texts that a finding's field stands for."""
    if field.endswith(".address"):
        for part in _PARTS:
            yield f"{field}.{part}", draft.text(f"{field}.{part}")
    elif text_at(draft.order, field) is not None:
        yield field, draft.text(field)


def _by(repair: Callable[[str], str | None]) -> _Repair:
    def steps(draft: _Draft, field: str) -> Iterator[_Step]:
        for name, text in _each(draft, field):
            repaired = repair(text)
            # An empty text is no proposal: it would be missing instead.
            if repaired is not None and repaired.strip():
                yield name, repaired

    return steps


def _spelled(text: str) -> str | None:
    return with_likenesses(with_lookalikes(full_width_kana(composed(text))))


def _shorter(draft: _Draft, field: str) -> Iterator[_Step]:
    if field.endswith(".address"):
        yield from _shorter_address(draft, field)
        return
    longest = _LONGEST.get(field, _LONGEST_LINE)
    text = draft.text(field)
    if field.startswith("lines"):
        yield field, f"{text[: longest - 1]}…"
        return
    short = without_spaces(text)
    for form, sign in _FORMS.items():
        short = short.replace(form, sign)
    if len(short) <= longest:
        yield field, short


def _shorter_address(draft: _Draft, field: str) -> Iterator[_Step]:
    address = draft.contact(field).address
    street, building = address.street, address.building
    if not building.strip():
        street, building = split_building(street)
    short = Address(
        prefecture=address.prefecture,
        city=address.city,
        street=shortened(street),
        building=shortened(building),
    )
    if len(without_spaces(short.one_line)) <= _LONGEST[field]:
        yield f"{field}.street", short.street
        yield f"{field}.building", short.building


def _reading(draft: _Draft, field: str) -> Iterator[_Step]:
    place = field.partition(".")[0]
    found = readable_part(draft.text(field)) or kana_of(draft.text(f"{place}.name"))
    if found:
        yield field, found


def _prefecture(draft: _Draft, field: str) -> Iterator[_Step]:
    address = draft.contact(field).address
    written = normal_prefecture(address.prefecture)
    if written in PREFECTURES:
        yield field, written
        return
    areas = prefectures_of(normal_postal_code(address.postal_code))
    if len(areas) == 1:
        yield field, areas[0]


def _without_repeated(draft: _Draft, field: str) -> Iterator[_Step]:
    place = field.removesuffix(".city")
    name = "city" if draft.text(field).strip() else "street"
    rest = split_prefecture(draft.text(f"{place}.{name}"))[1]
    yield f"{place}.{name}", rest


_REPAIRS: Mapping[str, _Repair] = {
    CONTROL: _by(without_controls),
    NOT_IN_CP932: _by(_spelled),
    KANA: _reading,
    MISSING_KANA: _reading,
    "HUB-WIRE-303": _by(repaired_postal_code),
    "HUB-WIRE-304": _by(repaired_phone),
    "HUB-WIRE-305": _by(repaired_email),
    "HUB-ADDR-201": _prefecture,
    "HUB-ADDR-202": _without_repeated,
    TOO_LONG: _shorter,
}
# Characters first: what is dropped may make a text short enough.
_TURN = {code: turn for turn, code in enumerate(_REPAIRS)}
