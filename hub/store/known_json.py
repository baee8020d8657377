"""Known as JSON; it holds no persons, for reasons of holds are the operator's words."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from hub.contract.money import Yen
from hub.domain.known import Known, ReportedParcel, State

Json = dict[str, Any]


def known_to_json(known: Known) -> Json:
    """Return a document of what is known."""
    document = asdict(known)
    document["refused"] = sorted(known.refused)
    return document


def known_from_json(document: Json) -> Known:
    """Return what the document says."""
    amount = document["amount"]
    authorized_at = document["authorized_at"]
    return Known(
        state=State(document["state"]),
        provider_transaction_id=document["provider_transaction_id"],
        registered=document["registered"],
        amount=None if amount is None else Yen(amount),
        reported=_reported(document["reported"]),
        reasons=tuple(document["reasons"]),
        refused=frozenset(document["refused"]),
        authorized_at=datetime.fromisoformat(authorized_at) if authorized_at else None,
        is_live=document["is_live"],
        print_data_of=document.get("print_data_of", ""),
    )


def _reported(document: Json | None) -> ReportedParcel | None:
    if document is None:
        return None
    day = document["expected_issue_on"]
    issue_on = date.fromisoformat(day) if day else None
    return ReportedParcel(**{**document, "expected_issue_on": issue_on})
