"""Whether a request holds what the company demands; every fault is named at once."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from hub.sandbox.rules import Rules
from hub.sandbox.tables import (
    BROWSER,
    CANCEL,
    CANCEL_REPORT,
    CANCEL_REPORT_INFO,
    CUSTOMER,
    DETAIL,
    ENCLOSED,
    LINK,
    MODIFY_INFO,
    MOST_LINES,
    RESULT_INFO,
    SHIP_INFO,
    SHIP_TO,
    Element,
    Kind,
    Operation,
)
from hub.sandbox.wire_xml import Document, WireError

_HALF_WIDTH_KANA: Final = re.compile("[\uff61-\uff9f]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_EMAIL: Final = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")
_SHAPES: Final[Mapping[Kind, tuple[re.Pattern[str], str]]] = {
    Kind.ASCII: (re.compile(r"[!-~]+"), "er900003"),
    Kind.ZIP: (re.compile(r"[0-9]{3}-?[0-9]{4}"), "er900008"),
    Kind.TEL: (re.compile(r"(?=(?:-?[0-9]){10,11}$)[0-9]+(?:-[0-9]+)*"), "er900009"),
    Kind.EMAIL: (_EMAIL, "er900010"),
    Kind.AMOUNT: (re.compile(r"[1-9][0-9]*"), "er900005"),
    Kind.PRICE: (re.compile(r"-?(?:0|[1-9][0-9]*)"), "er900005"),
    Kind.QUANTITY: (re.compile(r"[1-9][0-9]*"), "er900005"),
}
_SLIP: Final = re.compile(r"[A-Za-z0-9-]{5,20}")
_DATE: Final = re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{2})")
_SPACES: Final = re.compile("[ \u3000]")


def check(operation: Operation, document: Document, rules: Rules) -> list[WireError]:
    """Return everything that is wrong with a request; an empty list means nothing."""
    errors = [WireError(point=name, code="er900014") for name in document.repeated]
    errors += _check_section(document, "linkInfo", LINK)
    errors += _OPERATIONS[operation](document, rules)
    return errors


def read_date(text: str) -> date | None:
    """Return the date written as YYYY/MM/DD, or None where it is none."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _check_section(
    document: Document, section: str, elements: Sequence[Element]
) -> list[WireError]:
    leaves = document.sections.get(section)
    if leaves is None:
        return [WireError(point=section, code="er900001")]
    return _check_leaves(leaves, elements)


def _check_leaves(
    leaves: Mapping[str, str], elements: Sequence[Element]
) -> list[WireError]:
    errors = []
    for element in elements:
        code = _fault(leaves.get(element.name, ""), element)
        if code:
            errors.append(WireError(point=element.name, code=code))
    return errors


def _fault(text: str, element: Element) -> str | None:
    if not text:
        return "er900001" if element.required else None
    if len(text) > element.limit:
        return "er900002"
    if element.kind is Kind.TEXT:
        return _text_fault(text)
    if element.kind is Kind.CHOICE:
        return None if text in element.choices else "er900006"
    if element.kind is Kind.DATE:
        return None if read_date(text) else "er900007"
    pattern, code = _SHAPES[element.kind]
    return None if pattern.fullmatch(text) else code


def _text_fault(text: str) -> str | None:
    if text.isascii():
        return "er900003" if _CONTROL.search(text) else None
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return "er900003"
    if _HALF_WIDTH_KANA.search(text):
        return "er900004"
    return "er900003" if _CONTROL.search(text) else None


def _register(document: Document, rules: Rules) -> list[WireError]:
    errors: list[WireError] = []
    if "browserInfo" in document.sections:
        errors += _check_section(document, "browserInfo", BROWSER)
    return errors + _order(document, rules)


def _order(document: Document, rules: Rules) -> list[WireError]:
    errors = _check_section(document, "customer", CUSTOMER)
    errors += _ship_to(document)
    errors += _details(document)
    if rules.refuse_address_spaces:
        errors += _address_spaces(document)
    if not errors and rules.check_sum:
        errors += _sum(document)
    return errors


def _ship_to(document: Document) -> list[WireError]:
    ship = document.sections.get("ship")
    customer = document.sections.get("customer", {})
    if customer.get("service") != ENCLOSED:
        return _check_section(document, "ship", SHIP_TO)
    if ship is None or not any(ship.values()):
        return []
    errors = _check_section(document, "ship", SHIP_TO)
    is_same = ship.get("shipAddress") == customer.get("address")
    if not errors and not is_same:
        errors.append(WireError(point="shipAddress", code="er900013"))
    return errors


def _details(document: Document) -> list[WireError]:
    if not document.details:
        return [WireError(point="details", code="er900001")]
    if len(document.details) > MOST_LINES:
        return [WireError(point="details", code="er900011")]
    errors: list[WireError] = []
    for detail in document.details:
        errors += _check_leaves(detail, DETAIL)
    return errors


def _address_spaces(document: Document) -> Iterator[WireError]:
    for section, name in (("customer", "address"), ("ship", "shipAddress")):
        if _SPACES.search(document.sections.get(section, {}).get(name, "")):
            yield WireError(point=name, code="er900015")


def _sum(document: Document) -> list[WireError]:
    total = sum(
        int(detail["goodsPrice"]) * int(detail["goodsAmount"])
        for detail in document.details or ()
    )
    if total == int(document.sections["customer"]["billedAmount"]):
        return []
    return [WireError(point="billedAmount", code="er900012")]


def _modify(document: Document, rules: Rules) -> list[WireError]:
    errors = _check_section(document, "transactionInfo", MODIFY_INFO)
    flag = document.sections.get("transactionInfo", {}).get("updateTypeFlag")
    return errors if flag == CANCEL else errors + _order(document, rules)


def _ship(document: Document, _rules: Rules) -> list[WireError]:
    leaves = document.sections.get("transactionInfo", {})
    if leaves.get("deliveryType") == CANCEL_REPORT:
        return _check_section(document, "transactionInfo", CANCEL_REPORT_INFO)
    errors = _check_section(document, "transactionInfo", SHIP_INFO)
    slip = leaves.get("deliverySlipNo", "")
    is_named = any(error.point == "deliverySlipNo" for error in errors)
    if not is_named and leaves and not _SLIP.fullmatch(slip):
        errors.append(WireError(point="deliverySlipNo", code="er900016"))
    return errors


def _transaction_only(document: Document, _rules: Rules) -> list[WireError]:
    return _check_section(document, "transactionInfo", RESULT_INFO)


_OPERATIONS: Final[Mapping[Operation, Callable[[Document, Rules], list[WireError]]]] = {
    Operation.REGISTER: _register,
    Operation.RESULT: _transaction_only,
    Operation.MODIFY: _modify,
    Operation.SHIP: _ship,
    Operation.PRINT_DATA: _transaction_only,
}
