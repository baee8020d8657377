"""接続: the shops, their connections, and how far each shop lets the hub go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response

from hub.console.apps import AppStanding, app_standings
from hub.console.interventions import attempted
from hub.console.order import connector_title
from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go, problem_page
from hub.console.tag import snippets_of
from hub.console.visit import ACTING, OWNING, Visit, field
from hub.contract.connector import Role, Snippet
from hub.domain.policy import Mode
from hub.flow import intervene
from hub.flow.reconcile import ask_now, looked_at
from hub.store import connections, merchants, poll_cursors, records, search
from hub.store.connections import StoredConnection
from hub.store.merchants import Shop
from hub.store.records import PushBacklog
from hub.store.search import Tally
from hub.store.store import Scope
from hub.text.catalogue import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One connection with what is happening on it."""

    connection: StoredConnection
    last_received: datetime | None
    backlog: PushBacklog
    snippets: Sequence[tuple[Snippet, str]]
    app: AppStanding | None
    # Whether its cart can be compared with what came, and when it was.
    is_compared: bool
    compared_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCard:
    """One shop with its connections and what its mode holds back."""

    shop: Shop
    lines: Sequence[Line]
    unregistered: Tally


def add_connections(house: House) -> None:
    """Add the routes."""

    @house.page("/connections", "connections")
    def all_connections(visit: Visit) -> Response:
        return connections_page(visit)

    @house.action("/shops/<shop_id>/mode", "set_mode", roles=OWNING)
    def set_mode(visit: Visit, shop_id: str) -> Response:
        shop_ids = visit.store.read(merchants.shop_ids)
        if shop_id not in shop_ids:
            raise AbsentError
        name = field("mode")
        if name not in Mode.__members__.values():
            return problem_page(visit, "input", status=422)
        problem = attempted(
            lambda: intervene.set_mode(
                visit.parts,
                visit.merchant_id,
                shop_id,
                mode=Mode(name),
                user_id=visit.user_id,
            )
        )
        if problem is not None:
            return connections_page(visit, problem=problem)
        return go("connections", done="mode")

    @house.action("/connections/<connection_id>/compare", "compare", roles=ACTING)
    def compare(visit: Visit, connection_id: str) -> Response:
        is_asked = ask_now(
            visit.parts, visit.merchant_id, connection_id, user_id=visit.user_id
        )
        if not is_asked:
            raise AbsentError
        return go("connections", done="compare")


def connections_page(visit: Visit, *, problem: Message | None = None) -> Response:
    """Return the page of all connections."""
    now = visit.parts.clock.now()
    cards = visit.store.read(
        lambda scope: [
            _card(visit, scope, shop_id, now=now)
            for shop_id in merchants.shop_ids(scope)
        ]
    )
    slugs = {line.connection.connector for card in cards for line in card.lines}
    return page(
        visit,
        "connections.html",
        status=409 if problem else 200,
        problem=problem,
        cards=cards,
        modes=list(Mode),
        roles=list(Role),
        titles={slug: connector_title(visit, slug) for slug in slugs},
        public_url=visit.parts.config.public_url,
    )


def _card(visit: Visit, scope: Scope, shop_id: str, *, now: datetime) -> ShopCard:
    found = connections.of_shop(scope, shop_id, now=now)
    apps = app_standings(scope, now=now)
    looks = poll_cursors.last_looks(scope)
    compared = looked_at(visit.parts)
    return ShopCard(
        shop=merchants.get_shop(scope, shop_id),
        lines=[
            Line(
                connection=connection,
                last_received=records.last_received(scope, connection.id),
                backlog=records.push_backlog(scope, connection.id),
                snippets=snippets_of(visit, [connection]),
                app=apps.get(connection.id),
                is_compared=not connection.is_disabled
                and connection.connector in compared,
                compared_at=looks.get(connection.id),
            )
            for connection in found
        ],
        unregistered=search.tally_unregistered(scope, shop_id),
    )
