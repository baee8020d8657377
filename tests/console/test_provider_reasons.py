"""A refusal is shown in the provider's words and explained in ours."""

from flask import Flask

from tests.console.people import logged_in
from tests.console.seed import OWNER, placed
from tests.house import House


def test_a_refused_order_says_which_field_and_keeps_their_words(
    app: Flask, house: House
) -> None:
    number = "R-1"
    house.hear(placed(number, "見本拒否", 1650, ordered_at="2099-01-01T00:00:00Z"))
    page = logged_in(app, OWNER).text(f"/console/orders/{house.order(number).id}")
    assert "決済会社が「購入者の氏名」を受け付けませんでした。" in page
    assert house.known(number).reasons[0] in page
