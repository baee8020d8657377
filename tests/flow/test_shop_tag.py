"""What a tag shows, on both databases and for the right shop."""

from hub.domain.banner import Placement
from hub.flow.shop_tag import tag_of
from hub.flow.tag_deeds import keep_official
from hub.store import connections
from tests.house import House


def test_a_tag_shows_its_own_shop_on_either_database(house: House) -> None:
    store = house.parts.store.of(house.merchant_id)
    connection = store.read(
        lambda scope: connections.of_shop(scope, house.shop_id, now=house.clock.now())
    )[0]
    keep_official(
        house.parts,
        house.merchant_id,
        house.shop_id,
        Placement.CART,
        body="<b>正式</b>".encode(),
        user_id="0" * 26,
    )
    found = tag_of(house.parts, connection.tag_key)
    assert found is not None
    assert found.official == {Placement.CART: [["b", {}, "正式"]]}
    assert tag_of(house.parts, "0" * 16) is None
