from tests.flow.specimens import order, shipped
from tests.house import House


def test_an_order_is_screened_told_shipped_and_told_again(house: House) -> None:
    house.send(order())
    house.settle()
    assert house.cart.kinds == ["screening.ok"]
    house.send(shipped())
    house.settle()
    assert house.cart.kinds == ["screening.ok", "shipping.accepted"]
    (transaction,) = house.ledger()
    assert transaction["state"] == "SHIPPED"
