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
from hub.console.visit import OWNING, Visit, field
from hub.contract.connector import Role, Snippet
from hub.domain.policy import Mode
from hub.flow import intervene
from hub.store import connections, merchants, records, search
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
    return ShopCard(
        shop=merchants.get_shop(scope, shop_id),
        lines=[
            Line(
                connection=connection,
                last_received=records.last_received(scope, connection.id),
                backlog=records.push_backlog(scope, connection.id),
                snippets=snippets_of(visit, [connection]),
                app=apps.get(connection.id),
            )
            for connection in found
        ],
        unregistered=search.tally_unregistered(scope, shop_id),
    )
