"""What is uncertain about the company, one switch each, with the best guess set."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self


class RuleError(ValueError):
    """A rule was named or valued wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The switches of the pretended company (atodene-api 11)."""

    review_seconds: float = 5.0
    silence_seconds: float = 0.0
    limit_yen: int = 55_000
    approval_days: int = 90
    cancel_days_after_clearing: int = 30
    delivery_days: int = 2
    clearing_business_days: int = 3
    due_days: int = 14
    payment_days: int = 7
    reminder_days: int = 3
    reminder_interval_days: int = 14
    reminders: int = 2
    paper_post_days: int = 2
    check_sum: bool = True
    refuse_address_spaces: bool = False

    def changed(self, changes: Mapping[str, object]) -> Self:
        """Return these rules with some replaced; raises RuleError on a wrong one."""
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        checked: dict[str, object] = {}
        for name, value in changes.items():
            if name not in kinds:
                raise RuleError(f"There is no rule {name}; there are {sorted(kinds)}.")
            checked[name] = _as_kind(name, value, kinds[name])
        return replace(self, **checked)  # type: ignore[arg-type]  # kinds checked above


def _as_kind(name: str, value: object, kind: type) -> object:
    if kind is bool:
        if isinstance(value, bool):
            return value
        raise RuleError(f"Rule {name} must be true or false.")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or float(str(value)) < 0:
        raise RuleError(f"Rule {name} must be a number of 0 or more.")
    return kind(value)


REVIEW_SECONDS = "HUB_SANDBOX_REVIEW_SECONDS"


def from_environment(environment: Mapping[str, str]) -> Rules:
    """Return the default rules with the length of a review from the environment."""
    text = environment.get(REVIEW_SECONDS, "")
    if not text:
        return Rules()
    try:
        return Rules().changed({"review_seconds": float(text)})
    except ValueError as error:
        raise RuleError(f"{REVIEW_SECONDS} must be a number of seconds.") from error
