"""What would make screening stop, found before the order is sent.

What the wire cannot hold is `provider.lint`'s; here are addresses nobody delivers to,
people nobody can reach, and amounts that look wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.contract.money import sum_of
from hub.contract.order import Contact, LineKind, Order
from hub.contract.prefectures import PREFECTURES, split_prefecture
from hub.domain.findings import Finding
from hub.domain.lint_rules import LintRules, Severity
from hub.domain.pickup_points import pickup_codes
from hub.text.addresses import folded, has_house_number, has_only_room_number
from hub.text.phones import is_free_call, is_plausible, normal_phone
from hub.text.postal import normal_postal_code
from hub.text.postal_areas import prefectures_of
from hub.text.postal_places import place_of

_PREFECTURES = frozenset(PREFECTURES)
_NAMELESS = re.compile(
    "(?:テスト|てすと|test|匿名(?:希望)?|名無し|名前なし|なし|無し|不明|未入力|未記入|同上"
    "|本人|自分|自宅|お客様|購入者|注文者|様|ダミー|サンプル|dummy|none|null|n/?a|undefined"
    "|(.)\\1{2,}|[-‐–—―ー.・*＊?？xX0-9]+)+(?:様|さん)?",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    "株式会社|有限会社|合同会社|合資会社|合名会社|[㈱㈲]|[(](?:株|有|同|財|社)[)]"
    "|(?:一般|公益)?(?:社団|財団)法人|(?:医療|学校|宗教|社会福祉|NPO|特定非営利活動)法人"
    "|協同組合|Inc\\.?$|LLC$|Co\\.,?Ltd",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """One contact and its place; `is_destination` says whether the goods go there."""

    place: str
    contact: Contact
    is_destination: bool


def screen(order: Order, rules: LintRules) -> tuple[Finding, ...]:
    """Return every finding, each naming its field and never a personal value."""
    found: list[Finding] = []
    for code, field, detail in _findings(order, rules):
        severity = rules.severity(code)
        if severity is Severity.OFF:
            continue
        is_elsewhere = code.startswith("HUB-ADDR-3") and _is_elsewhere(order, field)
        found.append(
            Finding(
                code=code,
                field=field,
                detail=detail,
                # Only the invoice goes to a buyer whose goods go to somebody else.
                is_blocking=severity is Severity.BLOCK and not is_elsewhere,
            )
        )
    return tuple(found)


_Found = tuple[str, str, str]


def _findings(order: Order, rules: LintRules) -> Iterator[_Found]:
    marks = tuple(folded(text) for text in rules.forwarders)
    for person in _people(order):
        yield from _name(person, rules)
        yield from _address(person)
        yield from _phone(person)
        for code in pickup_codes(_whole(person.contact), marks):
            yield code, f"{person.place}.address", ""
    yield from _lines(order, rules)


def _people(order: Order) -> Iterator[_Person]:
    is_same = order.ship_to is None
    yield _Person(place="buyer", contact=order.buyer, is_destination=is_same)
    if order.ship_to is not None:
        yield _Person(place="ship_to", contact=order.ship_to, is_destination=True)


def _is_elsewhere(order: Order, field: str) -> bool:
    return field.startswith("buyer.") and order.ship_to is not None


def _whole(contact: Contact) -> str:
    """Return what a label shows: marks stand in names and companies too."""
    address = contact.address.one_line
    return folded(f"{address}|{contact.company}|{contact.section}|{contact.name}")


def _name(person: _Person, rules: LintRules) -> Iterator[_Found]:
    place, contact = person.place, person.contact
    name = folded(contact.name)
    if not name:
        return
    if _NAMELESS.fullmatch(name):
        yield "HUB-NAME-101", f"{place}.name", ""
    if place != "buyer":
        return
    if not contact.name_kana.strip():
        yield "HUB-NAME-102", "buyer.name_kana", ""
    if rules.refuses_companies and (contact.company.strip() or _COMPANY.search(name)):
        field = "buyer.company" if contact.company.strip() else "buyer.name"
        yield "HUB-NAME-201", field, ""


def _address(person: _Person) -> Iterator[_Found]:
    place, address = person.place, person.contact.address
    if address.country != "JP" or not address.one_line.strip():
        return
    prefecture = _prefecture(person.contact)
    if not prefecture:
        yield "HUB-ADDR-201", f"{place}.address.prefecture", ""
    elif _is_repeated(address.prefecture.strip(), address.city, address.street):
        yield "HUB-ADDR-202", f"{place}.address.city", ""
    yield from _house_number(person)
    yield from _postal_code(person, prefecture)


def _prefecture(contact: Contact) -> str:
    prefecture = contact.address.prefecture.strip()
    if prefecture in _PREFECTURES:
        return prefecture
    return split_prefecture(contact.address.one_line)[0]


def _is_repeated(prefecture: str, city: str, street: str) -> bool:
    later = city if city.strip() else street
    return bool(prefecture) and later.strip().startswith(prefecture)


def _house_number(person: _Person) -> Iterator[_Found]:
    address = person.contact.address
    where = f"{address.city} {address.street}"
    if not has_house_number(where):
        # Carts with two address fields let people put the number into the second.
        where = f"{where} {address.building}"
    if not has_house_number(where):
        yield "HUB-ADDR-101", f"{person.place}.address.street", ""
    elif has_only_room_number(where):
        yield "HUB-ADDR-102", f"{person.place}.address.street", ""


def _postal_code(person: _Person, prefecture: str) -> Iterator[_Found]:
    address = person.contact.address
    code = normal_postal_code(address.postal_code)
    if not code:
        return
    field = f"{person.place}.address.postal_code"
    areas = prefectures_of(code)
    if not areas:
        yield "HUB-ADDR-212", field, ""
        return
    if prefecture and prefecture not in areas:
        yield "HUB-ADDR-211", field, ""
        return
    place = place_of(code)
    if place is None:
        return
    if not place.is_known:
        yield "HUB-ADDR-212", field, ""
    elif not _is_in(folded(address.one_line), place.names):
        yield "HUB-ADDR-211", field, ""


def _is_in(address: str, names: Sequence[tuple[str, str]]) -> bool:
    plain = address.replace("ヶ", "ケ").replace("ヵ", "カ")
    return any(_bare(city) in plain for _, city in names)


def _bare(city: str) -> str:
    # People leave the district (郡) out, and write ヶ or ケ as they please.
    _, _, bare = city.rpartition("郡")
    return folded(bare or city).replace("ヶ", "ケ").replace("ヵ", "カ")


def _phone(person: _Person) -> Iterator[_Found]:
    number = normal_phone(person.contact.phone)
    if not number:
        return
    if is_free_call(number):
        yield "HUB-TELE-102", f"{person.place}.phone", ""
    elif not is_plausible(number):
        yield "HUB-TELE-101", f"{person.place}.phone", ""


def _lines(order: Order, rules: LintRules) -> Iterator[_Found]:
    if rules.fee is None:
        return
    fees = [line.amount for line in order.lines if line.kind is LineKind.FEE]
    charged = sum_of(fees)
    if charged != rules.fee:
        yield "HUB-FEE-101", "lines", f"注文 {charged} / 設定 {rules.fee}"
