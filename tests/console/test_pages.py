import re

from flask import Flask

from hub.store.filters import Filter
from tests.console.counts import tally_of
from tests.console.people import logged_in
from tests.console.seed import CLERK, OWNER, VIEWER
from tests.house import House


def path_of(house: House, number: str) -> str:
    return f"/console/orders/{house.order(number).id}"


def test_a_hold_asks_for_a_correction(app: Flask, house: House) -> None:
    text = logged_in(app, CLERK).text(path_of(house, "1019"))
    assert "確認が必要" in text
    assert "住所の番地が確認できません" in text


def test_an_approval_says_that_it_may_ship(app: Flask, house: House) -> None:
    assert "発送OK" in logged_in(app, CLERK).text(path_of(house, "1017"))


def test_an_alarm_names_yen_carrier_and_number(app: Flask, house: House) -> None:
    text = logged_in(app, CLERK).text(path_of(house, "1024"))
    for part in ("発送しないで", "7,572円", "ヤマト運輸", "444413758714"):
        assert part in text


def test_an_unclear_order_offers_two_choices_with_yen(app: Flask, house: House) -> None:
    text = logged_in(app, CLERK).text(path_of(house, "1022"))
    assert "お問合せ番号を入力して引き継ぐ" in text
    assert "12,760円" in text


def test_an_issue_date_is_never_more_than_expected(app: Flask, house: House) -> None:
    text = logged_in(app, CLERK).text(path_of(house, "1011"))
    assert "発行予定日" in text
    assert "支払期限(見込み)" in text
    assert "発行済み" not in text


def test_the_wire_is_shown_without_the_buyer(app: Flask, house: House) -> None:
    text = logged_in(app, CLERK).text(path_of(house, "1017"))
    wire = "".join(re.findall(r"<pre.*?</pre>", text, re.DOTALL))
    assert "shopOrderId" in wire
    assert "すみれ" not in wire
    assert "Example01" not in text


def test_every_tile_counts_what_its_list_shows(app: Flask, house: House) -> None:
    person = logged_in(app, CLERK)
    for filter_ in Filter:
        text = person.text(f"/console/transactions?filter={filter_.value}")
        tally = tally_of(house, filter_)
        assert text.count('class="go"') == tally.count, filter_


def test_what_may_ship_is_shown_as_such(app: Flask) -> None:
    text = logged_in(app, CLERK).text("/console/transactions?filter=ready")
    pills = re.findall(r'class="pill \w+">([^<]+)', text)
    assert pills
    assert set(pills) == {"発送OK"}


def test_search_finds_by_each_whole_value(app: Flask, house: House) -> None:
    person = logged_in(app, CLERK)
    inquiry_number = house.known("1011").provider_transaction_id
    for text in (
        "1011",
        "#1011",
        "４４４４-1375-8703",
        inquiry_number,
        "見本　一郎",
        "0450001234",
        "HANAKO@example.jp",
    ):
        assert (
            ">1011<"
            in person.get(f"/console/transactions?q={text}".replace("#", "%23")).text
        )


def test_search_finds_no_part_of_a_name(app: Flask) -> None:
    text = logged_in(app, CLERK).text("/console/transactions?q=一郎")
    assert 'class="go"' not in text


def test_a_cut_cursor_shows_the_first_page(app: Flask) -> None:
    text = logged_in(app, CLERK).text("/console/transactions?after=12.x..")
    assert text.count('class="go"') <= 50


def test_an_unreadable_delivery_names_its_fields(app: Flask) -> None:
    person = logged_in(app, CLERK)
    listing = person.text("/console/deliveries?state=quarantined")
    path = re.search(r'href="(/console/deliveries/\w{26})"', listing)
    assert path is not None
    assert "読めない受信データ" in person.text(path[1])


def test_a_viewer_sees_no_button_of_an_order(app: Flask, house: House) -> None:
    text = logged_in(app, VIEWER).text(path_of(house, "1019"))
    assert "内容を直して再審査</a>" not in text


def test_english_is_one_switch_away(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    assert person.post("/console/language", language="en").status_code == 303
    text = person.text(path_of(house, "1017"))
    assert 'lang="en"' in text
    assert "What happened" in text


def test_the_sandbox_is_named_on_every_page(app: Flask) -> None:
    assert "TEST" in logged_in(app, CLERK).text("/console/")
