"""Transactions and orders as merchants' systems read them."""

from datetime import datetime
from typing import Any

from hub.api import problems
from hub.api.asked import SearchBody, TransactionAsking
from hub.api.caller import Caller
from hub.api.documents import (
    Document,
    moment_document,
    order_document,
    parcel_document,
    transaction_document,
)
from hub.api.door import Door
from hub.api.reading import refuse
from hub.api.schemas import OrderSchema, TransactionPageSchema
from hub.contract.updates import MayShip
from hub.domain.known import State
from hub.domain.parcel_troubles import UNPAYABLE_METHOD
from hub.domain.verdict import may_ship
from hub.flow.order_story import Story, order_story
from hub.store import listing, search
from hub.store.api_keys import ApiScope
from hub.store.listing import Asked, Cursor, IdPage
from hub.store.search import Listed
from hub.store.store import Scope

# How a cursor begins: a place in one order says nothing in the other.
_BY_MAKING, _BY_CHANGE = "m", "c"
_NO_CURSOR = (
    "前の応答の next_cursor をそのまま渡してください。 / Give next_cursor as it was."
)


def add_transactions(door: Door) -> None:
    """Add the routes."""

    @door.get("/transactions", answer=TransactionPageSchema, query=TransactionAsking)
    def list_transactions(caller: Caller, asking: dict[str, Any]) -> Document:
        """取引の一覧 / List transactions.

        新しい順。updated_since を渡すと、変わった順(古い順)。
        The newest first; with updated_since, what changed longest ago first.
        """
        return _page(caller, asking)

    @door.post(
        "/transactions/search",
        answer=TransactionPageSchema,
        body=SearchBody,
        scopes=(ApiScope.READ, ApiScope.PERSONAL),
        status=200,
        is_act=False,
    )
    def search_transactions(caller: Caller, asking: dict[str, Any]) -> Document:
        """番号・氏名・電話・メールの全体一致で探す / Find by one whole value."""
        return _found(caller, asking["value"], limit=asking["limit"])

    @door.get("/transactions/<transaction_id>", answer=OrderSchema)
    def get_transaction(caller: Caller, transaction_id: str) -> Document:
        """取引とその経緯 / One transaction with its order and timeline."""
        rows = caller.store.read(lambda scope: search.of_ids(scope, [transaction_id]))
        if not rows:
            raise problems.absent()
        story = _story(caller, rows[0].order_id)
        return _order(caller, story, transaction_id)

    @door.get("/orders/<order_id>", answer=OrderSchema)
    def get_order(caller: Caller, order_id: str) -> Document:
        """注文とその経緯 / One order with its newest transaction and timeline."""
        story = _story(caller, order_id)
        return _order(caller, story, story.transaction.id)


def _page(caller: Caller, asking: dict[str, Any]) -> Document:
    asked = Asked(
        state=State(asking["state"]) if "state" in asking else None,
        needs_attention=asking.get("needs_attention"),
        shop_id=asking.get("shop", ""),
        order_number=asking.get("order_number", ""),
        provider_transaction_id=asking.get("provider_transaction_id", ""),
    )
    since: datetime | None = asking.get("updated_since")
    order = _BY_CHANGE if since else _BY_MAKING
    after = _cursor(asking.get("after", ""), order)
    limit: int = asking["limit"]

    def work(scope: Scope) -> tuple[IdPage, list[Listed]]:
        if since is None:
            found = listing.newest(scope, asked, after=after, limit=limit)
        else:
            found = listing.changed(
                scope,
                asked,
                after=after or Cursor(at=since),
                limit=limit,
                now=caller.parts.clock.now(),
            )
        return found, list(search.of_ids(scope, found.ids))

    found, rows = caller.store.read(work)
    return {
        "items": [
            _document(caller, row, found.moved_at[row.transaction_id]) for row in rows
        ],
        "next_cursor": f"{order}{found.next}" if found.next else None,
    }


def _document(caller: Caller, row: Listed, updated_at: datetime) -> Document:
    parts = caller.parts
    answer = may_ship(
        row.wanted,
        row.known,
        now=parts.clock.business_now(),
        life=parts.profile.approval_life,
    )
    if row.attention_code == UNPAYABLE_METHOD:
        answer = MayShip.CHECK
    return transaction_document(
        row, may_ship=answer, updated_at=updated_at, language=caller.language
    )


def _cursor(text: str, order: str) -> Cursor | None:
    if not text:
        return None
    try:
        if not text.startswith(order):
            raise ValueError("a cursor of the other order")  # noqa: TRY301 - told as below
        return listing.read_cursor(text.removeprefix(order))
    except ValueError as error:
        raise refuse("query", "after", _NO_CURSOR) from error


def _found(caller: Caller, value: str, *, limit: int) -> Document:
    def work(scope: Scope) -> tuple[list[Listed], dict[str, datetime]]:
        rows = list(search.find(scope, value, limit=limit).rows)
        return rows, listing.moved_at(scope, [row.transaction_id for row in rows])

    rows, moved_at = caller.store.read(work)
    return {
        "items": [_document(caller, row, moved_at[row.transaction_id]) for row in rows],
        # A value that belongs to more rows than fit is too common to page through.
        "next_cursor": None,
    }


def _story(caller: Caller, order_id: str) -> Story:
    try:
        return order_story(caller.parts, caller.merchant_id, order_id)
    except LookupError as error:
        raise problems.absent() from error


def _order(caller: Caller, story: Story, transaction_id: str) -> Document:
    def work(scope: Scope) -> tuple[Listed, datetime, str, int]:
        (row,) = search.of_ids(scope, [transaction_id])
        moved_at = listing.moved_at(scope, [transaction_id])[transaction_id]
        number, generation = listing.number_of(scope, transaction_id)
        return row, moved_at, number, generation

    row, moved_at, number, generation = caller.store.read(work)
    order, sees = story.order.wanted.order, caller.may_see_persons
    return {
        "transaction": _document(caller, row, moved_at),
        "generation": generation,
        "provider_order_number": number,
        "order": order_document(order, with_persons=sees) if order else None,
        "parcels": [parcel_document(one.parcel) for one in story.order.wanted.parcels],
        "acts": [act.kind.value for act in story.acts],
        "timeline": [
            moment_document(moment, language=caller.language, with_persons=sees)
            for moment in story.moments
        ],
    }
