"""What the page within a cart's admin tells of its shop: no buyer, no other shop."""

from typing import Any

from hub.console.apps import AppStanding, AppState, app_standings
from hub.console.install import ITEM_TONES
from hub.console.install import checklist_of as checked
from hub.console.rows import pill_of, reason_of
from hub.console.setup_items import Held, filled_in
from hub.console.visit import Visitor
from hub.console.words import explained
from hub.contract.connector import Connector
from hub.contract.embed import EmbeddedVisit, SetupItem
from hub.store import connections, installations, listing, merchants, search
from hub.store.connections import StoredConnection
from hub.store.listing import Asked
from hub.store.search import Listed
from hub.store.store import Scope
from hub.text.catalogue import Message

ROWS = 10
_Found = tuple[StoredConnection, AppStanding]


def now_of(
    visitor: Visitor, connector: Connector, visit: EmbeddedVisit
) -> dict[str, Any]:
    """Return how the shop's connection stands, and its newest transactions."""
    found = _connection(visitor, connector, visit)
    if found is None:
        return {"needs_install": True, "state": visitor.say("embed.not_connected")}
    connection, app = found
    store = visitor.parts.store.of(connection.merchant_id)

    def read(scope: Scope) -> tuple[merchants.Shop, list[Listed]]:
        asked = Asked(shop_id=connection.shop_id)
        page = listing.newest(scope, asked, after=None, limit=ROWS)
        shop = merchants.get_shop(scope, connection.shop_id)
        return shop, list(search.of_ids(scope, page.ids))

    shop, rows = store.read(read)
    public = visitor.parts.config.public_url
    return {
        "needs_install": app.state in (AppState.REMOVED, AppState.VOID),
        "state": visitor.say(f"app.{app.state.value}"),
        "tone": app.tone,
        "problem": _said(visitor, app.problem) if app.problem else [],
        "shop": shop.name,
        "mode": visitor.say(f"mode.{shop.mode.value}"),
        "setup_url": f"{public}/console/connections/{connection.id}/setup",
        "rows": [_row(visitor, one) for one in rows],
    }


def checklist_of(
    visitor: Visitor, connector: Connector, visit: EmbeddedVisit
) -> dict[str, Any]:
    """Return the set-up items, each just checked at the cart."""
    found = _connection(visitor, connector, visit)
    if found is None or found[1].needs_consent:
        return {"items": []}
    connection, app = found
    items, problem = checked(visitor.parts, connection)
    shop = visitor.parts.store.of(connection.merchant_id).read(
        lambda scope: merchants.get_shop(scope, connection.shop_id)
    )
    held = Held(
        connection_id=connection.id,
        mode=shop.mode,
        tag_seen_at=app.tag_seen_at,
        base=visitor.parts.config.public_url,
    )
    return {
        "items": [_item(visitor, one) for one in filled_in(visitor, items, held)],
        "problem": _said(visitor, problem) if problem else [],
    }


def sentences(visitor: Visitor, code: str) -> list[str]:
    """Return what a code means, in the three sentences of the catalogue."""
    found = explained(code) or explained("HUB-GEN-001")
    return _said(visitor, found) if found else []


def _said(visitor: Visitor, message: Message) -> list[str]:
    texts = (message.what, message.means, message.next)
    return [*(one.say(visitor.language) for one in texts), message.code]


def _connection(
    visitor: Visitor, connector: Connector, visit: EmbeddedVisit
) -> _Found | None:
    store = visitor.parts.store
    slug = connector.manifest.slug
    installed = store.across.read(
        lambda across: installations.look_up(across, slug, visit.shop_key)
    )
    if installed is None or not installed.is_claimed:
        return None
    now = visitor.parts.clock.now()

    def read(scope: Scope) -> _Found | None:
        connection = connections.get(scope, installed.connection_id, now=now)
        app = app_standings(scope, now=now).get(installed.connection_id)
        return (connection, app) if connection and app else None

    return store.of(installed.merchant_id).read(read)


def _row(visitor: Visitor, listed: Listed) -> dict[str, str]:
    code = listed.attention_code
    pill = pill_of(visitor, listed.wanted, listed.known, code=code)
    is_waiting = listed.is_before_cutover and not listed.is_released
    public = visitor.parts.config.public_url
    return {
        "number": listed.order_number,
        "url": f"{public}/console/orders/{listed.order_id}",
        "at": visitor.show.short(listed.created_at),
        "total": visitor.show.yen(listed.total),
        "word": pill.word,
        "tone": pill.tone.value,
        "reason": reason_of(
            visitor, listed.wanted, listed.known, code=code, is_waiting=is_waiting
        ),
    }


def _item(visitor: Visitor, item: SetupItem) -> dict[str, str]:
    is_ja = visitor.language == "ja"
    return {
        "title": item.title_ja if is_ja else item.title_en,
        "help": item.help_ja if is_ja else item.help_en,
        "state": visitor.say(f"app.item_{item.state.value}"),
        "tone": ITEM_TONES[item.state],
        "note": item.note_ja if is_ja else item.note_en,
        "link": item.link,
        "link_words": visitor.say("app.item_ours" if item.is_ours else "app.item_open"),
        "copy": item.copy_text,
    }
