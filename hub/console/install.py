"""A person takes an installed app for a shop, sets it up, and connects it again."""

from collections.abc import Sequence

from flask import Response, request

from hub.console.apps import AppStanding, app_standings
from hub.console.connections import connections_page
from hub.console.order import connector_title
from hub.console.pages import page
from hub.console.rooms import AbsentError, House, go, problem_page
from hub.console.setup_items import Held, filled_in
from hub.console.visit import ACTING, OWNING, Visit, field
from hub.console.words import explained
from hub.contract.embed import ItemState, SetupItem
from hub.contract.errors import HubError
from hub.flow import install, install_care, install_claim
from hub.flow.connection_view import view_of
from hub.flow.enroll import EnrollError
from hub.flow.install import (
    CLAIM_COOKIE,
    CLAIM_PATH,
    STATE_COOKIE,
    STATE_PATH,
    NoAppError,
)
from hub.flow.install_claim import Place
from hub.flow.tools import Parts
from hub.store import connections, merchants
from hub.store.connections import StoredConnection
from hub.store.installations import STATE_LIFE
from hub.store.store import Scope
from hub.text.catalogue import Message

_LONGEST = 400
ITEM_TONES = {ItemState.DONE: "ok", ItemState.TO_DO: "wait", ItemState.UNKNOWN: "quiet"}


def add_install(house: House) -> None:
    """Add the routes."""
    _add_claim(house)
    _add_setup(house)
    _add_reconnect(house)


def _token() -> str:
    return request.cookies.get(CLAIM_COOKIE, "")[:_LONGEST]


def _add_claim(house: House) -> None:
    @house.page("/install", "claim_app")
    def claim_page(visit: Visit) -> Response:
        return _claim_page(visit)

    @house.action("/install", "connect_app", roles=OWNING)
    def connect(visit: Visit) -> Response:
        chosen = field("shop", longest=26)
        place = Place(
            shop_id="" if chosen == "new" else chosen,
            new_name=field("name", longest=60) if chosen == "new" else "",
            order_number_prefix=field("prefix", longest=8) if chosen == "new" else "",
        )
        try:
            connection_id = install_claim.claim(
                visit.parts,
                _token(),
                place,
                merchant_id=visit.merchant_id,
                user_id=visit.user_id,
            )
        except LookupError:
            return problem_page(visit, "claim", status=404)
        except EnrollError as error:
            return _claim_page(visit, problem=explained(error.code), status=409)
        install_care.enable(visit.parts, visit.merchant_id, connection_id)
        response = go("app_setup", connection_id=connection_id, done="connected")
        response.delete_cookie(CLAIM_COOKIE, path=CLAIM_PATH)
        return response


def _claim_page(
    visit: Visit, *, problem: Message | None = None, status: int = 200
) -> Response:
    found = install_claim.pending(visit.parts, _token())
    if found is None:
        return problem_page(visit, "claim", status=404)
    now = visit.parts.clock.now()
    manifest = visit.parts.registry.connector(found.connector).manifest

    def read(scope: Scope) -> list[tuple[merchants.Shop, bool]]:
        free = install_claim.takers(scope, manifest, now=now)
        return [(merchants.get_shop(scope, one), free[one]) for one in free]

    shops = visit.store.read(read)
    return page(
        visit,
        "claim.html",
        status=status,
        problem=problem,
        found=found,
        cart=connector_title(visit, found.connector),
        shops=shops,
        chosen=field("shop", longest=26),
        name=field("name", longest=60) or found.title,
        prefix=field("prefix", longest=8),
    )


def _add_setup(house: House) -> None:
    @house.page("/connections/<connection_id>/setup", "app_setup")
    def setup(visit: Visit, connection_id: str) -> Response:
        return _setup_page(visit, connection_id)

    @house.action("/connections/<connection_id>/enable", "enable_app", roles=ACTING)
    def enable(visit: Visit, connection_id: str) -> Response:
        if _found(visit, connection_id)[1] is None:
            return problem_page(visit, "no_app", status=409)
        install_care.enable_now(visit.parts, visit.merchant_id, connection_id)
        return go("app_setup", connection_id=connection_id)


def _setup_page(visit: Visit, connection_id: str) -> Response:
    connection, standing = _found(visit, connection_id)
    if standing is None:
        return problem_page(visit, "no_app", status=409)
    items: Sequence[SetupItem] = ()
    problem = standing.problem
    if not standing.needs_consent:
        items, failure = checklist_of(visit.parts, connection)
        problem = problem or failure
    shop = visit.store.read(lambda scope: merchants.get_shop(scope, connection.shop_id))
    held = Held(
        connection_id=connection_id,
        mode=shop.mode,
        tag_seen_at=standing.tag_seen_at,
    )
    return page(
        visit,
        "app_setup.html",
        problem=problem,
        app=standing,
        shop=shop,
        cart=connector_title(visit, connection.connector),
        items=filled_in(visit, items, held),
        tones=ITEM_TONES,
        is_ja=visit.language == "ja",
    )


def checklist_of(
    parts: Parts, connection: StoredConnection
) -> tuple[Sequence[SetupItem], Message | None]:
    """Return the set-up items, each just checked; or why the cart could not be asked.

    What came before a failure is returned beside it.
    """
    items: list[SetupItem] = []
    try:
        connector, _install = install.install_of(parts, connection.connector)
        if connector.embed is None:
            return items, None
        items.extend(connector.embed.checklist(view_of(parts, connection)))
    except HubError as error:
        return items, explained(error.code)
    except NoAppError:
        return items, explained("HUB-INST-404")
    return items, None


def _add_reconnect(house: House) -> None:
    @house.action(
        "/connections/<connection_id>/reconnect", "reconnect_app", roles=OWNING
    )
    def reconnect(visit: Visit, connection_id: str) -> Response:
        connection, standing = _found(visit, connection_id)
        if standing is None or not standing.shop_key:
            return problem_page(visit, "no_app", status=409)
        try:
            way = install.begin_again(
                visit.parts, connection.connector, standing.shop_key
            )
        except NoAppError:
            return connections_page(visit, problem=explained("HUB-INST-404"))
        # A link, because a form's policy does not let it lead to another site.
        response = page(
            visit,
            "reconnect.html",
            app=standing,
            cart=connector_title(visit, connection.connector),
            consent_url=way.redirect_url,
        )
        response.set_cookie(
            STATE_COOKIE,
            way.cookie,
            max_age=int(STATE_LIFE.total_seconds()),
            path=STATE_PATH,
            secure=house.cookies.is_https,
            httponly=True,
            samesite="Lax",
        )
        return response


def _found(
    visit: Visit, connection_id: str
) -> tuple[StoredConnection, AppStanding | None]:
    now = visit.parts.clock.now()

    def read(scope: Scope) -> tuple[StoredConnection, AppStanding | None]:
        connection = connections.get(scope, connection_id, now=now)
        if connection is None:
            raise AbsentError
        return connection, app_standings(scope, now=now).get(connection_id)

    return visit.store.read(read)
