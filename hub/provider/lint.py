"""What the wire cannot hold, found before anything is sent; derived from the table."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from hub.contract.order import Order
from hub.domain.findings import Finding
from hub.provider.details import MOST_LINES, details_of
from hub.provider.fields import (
    BUYER,
    DETAIL,
    ORDER_TAIL,
    SHIP,
    Charset,
    Field,
)
from hub.provider.profile import Profile
from hub.provider.told import ship_contact, told_of
from hub.text.cp932 import control_characters, is_plain, not_in_cp932, shown

S = TypeVar("S")

TOO_LONG = "HUB-WIRE-101"
TOO_MANY_DIGITS = "HUB-WIRE-102"
NOT_IN_CP932 = "HUB-WIRE-201"
CONTROL = "HUB-WIRE-202"
MISSING = "HUB-WIRE-301"
KANA = "HUB-WIRE-302"
MISSING_KANA = "HUB-NAME-102"
MERGED = "HUB-LINE-101"


def lint(order: Order, profile: Profile) -> tuple[Finding, ...]:
    """Return every finding, each naming its field and never a whole personal value.

    A ship-to that equals the buyer is not looked at twice, and a line that is merged
    away need not fit.
    """
    told = told_of(order, order_number=order.number, profile=profile)
    found = [*_check(BUYER, order.buyer, "buyer", profile)]
    if order.ship_to is not None:
        found += _check(SHIP, ship_contact(order), "ship_to", profile)
    for detail in details_of(order):
        found += _check(DETAIL, detail, detail.place, profile)
    found += _check(ORDER_TAIL, told, "", profile)
    found += _remainder(order)
    return tuple(found)


def _remainder(order: Order) -> Iterator[Finding]:
    surplus = len(order.lines) - MOST_LINES
    if surplus > 0:
        yield Finding(
            code=MERGED,
            field="lines",
            detail=f"{len(order.lines)}行のうち{surplus + 1}行をまとめて{MOST_LINES}行",
            is_blocking=False,
        )


def _check(
    rows: Sequence[Field[S]], source: S, place: str, profile: Profile
) -> Iterator[Finding]:
    for row in rows:
        written = row.read(source)
        sent = row.shape(written, profile)
        # Nearly every text is faultless, and this is asked of every order.
        if sent and len(sent) <= row.longest and _is_faultless(row, sent):
            continue
        if row.ours:
            name = f"{place}.{row.ours}" if place else row.ours
            yield from _check_text(row, name, written, sent)


def _is_faultless(row: Field[S], sent: str) -> bool:
    return row.charset is Charset.NUMBER or is_plain(sent)


def _check_text(row: Field[S], name: str, written: str, sent: str) -> Iterator[Finding]:
    if not sent:
        code = (row.unusable or MISSING) if written.strip() else MISSING
        if row.is_required or code == KANA:
            yield Finding(code=code, field=name, is_blocking=row.is_required)
        return
    if len(sent) > row.longest:
        is_number = row.charset is Charset.NUMBER
        yield Finding(
            code=TOO_MANY_DIGITS if is_number else TOO_LONG,
            field=name,
            detail=f"{len(sent)}文字 / 上限{row.longest}文字",
        )
    controls = control_characters(sent)
    if controls:
        yield Finding(code=CONTROL, field=name, detail=_listed(controls))
    missing = tuple(c for c in not_in_cp932(sent) if c not in controls)
    if missing:
        yield Finding(code=NOT_IN_CP932, field=name, detail=_listed(missing))


def _listed(characters: Sequence[str]) -> str:
    return "、".join(shown(character) for character in characters[:5])
