"""An answer that the books contradict is named by `hub verify`."""

import pytest

from hub.store.tables import ask
from tests.flow.herons import heron_house, pay, stored, with_heron
from tests.house import House

GRANTED, DENIED, PENDING = "granted", "denied", "pending"
HELD, PASSED = "見本保留花子", "見本花子"


@pytest.fixture
def nest(house: House) -> House:
    return heron_house(house)


def change(house: House, values: dict[str, str]) -> None:
    ours = ask.c.merchant_id == house.merchant_id
    house.parts.store.of(house.merchant_id).write(
        lambda scope: scope.connection.execute(
            ask.update().where(ours).values(**values)
        )
    )


def named(house: House) -> list[str]:
    return [one.why for one in house.violations() if one.table == "ask"]


@pytest.mark.parametrize(
    ("name", "changes", "why"),
    [
        (HELD, {"outcome": GRANTED}, "never authorized"),
        (PASSED, {"outcome": DENIED, "told": DENIED}, "order is wanted"),
        (PASSED, {"outcome": PENDING}, "was told granted"),
        (PASSED, {"told": "perhaps"}, "nobody is told"),
        (PASSED, {"kind": "gift"}, "no such kind"),
    ],
)
def test_an_answer_that_the_books_contradict_is_named(
    nest: House, name: str, changes: dict[str, str], why: str
) -> None:
    pay(nest, name=name)
    before = {key: str(getattr(stored(nest), key)) for key in changes}
    assert named(nest) == []
    change(nest, changes)
    (found,) = named(nest)
    assert why in found
    change(nest, before)


def test_an_answer_that_nobody_tells_is_named(nest: House) -> None:
    pay(nest)
    other = with_heron(nest, "heron-2", roles=())
    change(nest, {"connection_id": other.connection_id})
    assert named(nest) == ["it has an answer that nobody tells"]
    change(nest, {"connection_id": nest.connection_id})
