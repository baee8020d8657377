"""What the shop's shipping method says before anything left."""

import pytest

from hub.domain.parcel_rules import ParcelRules, WordRule
from tests.flow.specimens import order
from tests.flow.test_parcels import rule
from tests.house import House


@pytest.mark.parametrize(
    ("method", "finding", "code", "may_ship"),
    [
        ("通常配送", "HUB-ELIG-501", "", "yes"),
        ("ヤマト運輸 ネコポス", "HUB-ELIG-502", "HUB-SHIP-011", "check"),
        ("佐川急便 飛脚メール便", "HUB-ELIG-503", "HUB-SHIP-011", "check"),
    ],
)
def test_a_shipping_method_is_warned_about_before_anything_left(
    house: House, method: str, finding: str, code: str, may_ship: str
) -> None:
    house.hear(order(shipping_method=method))
    assert [one.code for one in house.transaction().findings] == [finding]
    assert house.attention() == code
    assert house.cart.heard[-1]["may_ship"] == may_ship


def test_a_meaning_given_to_words_ends_their_warning(house: House) -> None:
    meant = WordRule(words="通常配送", service="12", user_id="U", at=house.clock.now())
    rule(house, words=(meant,))
    house.hear(order(shipping_method="通常配送"))
    assert house.transaction().findings == ()
    assert ParcelRules().match_method("通常配送").code == ""
