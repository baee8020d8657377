"""An id of each kind that a route of the console names."""

from hub.domain.banner import MaterialKind, Placement
from hub.flow.api_keys import issue_key
from hub.store import tag_material
from hub.store.api_keys import ApiScope
from tests.house import House

ABSENT = "0" * 26


def ids_of(house: House, number: str) -> dict[str, str]:
    return {
        "order_id": house.order(number).id,
        "delivery_id": house.deliveries()[0].id,
        "shop_id": house.shop_id,
        "connection_id": house.connection_id,
        "operation_id": house.operations(number)[0].id,
        "key_id": new_key(house),
        "material_id": new_material(house),
    }


def new_key(house: House) -> str:
    key_id, _token = issue_key(
        house.parts,
        house.merchant_id,
        name="受注管理",
        scopes=frozenset({ApiScope.READ}),
        user_id="",
    )
    return key_id


def new_material(house: House) -> str:
    return house.parts.store.of(house.merchant_id).write(
        lambda scope: tag_material.add(
            scope,
            house.shop_id,
            Placement.CART,
            kind=MaterialKind.OFFICIAL,
            body=b"<b>1</b>",
            user_id=ABSENT,
            now=house.clock.now(),
        )
    )
