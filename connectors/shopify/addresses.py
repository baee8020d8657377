"""Who and where, from addresses as Shopify keeps them (shopify.md 2.5)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from hub.contract.order import Address, Contact
from hub.contract.prefectures import PREFECTURES, normal_prefecture, split_prefecture
from hub.text.phones import normal_phone

from .shop_order import ShopAddress, ShopOrder

_DASHES = re.compile(r"[〒\s\-‐‑‒–—―−ーｰ]")
_POSTAL_CODE = re.compile("[0-9]{7}", re.ASCII)


def buyer_and_ship_to(order: ShopOrder, kana: str) -> tuple[Contact, Contact | None]:
    """Return the buyer of an order, and whom the goods go to: None where the same."""
    return persons_of(
        order.billing,
        order.shipping,
        phones=order.phones,
        email=order.email,
        kana=kana,
    )


def persons_of(
    billing: ShopAddress | None,
    shipping: ShopAddress | None,
    *,
    phones: Sequence[str],
    email: str,
    kana: str = "",
) -> tuple[Contact, Contact | None]:
    """Return the buyer, and whom the goods go to: None where that is the same.

    The invoice goes to the billing address, which is the buyer's. A phone that one of
    them lacks is looked for in billing, shipping, then `phones`.
    """
    billing = billing or shipping
    if billing is None:
        # The checks before a registration name every field that is missing.
        lacking = Contact(name="", address=Address(), email=email)
        return replace(lacking, phone=_phone(phones)), None
    shipping = shipping or billing
    buyer = contact(billing, phones=[billing.phone, shipping.phone, *phones])
    buyer = replace(buyer, name_kana=kana, email=email)
    ship_to = contact(shipping, phones=[shipping.phone, billing.phone, *phones])
    if ship_to.name == buyer.name:
        ship_to = replace(ship_to, name_kana=kana)
    alike = replace(ship_to, email=email)
    return buyer, None if alike == buyer else ship_to


def contact(typed: ShopAddress, *, phones: Sequence[str]) -> Contact:
    """Return the person of an address with the first of the phones that is one."""
    return Contact(
        name=person_name(typed),
        company=typed.company.strip(),
        phone=_phone(phones),
        address=address(typed),
    )


def person_name(typed: ShopAddress) -> str:
    """Return the name with the family name first; `name` has it the other way."""
    ordered = f"{typed.last_name.strip()} {typed.first_name.strip()}".strip()
    return ordered or typed.name.strip()


def address(typed: ShopAddress) -> Address:
    """Return the address in the parts of ours; the prefecture by its code first."""
    prefecture = normal_prefecture(typed.province_code)
    if prefecture not in PREFECTURES:
        prefecture = normal_prefecture(typed.province)
    city, street = typed.city.strip(), typed.address1.strip()
    if not prefecture.strip():
        prefecture, city = split_prefecture(city)
    # Buyers type what the form asked for above once more (macaronwork, flatto.dev).
    city = _once(city, prefecture)
    street = _once(_once(street, prefecture), city)
    return Address(
        postal_code=postal_code(typed.zip),
        prefecture=prefecture,
        city=city,
        street=street,
        building=typed.address2.strip(),
        country=typed.country.strip().upper() or "JP",
    )


def postal_code(text: str) -> str:
    """Return a postal code as 150-0001, or the text where it is none."""
    plain = _DASHES.sub("", unicodedata.normalize("NFKC", text))
    if not _POSTAL_CODE.fullmatch(plain):
        return text.strip()
    return f"{plain[:3]}-{plain[3:]}"


def _once(text: str, before: str) -> str:
    rest = text.removeprefix(before).strip() if before else text
    return rest or text


def _phone(phones: Sequence[str]) -> str:
    readable = (normal_phone(one) for one in phones)
    typed = (one.strip() for one in phones)
    # A number that cannot be read is shown to the merchant as it was typed.
    return next(filter(None, readable), "") or next(filter(None, typed), "")
