"""Who calls, its shops, today's work, and the carriers that the provider takes."""

from hub.api.caller import Caller
from hub.api.documents import Document
from hub.api.door import Door
from hub.api.fields import money
from hub.api.shop_schemas import CarriersSchema, MeSchema, ShopsSchema, WorkSchema
from hub.domain.carriers import CARRIER_NAMES_JA
from hub.store import connections, merchants, search
from hub.store.filters import Filter
from hub.store.store import Scope

COUNTED = (
    Filter.ALARM,
    Filter.ATTENTION,
    Filter.RELEASE,
    Filter.HOLD,
    Filter.SCREENING,
    Filter.READY,
    Filter.REPORTED,
    Filter.UNCLEAR,
)


def add_merchant(door: Door) -> None:
    """Add the routes."""

    @door.get("/me", answer=MeSchema, scopes=())
    def get_me(caller: Caller) -> Document:
        """この鍵について / Whose key this is and what it may do."""
        name = caller.store.read(merchants.merchant_name)
        is_sandbox = caller.parts.config.provider_is_sandbox
        return {
            "merchant": {"id": caller.merchant_id, "name": name},
            "key": {
                "id": caller.key.id,
                "name": caller.key.name,
                "hint": caller.key.hint,
                "scopes": sorted(caller.key.scopes),
                "created_at": caller.key.created_at,
            },
            "environment": "sandbox" if is_sandbox else "production",
            "calls_per_minute": caller.parts.config.api_rate,
        }

    @door.get("/shops", answer=ShopsSchema)
    def list_shops(caller: Caller) -> Document:
        """店舗と接続 / Shops with their connections."""
        return {"items": caller.store.read(lambda scope: _shops(scope, caller))}

    @door.get("/carriers", answer=CarriersSchema)
    def list_carriers(_caller: Caller) -> Document:
        """配送会社のコード / Carriers with the provider's codes."""
        return {
            "items": [
                {"code": code, "name": name} for code, name in CARRIER_NAMES_JA.items()
            ]
        }

    @door.get("/work", answer=WorkSchema)
    def get_work(caller: Caller) -> Document:
        """今日の仕事の件数と金額 / What the console's first page counts."""
        return {"items": caller.store.read(lambda scope: _work(scope, caller))}


def _shops(scope: Scope, caller: Caller) -> list[Document]:
    now = caller.parts.clock.now()
    found = []
    for shop_id in merchants.shop_ids(scope):
        shop = merchants.get_shop(scope, shop_id)
        found.append(
            {
                "id": shop.id,
                "name": shop.name,
                "mode": shop.mode.value,
                "cutover_at": shop.cutover_at,
                "order_number_prefix": shop.order_number_prefix,
                "connections": [
                    {
                        "id": one.id,
                        "connector": one.connector,
                        "roles": sorted(role.value for role in one.roles),
                        "is_disabled": one.is_disabled,
                        "is_push_disabled": one.is_push_disabled,
                    }
                    for one in connections.of_shop(scope, shop_id, now=now)
                ],
            }
        )
    return found


def _work(scope: Scope, caller: Caller) -> list[Document]:
    now = caller.parts.clock.now()
    found = []
    for filter_ in COUNTED:
        tally = search.tally(scope, filter_, now=now)
        found.append(
            {
                "filter": filter_.value,
                "count": tally.count,
                "total": money(tally.total),
            }
        )
    return found
