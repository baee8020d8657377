"""An id of each kind that a route of the console names."""

import secrets

from hub.contract.proof import handed_in
from hub.domain.banner import MaterialKind, Placement
from hub.flow.api_keys import issue_key
from hub.flow.privacy import tend_requests
from hub.store import inbox, privacy_requests, tag_material
from hub.store.api_keys import ApiScope
from hub.store.privacy_requests import DATA_REQUEST, Subject
from hub.store.store import Scope
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
        "request_id": new_request(house),
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


def new_request(house: House) -> str:
    """Return a request for a buyer's data whose export is ready."""
    now = house.clock.now()
    asked = handed_in(
        topic="asked",
        dedupe_key=secrets.token_hex(8),
        body=b"{}",
        received_at=now,
        content_type="",
    )

    def work(scope: Scope) -> str:
        where = {"connection_id": house.connection_id, "shop_id": house.shop_id}
        delivery_id, _is_new = inbox.add(scope, asked, now=now, **where)
        return privacy_requests.put(
            scope,
            kind=DATA_REQUEST,
            delivery_id=delivery_id,
            subject=Subject(email="hanako@example.jp"),
            occurred_at=now,
            now=now,
            **where,
        )

    request_id = house.parts.store.of(house.merchant_id).write(work)
    tend_requests(house.parts)
    house.settle()
    return request_id
