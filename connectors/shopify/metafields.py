"""What an order tells of its transaction, in fields of the app's own namespace.

Only the app writes them; a definition gives each its Japanese name and pins it to the
order's page in the admin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from hub.contract.updates import CartUpdate, Evidence, UpdateKind

from .api import Client, UserErrorsError
from .display import Book, Display
from .notes import MAY_SHIP, sentences
from .queries import query

NAMESPACE = "$app"
BOOK = "book"

_LINE = "single_line_text_field"
_EVIDENCE = {
    Evidence.COMPUTED: "営業日から計算した予定日",
    Evidence.STATEMENT: "決済会社の明細",
    Evidence.CARRIER: "運送会社の記録",
    Evidence.PERSON: "担当者の入力",
}
_SCREENED = (UpdateKind.SCREENING_OK, UpdateKind.SCREENING_NG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One field that a person reads; `kind` is Shopify's type."""

    key: str
    name_ja: str
    kind: str = _LINE


DEFINITIONS = (
    Definition(key="status", name_ja="後払い: 状態"),
    Definition(key="may_ship", name_ja="後払い: 発送していい?"),
    Definition(key="message", name_ja="後払い: 説明", kind="multi_line_text_field"),
    Definition(key="transaction_id", name_ja="後払い: お問合せ番号(アトディーネ)"),
    Definition(
        key="screened_at", name_ja="後払い: 審査の結果が出た日時", kind="date_time"
    ),
    Definition(
        key="shipping_reported_at", name_ja="後払い: 出荷報告の日時", kind="date_time"
    ),
    Definition(key="tracking_number", name_ja="後払い: 報告した送り状番号"),
    Definition(
        key="invoice_expected_on", name_ja="後払い: 請求書 発行予定日", kind="date"
    ),
    Definition(key="invoice_evidence", name_ja="後払い: 発行予定日の根拠"),
)
# For programs: no definition, no place on the page.
_KINDS = {one.key: one.kind for one in DEFINITIONS} | {"state": _LINE, BOOK: "json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetafieldChanges:
    """Values to set by key, and keys to delete."""

    put: Mapping[str, str]
    delete: tuple[str, ...] = ()


def define_metafields(client: Client) -> None:
    """Make the definitions that are missing; a second time changes nothing.

    Raises CartUnavailableError, CartRefusedError.
    """
    listed = client.ask(query("defined_metafields"), {})["metafieldDefinitions"]
    known = {one["key"] for one in listed["nodes"]}
    for one in DEFINITIONS:
        if one.key not in known:
            _define(client, one)


def _define(client: Client, one: Definition) -> None:
    wish = {
        "name": one.name_ja,
        "namespace": NAMESPACE,
        "key": one.key,
        "ownerType": "ORDER",
        "type": one.kind,
        "pin": True,
    }
    passes = {"metafieldDefinitionCreate": ("TAKEN",)}
    document = query("define_metafield")
    try:
        client.write(document, {"definition": wish}, passes=passes)
    except UserErrorsError as error:
        if "PINNED_LIMIT_REACHED" not in error.codes:
            raise
        # The merchant's own pins go before ours; the field is shown unpinned.
        unpinned = {**wish, "pin": False}
        client.write(document, {"definition": unpinned}, passes=passes)


def metafield_changes(
    display: Display, update: CartUpdate, book: Book
) -> MetafieldChanges:
    """Return what differs from what the order shows.

    A moment that this update does not speak of stays, but none of a report that was
    taken back.
    """
    wanted = _values(update) | {BOOK: book.written()}
    if update.state != "SHIPMENT_REPORTED":
        wanted["shipping_reported_at"] = ""
    there = display.metafields
    return MetafieldChanges(
        put={
            key: value
            for key, value in wanted.items()
            if value and not _is_same(_KINDS[key], there.get(key, ""), value)
        },
        delete=tuple(
            key for key, value in wanted.items() if not value and key in there
        ),
    )


def set_wish(owner: str, values: Mapping[str, str]) -> list[dict[str, str]]:
    """Return values as metafieldsSet takes them."""
    return [
        {
            "ownerId": owner,
            "namespace": NAMESPACE,
            "key": key,
            "type": _KINDS.get(key, _LINE),
            "value": value,
        }
        for key, value in values.items()
    ]


def delete_wish(owner: str, keys: tuple[str, ...]) -> list[dict[str, str]]:
    """Return keys as metafieldsDelete takes them."""
    return [{"ownerId": owner, "namespace": NAMESPACE, "key": key} for key in keys]


def _values(update: CartUpdate) -> dict[str, str]:
    moment = update.occurred_at.isoformat(timespec="seconds")
    invoice = update.invoice
    values = {
        "state": update.state,
        "status": update.state_label,
        "may_ship": MAY_SHIP[update.may_ship],
        "message": "\n".join([sentences(update), *update.reasons]),
        "transaction_id": update.provider_transaction_id,
        "tracking_number": update.tracking_number,
        "invoice_expected_on": invoice.expected_issue_on.isoformat() if invoice else "",
        "invoice_evidence": _EVIDENCE[invoice.evidence] if invoice else "",
    }
    if update.kind in _SCREENED:
        values["screened_at"] = moment
    if update.kind is UpdateKind.SHIPPING_ACCEPTED:
        values["shipping_reported_at"] = moment
    return values


def _is_same(kind: str, there: str, wanted: str) -> bool:
    """Compare what values mean: Shopify may write JSON and moments another way."""
    if there == wanted:
        return True
    try:
        if kind == "json":
            return bool(orjson.loads(there) == orjson.loads(wanted))
        if kind == "date_time":
            return datetime.fromisoformat(there) == datetime.fromisoformat(wanted)
    except (ValueError, TypeError):
        return False
    return False
