"""The screening by rule: what the desk looks at, one row each, to be switched on.

All are off at first, so that an order without a mark is approved; the preset "company"
switches on what the real company is known or said to look at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import Any, Final, Self

from hub.sandbox.errors import DeskError
from hub.sandbox.screening import Verdict
from hub.sandbox.tables import IN_REVIEW, NG, OK, ON_HOLD


@unique
class RuleKind(StrEnum):
    """What a rule looks at."""

    AMOUNT = "amount"
    ADDRESS = "address"
    GOODS = "goods"
    REPEAT = "repeat"
    BALANCE = "balance"


@unique
class Outcome(StrEnum):
    """What an order gets that a rule catches."""

    OK = "OK"
    NG = "NG"
    REVIEW_OK = "審査中→OK"
    REVIEW_NG = "審査中→NG"
    REVIEW_HOLD = "審査中→保留"
    DESK = "審査中"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningRule:
    """One rule; which of its numbers count follows from its kind."""

    name: str
    kind: RuleKind
    outcome: Outcome
    is_on: bool = False
    reason: str = ""
    words: tuple[str, ...] = ()
    from_yen: int = 0
    to_yen: int = 999_999
    count: int = 3
    hours: int = 24
    limit_yen: int = 50_000
    tax_percent: int = 10

    @property
    def verdict(self) -> Verdict:
        """Return what the screening says of an order that this rule catches."""
        if self.outcome in (Outcome.OK, Outcome.NG):
            return Verdict(auto=self.outcome.value)
        manual = _MANUAL[self.outcome]
        is_held = manual == ON_HOLD
        return Verdict(
            auto=IN_REVIEW,
            manual=manual,
            reasons=(self.reason,) if self.reason and is_held else (),
            held_field="address" if is_held and self.kind is RuleKind.ADDRESS else "",
        )

    def as_json(self) -> dict[str, Any]:
        """Return the rule as the control port shows and takes it."""
        return {name: getattr(self, name) for name in self.__slots__}

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """Return the rule with some of it replaced; raises DeskError on nonsense."""
        unknown = sorted(set(changes) - set(self.__slots__))
        if unknown:
            raise DeskError(f"Unknown: {unknown}. A rule has {list(self.__slots__)}.")
        try:
            read = {name: _READ[name](value) for name, value in changes.items()}
        except (TypeError, ValueError) as error:
            raise DeskError(f"No rule was changed: {error}.") from error
        return replace(self, **read)


_MANUAL: Final = {
    Outcome.REVIEW_OK: OK,
    Outcome.REVIEW_NG: NG,
    Outcome.REVIEW_HOLD: ON_HOLD,
    Outcome.DESK: "",
}


def _number(value: object) -> int:
    number = int(str(value))
    if number < 0:
        raise ValueError(f"{number} is less than 0")
    return number


def _words(value: object) -> tuple[str, ...]:
    parts = value.split() if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise TypeError("words must be a list of texts")
    return tuple(str(part).strip() for part in parts if str(part).strip())


_READ: Final[Mapping[str, Any]] = {
    "name": str,
    "kind": RuleKind,
    "outcome": Outcome,
    "is_on": lambda value: value in (True, "1", "on"),
    "reason": lambda value: str(value)[:100],
    "words": _words,
    **dict.fromkeys(
        ("from_yen", "to_yen", "count", "hours", "limit_yen", "tax_percent"), _number
    ),
}

STANDARD_RULES: Final = (
    ScreeningRule(
        name="restricted-goods",
        kind=RuleKind.GOODS,
        outcome=Outcome.NG,
        words=("商品券", "ギフト券", "プリペイド", "収入印紙", "回数券", "貴金属"),
    ),
    ScreeningRule(name="balance", kind=RuleKind.BALANCE, outcome=Outcome.NG),
    ScreeningRule(
        name="pick-up-address",
        kind=RuleKind.ADDRESS,
        outcome=Outcome.REVIEW_HOLD,
        reason="（例）局留・営業所止め等の住所には請求書をお届けできません",
        words=(
            *("局留", "営業所止", "センター止", "私書箱"),
            *("コンビニ受取", "宅配ロッカー", "転送"),
        ),
    ),
    ScreeningRule(name="repeat", kind=RuleKind.REPEAT, outcome=Outcome.DESK),
    ScreeningRule(
        name="high-amount",
        kind=RuleKind.AMOUNT,
        outcome=Outcome.REVIEW_OK,
        from_yen=40_000,
    ),
)


def stored_rules(stored: Sequence[Mapping[str, Any]] | None) -> list[ScreeningRule]:
    """Return the rules from their stored form, the standard ones where none are."""
    if stored is None:
        return list(STANDARD_RULES)
    return [_new(rule) for rule in stored]


def _new(description: Mapping[str, Any]) -> ScreeningRule:
    missing = {"name", "kind", "outcome"} - set(description)
    if missing:
        raise DeskError(f"A new rule needs {sorted(missing)}. No rule was added.")
    blank = ScreeningRule(name="", kind=RuleKind.AMOUNT, outcome=Outcome.OK)
    return blank.changed(description)


def with_rule(
    rules: Sequence[ScreeningRule], description: Mapping[str, Any]
) -> list[ScreeningRule]:
    """Return the rules with one changed, or a new one behind them."""
    name = str(description.get("name", "")).strip()
    if not name:
        raise DeskError("A rule has a name. No rule was changed.")
    if all(rule.name != name for rule in rules):
        return [*rules, _new({"is_on": True, **description})]
    return [rule.changed(description) if rule.name == name else rule for rule in rules]


def preset(name: str) -> list[ScreeningRule]:
    """Return a ready set: "company" with all rules on, "open" with all off."""
    if name not in ("company", "open"):
        raise DeskError("preset must be company or open. No rule was changed.")
    return [rule.changed({"is_on": name == "company"}) for rule in STANDARD_RULES]
