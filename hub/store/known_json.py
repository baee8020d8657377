"""Known as JSON; it holds no persons, for reasons of holds are the operator's words."""

from datetime import date, datetime
from typing import Any

from hub.contract.documents import as_document
from hub.contract.money import Yen
from hub.domain.known import Known, ReportedParcel, State, Trouble

Json = dict[str, Any]

_RARE = ("since", "taken_back_at", "trouble", "invalid", "in_doubt_since")


def known_to_json(known: Known) -> Json:
    """Return a document of what is known."""
    document = as_document(known)
    document["refused"] = sorted(known.refused)
    # What most rows do not have is left out, so that they stay short.
    for name in _RARE:
        if not document[name]:
            del document[name]
    return document


def known_from_json(document: Json) -> Known:
    """Return what the document says."""
    amount = document["amount"]
    trouble = _trouble(document.get("trouble"))
    in_doubt_since = _moment(document.get("in_doubt_since"))
    if trouble is not None and trouble.code == "HUB-PROV-305":
        # Written before a doubt was a fact of its own; none may be lost.
        in_doubt_since = trouble.since
        trouble = None
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
        since=_moment(document.get("since")),
        taken_back_at=_moment(document.get("taken_back_at")),
        trouble=trouble,
        invalid=document.get("invalid", ""),
        in_doubt_since=in_doubt_since,
    )


def _trouble(document: Json | None) -> Trouble | None:
    if document is None:
        return None
    since = datetime.fromisoformat(document["since"])
    return Trouble(code=document["code"], since=since)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _reported(document: Json | None) -> ReportedParcel | None:
    if document is None:
        return None
    day = document["expected_issue_on"]
    return ReportedParcel(
        parcel_number=document["parcel_number"],
        carrier_code=document["carrier_code"],
        tracking_number=document["tracking_number"],
        expected_issue_on=date.fromisoformat(day) if day else None,
        reported_at=_moment(document.get("reported_at")),
        is_certain=document.get("is_certain", True),
    )
