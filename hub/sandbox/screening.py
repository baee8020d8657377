"""The screening: magic names and amounts decide, everything else passes."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from hub.sandbox.rules import Rules
from hub.sandbox.tables import IN_REVIEW, NG, OK, ON_HOLD


@unique
class Call(StrEnum):
    """What becomes of the call itself."""

    ANSWERED = "answered"
    REFUSED = "refused"
    APPLIED_SILENTLY = "applied_unanswered"
    NOT_APPLIED_SILENTLY = "not_applied_unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the automatic screening says, and what a manual review will say later."""

    auto: str = OK
    manual: str = ""
    reasons: tuple[str, ...] = ()
    held_field: str = ""
    call: Call = Call.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """One magic value: a mark in the buyer's name or an ending of the amount."""

    mark: str
    amount_ending: int
    verdict: Verdict
    ja: str
    en: str


_ADDRESS_REASON = "（例）住所の番地が確認できません"
_PHONE_REASON = "（例）電話番号でご本人の確認ができません"

# Longer marks stand before their own beginnings: the first that fits counts.
SPECIMENS: Final = (
    Specimen(
        mark="見本審査中NG",
        amount_ending=9903,
        verdict=Verdict(auto=IN_REVIEW, manual=NG),
        ja="審査中 → 目視審査でNG",
        en="under review, then declined by hand",
    ),
    Specimen(
        mark="見本審査中",
        amount_ending=9902,
        verdict=Verdict(auto=IN_REVIEW, manual=OK),
        ja="審査中 → 目視審査でOK",
        en="under review, then approved by hand",
    ),
    Specimen(
        mark="見本目視",
        amount_ending=9908,
        verdict=Verdict(auto=IN_REVIEW),
        ja="審査中のまま、この画面で人が判定するまで待つ",
        en="stays under review until a person decides on the control page",
    ),
    Specimen(
        mark="見本保留電話",
        amount_ending=9909,
        verdict=Verdict(
            auto=IN_REVIEW, manual=ON_HOLD, reasons=(_PHONE_REASON,), held_field="tel"
        ),
        ja="審査中 → 保留(理由: 電話番号)。電話番号を変えて取引修正すると OK",
        en="under review, then on hold for the phone; OK once the phone is changed",
    ),
    Specimen(
        mark="見本保留",
        amount_ending=9904,
        verdict=Verdict(
            auto=IN_REVIEW,
            manual=ON_HOLD,
            reasons=(_ADDRESS_REASON,),
            held_field="address",
        ),
        ja="審査中 → 保留(理由: 住所の番地)。住所を変えて取引修正すると OK",
        en="under review, then on hold for the address; OK once it is changed",
    ),
    Specimen(
        mark="見本拒否",
        amount_ending=9905,
        verdict=Verdict(call=Call.REFUSED),
        ja="登録不可(result=NG。取引は作られない)",
        en="the call is refused (result=NG), no transaction exists",
    ),
    Specimen(
        mark="見本無応答未適用",
        amount_ending=9907,
        verdict=Verdict(call=Call.NOT_APPLIED_SILENTLY),
        ja="無応答(取引は作られない)",
        en="no answer, and nothing was registered",
    ),
    Specimen(
        mark="見本無応答",
        amount_ending=9906,
        verdict=Verdict(call=Call.APPLIED_SILENTLY),
        ja="無応答(取引は作られている)",
        en="no answer, although the transaction was registered",
    ),
    Specimen(
        mark="見本NG",
        amount_ending=9901,
        verdict=Verdict(auto=NG),
        ja="審査NG(取引番号は発行される)",
        en="declined at once (a transaction id still exists)",
    ),
)

_BY_ENDING: Final = {specimen.amount_ending: specimen for specimen in SPECIMENS}
PASSED: Final = Verdict()
_OVER_LIMIT: Final = Verdict(auto=NG)


def find_specimen(name: str, amount: int) -> Specimen | None:
    """Return the magic value that the name or the amount carries."""
    if "見本" in name:
        plain = unicodedata.normalize("NFKC", name).upper().replace(" ", "")
        for specimen in SPECIMENS:
            if specimen.mark in plain:
                return specimen
    return _BY_ENDING.get(amount % 10_000)


def screen(customer: Mapping[str, str], rules: Rules) -> Verdict:
    """Return the verdict on a buyer: magic values first, then the limit."""
    amount = int(customer["billedAmount"])
    specimen = find_specimen(customer["name"], amount)
    if specimen:
        return specimen.verdict
    return _OVER_LIMIT if amount > rules.limit_yen else PASSED


def rescreen(
    customer: Mapping[str, str],
    rules: Rules,
    *,
    held: Mapping[str, str],
    field: str,
    is_resolved: bool,
) -> Verdict:
    """Return the verdict on changed data; correcting the held field ends a hold."""
    verdict = screen(customer, rules)
    if verdict.call is not Call.ANSWERED:
        return PASSED
    is_same_hold = bool(field) and verdict.held_field == field
    if is_same_hold and (is_resolved or customer[field] != held[field]):
        return PASSED
    return verdict
