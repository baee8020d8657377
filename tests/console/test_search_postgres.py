from pathlib import Path

from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from hub.store.filters import Filter
from tests.console import seed
from tests.console.counts import page_of, tally_of
from tests.console.people import logged_in
from tests.house import running_house


def test_lists_and_search_say_the_same_on_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    from hub.app import create_app

    with (
        RunningSandbox(tmp_path / "sandbox", rules=Rules(review_seconds=0)) as sandbox,
        running_house(
            tmp_path,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
            database_url=postgres_url.replace("postgresql://", "postgresql+psycopg://"),
        ) as house,
    ):
        house.open()
        seed.add_people(house)
        seed.fill(house)
        person = logged_in(create_app(house.parts), seed.OWNER)
        for filter_ in Filter:
            tally = tally_of(house, filter_)
            text = person.text(f"/console/transactions?filter={filter_.value}")
            assert text.count('class="go"') == tally.count, filter_
        for value in ("1011", "4444-1375-8703", "見本 一郎", "045-000-1234"):
            assert ">1011<" in person.text(f"/console/transactions?q={value}")
        assert "発送OK" in person.text(f"/console/orders/{house.order('1017').id}")


def test_pages_follow_each_other_without_gap_or_double(
    tmp_path: Path, postgres_url: str
) -> None:
    with (
        RunningSandbox(tmp_path / "sandbox", rules=Rules(review_seconds=0)) as sandbox,
        running_house(
            tmp_path,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
            database_url=postgres_url.replace("postgresql://", "postgresql+psycopg://"),
        ) as house,
    ):
        house.open()
        seed.fill(house)
        for filter_ in (Filter.ALL, Filter.ATTENTION, Filter.SCREENING):
            whole = page_of(house, filter_)
            walked, after = [], ""
            while True:
                page = page_of(house, filter_, after=after, limit=2)
                walked += [row.order_number for row in page.rows]
                after = page.next_cursor
                if not after:
                    break
            assert walked == [row.order_number for row in whole.rows]
