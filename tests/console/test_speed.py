"""Plans of the lists' queries: none may walk all of a merchant's rows."""

from typing import Any

import pytest
from sqlalchemy import event

from hub.store import parcel_numbers, search
from hub.store.filters import Filter
from hub.store.parcel_numbers import ParcelNumber
from hub.store.store import Scope
from tests.house import House


def plans_of(house: House, work: Any) -> list[str]:
    def explained(scope: Scope) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def listen(_c: Any, _cursor: Any, sql: str, given: Any, *_rest: Any) -> None:
            asked.append((sql, given))

        event.listen(scope.connection, "before_cursor_execute", listen)
        work(scope)
        event.remove(scope.connection, "before_cursor_execute", listen)
        return [
            row[3]
            for sql, given in asked
            for row in scope.connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {sql}", given
            )
        ]

    return house.read(explained)


def walks(plans: list[str]) -> list[str]:
    """Return the steps that only the merchant's id narrows."""
    return [plan for plan in plans if plan.endswith("(merchant_id=?)")]


@pytest.mark.parametrize("text", ["1011", "444413758703", "見本 一郎", "a@example.jp"])
def test_a_search_walks_no_whole_table(house: House, text: str) -> None:
    plans = plans_of(house, lambda scope: search.find(scope, text))
    assert plans
    assert [plan for plan in walks(plans) if "shop" not in plan] == []


@pytest.mark.parametrize(
    "filter_", [filter_ for filter_ in Filter if filter_ is not Filter.ALL]
)
def test_a_filter_walks_its_own_index(house: House, filter_: Filter) -> None:
    now = house.clock.now()
    plans = plans_of(house, lambda scope: search.tally(scope, filter_, now=now))
    plans += plans_of(house, lambda scope: search.page(scope, filter_, now=now))
    assert plans
    assert [plan for plan in walks(plans) if "attention" not in plan] == []


def test_a_reused_number_is_looked_for_by_its_index(house: House) -> None:
    one = ParcelNumber(number="444413758703", carrier_code="12")
    since = house.clock.now()
    plans = plans_of(
        house,
        lambda scope: parcel_numbers.elsewhere(scope, "0" * 26, [one], since=since),
    )
    assert any("ix_parcel_number_number" in plan for plan in plans)
    assert walks(plans) == []
