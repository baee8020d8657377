"""One row that breaks an invariant, as `hub verify` names it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One row that breaks an invariant."""

    invariant: str
    table: str
    merchant_id: str
    row_id: str
    why: str


def violation(invariant: str, table: str, row: Any, why: str) -> Violation:
    """Return the violation of a row that has a merchant and an id."""
    return Violation(
        invariant=invariant,
        table=table,
        merchant_id=row.merchant_id,
        row_id=row.id,
        why=why,
    )
