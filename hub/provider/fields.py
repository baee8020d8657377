"""Our field ↔ their element: path, length in characters, characters, required.

Requests are built from these rows and lint is derived from them, so that an element is
described once (atodene-api 1 to 5). The order of the rows is the order on the wire.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from hub.clock import tokyo_date
from hub.contract.order import Contact, Order
from hub.provider.details import Detail
from hub.provider.profile import Profile
from hub.provider.shapes import (
    Shape,
    address,
    as_is,
    display_order,
    email,
    phone,
    plain,
    postal_code,
    reading,
)


class Charset(StrEnum):
    """What characters an element takes."""

    CP932 = "cp932"
    ASCII = "ascii"
    KANA = "kana"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an order's request is made of; `ship` is None for empty elements."""

    order: Order
    order_number: str
    service: str
    ship: Contact | None
    profile: Profile


S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Generic[S]):
    """One row. `unusable` is the finding for a text that shapes to nothing."""

    element: str
    ours: str
    longest: int
    read: Callable[[S], str]
    charset: Charset = Charset.CP932
    is_required: bool = False
    shape: Shape = plain
    unusable: str = ""

    def sent(self, source: S, profile: Profile) -> str:
        """Return the text that is sent."""
        return self.shape(self.read(source), profile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The element names of a person's block, which the two blocks spell apart."""

    name: str
    kana: str
    postal_code: str
    address: str
    company: str
    section: str
    phone: str


def _person(names: Names) -> dict[str, Field[Contact]]:
    rows: tuple[Field[Contact], ...] = (
        Field(
            element=names.name,
            ours="name",
            longest=21,
            is_required=True,
            read=lambda person: person.name,
        ),
        Field(
            element=names.kana,
            ours="name_kana",
            longest=25,
            charset=Charset.KANA,
            shape=reading,
            unusable="HUB-WIRE-302",
            read=lambda person: person.name_kana,
        ),
        Field(
            element=names.postal_code,
            ours="address.postal_code",
            longest=8,
            charset=Charset.ASCII,
            is_required=True,
            shape=postal_code,
            unusable="HUB-WIRE-303",
            read=lambda person: person.address.postal_code,
        ),
        Field(
            element=names.address,
            ours="address",
            longest=55,
            is_required=True,
            shape=address,
            read=lambda person: person.address.one_line,
        ),
        Field(
            element=names.company,
            ours="company",
            longest=30,
            read=lambda person: person.company,
        ),
        Field(
            element=names.section,
            ours="section",
            longest=30,
            read=lambda person: person.section,
        ),
        Field(
            element=names.phone,
            ours="phone",
            longest=15,
            charset=Charset.ASCII,
            is_required=True,
            shape=phone,
            unusable="HUB-WIRE-304",
            read=lambda person: person.phone,
        ),
    )
    return {row.element: row for row in rows}


_BUYER = _person(
    Names(
        name="name",
        kana="kanaName",
        postal_code="zip",
        address="address",
        company="companyName",
        section="sectionName",
        phone="tel",
    )
)
BUYER: Sequence[Field[Contact]] = (
    *_BUYER.values(),
    Field(
        element="email",
        ours="email",
        longest=100,
        charset=Charset.ASCII,
        is_required=True,
        shape=email,
        unusable="HUB-WIRE-305",
        read=lambda person: person.email,
    ),
)
# shipKananame with a lower-case n, unlike kanaName (api 7.4).
SHIP: Sequence[Field[Contact]] = tuple(
    _person(
        Names(
            name="shipName",
            kana="shipKananame",
            postal_code="shipZip",
            address="shipAddress",
            company="shipCompanyName",
            section="shipSectionName",
            phone="shipTel",
        )
    ).values()
)
# What stands before and after the buyer in `customer`.
ORDER_HEAD: Sequence[Field[Told]] = (
    Field(
        element="shopOrderId",
        ours="number",
        longest=50,
        charset=Charset.ASCII,
        is_required=True,
        shape=as_is,
        read=lambda told: told.order_number,
    ),
    Field(
        element="shopOrderDate",
        ours="ordered_at",
        longest=10,
        charset=Charset.ASCII,
        is_required=True,
        shape=as_is,
        read=lambda told: f"{tokyo_date(told.order.ordered_at):%Y/%m/%d}",
    ),
)
ORDER_TAIL: Sequence[Field[Told]] = (
    Field(
        element="billedAmount",
        ours="total",
        longest=6,
        charset=Charset.NUMBER,
        is_required=True,
        shape=as_is,
        read=lambda told: f"{told.order.total:d}",
    ),
    Field(
        element="expand1",
        ours="",
        longest=2,
        charset=Charset.ASCII,
        shape=as_is,
        read=lambda told: told.profile.expand1,
    ),
    Field(
        element="service",
        ours="invoice_delivery",
        longest=1,
        charset=Charset.NUMBER,
        is_required=True,
        shape=as_is,
        read=lambda told: told.service,
    ),
)
DETAIL: Sequence[Field[Detail]] = (
    Field(
        element="goods",
        ours="name",
        longest=150,
        is_required=True,
        read=lambda detail: detail.line.name,
    ),
    Field(
        element="goodsPrice",
        ours="unit_price",
        longest=6,
        charset=Charset.NUMBER,
        is_required=True,
        shape=as_is,
        read=lambda detail: f"{detail.line.unit_price:d}",
    ),
    Field(
        element="goodsAmount",
        ours="quantity",
        longest=5,
        charset=Charset.NUMBER,
        is_required=True,
        shape=as_is,
        read=lambda detail: str(detail.line.quantity),
    ),
    Field(
        element="expand2",
        ours="",
        longest=2,
        charset=Charset.NUMBER,
        shape=display_order,
        read=lambda detail: str(detail.position),
    ),
    Field(element="expand3", ours="", longest=0, read=lambda _detail: ""),
    Field(element="expand4", ours="", longest=0, read=lambda _detail: ""),
)
