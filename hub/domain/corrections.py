"""What was corrected of a cart's order, laid over it: the order itself stays as it is.

A correction holds only while the cart's own field still says what was corrected.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub.contract.order import Contact, Order

# The source of a correction that a shop's rule made; any other is a user's id.
RULE = "rule"
PERSON_FIELDS = (
    "name",
    "name_kana",
    "company",
    "section",
    "address.postal_code",
    "address.prefecture",
    "address.city",
    "address.street",
    "address.building",
    "phone",
    "email",
)
_LINE = re.compile(r"lines\[([0-9]{1,6})\]\.name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One field of an order, told otherwise than the cart wrote it.

    `field` is dotted (buyer.address.street, lines[2].name); `source` is RULE or the id
    of the user who decided it.
    """

    field: str
    original: str
    corrected: str
    source: str


def correctable_fields(order: Order) -> tuple[str, ...]:
    """Return the fields that may be corrected here: texts, never an amount."""
    places = ["buyer"] if order.ship_to is None else ["buyer", "ship_to"]
    people = [f"{place}.{name}" for place in places for name in PERSON_FIELDS]
    # The provider takes no e-mail address for a ship-to.
    people = [name for name in people if name != "ship_to.email"]
    return (*people, *(f"lines[{i}].name" for i in range(len(order.lines))))


def text_at(order: Order, field: str) -> str | None:
    """Return what the order says in a field, None where it has no such field."""
    line = _LINE.fullmatch(field)
    if line:
        index = int(line[1])
        return order.lines[index].name if index < len(order.lines) else None
    place, _, name = field.partition(".")
    person = order.buyer if place == "buyer" else order.ship_to
    if place not in ("buyer", "ship_to") or name not in PERSON_FIELDS or person is None:
        return None
    part, _, leaf = name.rpartition(".")
    text: str = getattr(person.address if part else person, leaf)
    return text


def with_text(order: Order, field: str, text: str) -> Order:
    """Return the order with another text in a field that `text_at` knows."""
    line = _LINE.fullmatch(field)
    if line:
        index = int(line[1])
        lines = list(order.lines)
        lines[index] = replace(lines[index], name=text)
        return replace(order, lines=tuple(lines))
    place, _, name = field.partition(".")
    if place == "buyer":
        return replace(order, buyer=_with_name(order.buyer, name, text))
    if order.ship_to is None:
        raise LookupError("the order has no other ship-to")
    return replace(order, ship_to=_with_name(order.ship_to, name, text))


def _with_name(person: Contact, name: str, text: str) -> Contact:
    part, _, leaf = name.rpartition(".")
    change: dict[str, Any] = {leaf: text}
    if part:
        return replace(person, address=replace(person.address, **change))
    return replace(person, **change)


def holds(order: Order, correction: Correction) -> bool:
    """Tell whether the cart still says what was corrected."""
    return text_at(order, correction.field) == correction.original


def corrected(order: Order, corrections: Iterable[Correction]) -> Order:
    """Return the order as it is told: with every correction that holds."""
    for correction in corrections:
        if holds(order, correction):
            order = with_text(order, correction.field, correction.corrected)
    return order


def merged(
    old: Sequence[Correction], new: Sequence[Correction]
) -> tuple[Correction, ...]:
    """Return the corrections with newer ones in place of those of the same field."""
    replaced = {correction.field for correction in new}
    return (*(one for one in old if one.field not in replaced), *new)
