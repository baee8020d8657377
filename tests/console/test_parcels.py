from typing import Any

import pytest
from flask import Flask

from hub.domain.known import State
from hub.store import merchants
from tests.console import seed
from tests.console.people import Person, logged_in
from tests.console.seed import CLERK, OWNER, VIEWER
from tests.flow.specimens import shipped
from tests.house import House

UNKNOWN: dict[str, Any] = {"carrier": "見本運輸", "service": ""}
_NUMBERS = iter(range(3001, 3100))


@pytest.fixture
def number(house: House) -> str:
    """An order of its own for each test."""
    number = str(next(_NUMBERS))
    placed = seed.placed(number, "見本 九子", 1500, ordered_at="2099-01-01T09:00:00Z")
    house.hear(placed)
    return number


def page_of(house: House, number: str) -> str:
    return f"/console/orders/{house.order(number).id}/parcels"


def choose(person: Person, house: House, number: str, **more: str):
    fields = {"parcel": "S-1", "words": "見本運輸", "service": "18", **more}
    return person.post(f"{page_of(house, number)}/service", **fields)


def test_before_anything_left_the_page_says_so(
    app: Flask, house: House, number: str
) -> None:
    text = logged_in(app, VIEWER).text(page_of(house, number))
    assert "まだ荷物が出ていません" in text


def test_an_unknown_carrier_is_chosen_by_a_person(
    app: Flask, house: House, number: str
) -> None:
    tracking = f"51254{number}000"
    house.hear(shipped(number, tracking=tracking, **UNKNOWN))
    person = logged_in(app, CLERK)
    order = f"/console/orders/{house.order(number).id}"
    assert "荷物を確認する" in person.text(order)
    text = person.text(page_of(house, number))
    assert "この荷物だけ、この便にする" in text
    assert "今後も" not in text
    assert choose(person, house, number).status_code == 303
    house.settle()
    assert house.state(number) is State.SHIPMENT_REPORTED
    text = person.text(page_of(house, number))
    assert "報告済み" in text
    assert "発行予定日" in text
    assert "発行済み" not in text


def test_only_an_owner_makes_a_rule_of_it(
    app: Flask, house: House, number: str
) -> None:
    house.hear(shipped(number, tracking=f"51254{number}001", **UNKNOWN))
    clerk, owner = logged_in(app, CLERK), logged_in(app, OWNER)
    assert choose(clerk, house, number, for_all="yes").status_code == 403
    assert "今後も「見本運輸」" in owner.text(page_of(house, number))
    assert choose(owner, house, number, for_all="yes").status_code == 303
    shop = house.read(lambda scope: merchants.get_shop(scope, house.shop_id))
    assert [one.words for one in shop.parcels.words] == ["見本運輸"]


def test_a_choice_for_words_that_changed_is_not_taken(
    app: Flask, house: House, number: str
) -> None:
    house.hear(shipped(number, carrier="別の運輸", service=""))
    answer = choose(logged_in(app, CLERK), house, number)
    assert answer.status_code == 409
    assert "荷物の内容が変わっています" in answer.text


def test_a_doubtful_number_is_shown_and_confirmed(
    app: Flask, house: House, number: str
) -> None:
    doubtful = f"44441{number}009"
    house.hear(shipped(number, tracking=doubtful))
    person = logged_in(app, CLERK)
    assert "検算(末尾の1桁)が合わない番号" in person.text(page_of(house, number))
    answer = person.post(
        f"{page_of(house, number)}/number", parcel="S-1", number=doubtful
    )
    assert answer.status_code == 303
    assert house.attention(number) == ""


def test_what_a_spreadsheet_rounded_is_explained(
    app: Flask, house: House, number: str
) -> None:
    house.hear(shipped(number, tracking="4.44414E+11"))
    text = logged_in(app, CLERK).text(page_of(house, number))
    assert "表計算ソフトで丸められた番号です" in text
    assert "HUB-SHIP-002" in text


def test_a_viewer_sees_no_form(app: Flask, house: House, number: str) -> None:
    house.hear(shipped(number, tracking=f"51254{number}002", **UNKNOWN))
    assert "実際に使った便" not in logged_in(app, VIEWER).text(page_of(house, number))


def test_an_order_is_found_by_a_number_that_is_not_reported(
    app: Flask, house: House, number: str
) -> None:
    tracking = f"51254{number}003"
    house.hear(shipped(number, tracking=tracking, carrier="どこかの運輸", service=""))
    text = logged_in(app, CLERK).text(f"/console/transactions?q={tracking}")
    assert f">{number}<" in text
