import html
import re

from flask import Flask
from sqlalchemy import select

from hub.store import merchants
from hub.store.merchants import Shop
from hub.store.tables import audit
from tests.console.people import Person, logged_in
from tests.console.seed import CLERK, OWNER
from tests.house import House


def page_of(house: House) -> str:
    return f"/console/shops/{house.shop_id}/rules"


def shop_of(house: House) -> Shop:
    return house.read(lambda scope: merchants.get_shop(scope, house.shop_id))


def seen(person: Person, house: House, topic: str) -> str:
    text = person.text(page_of(house))
    form = text.split(f'/rules/{topic}"', 1)[1]
    found = re.search(r'name="seen" value="(\w+)"', form)
    assert found
    return found[1]


def save(person: Person, house: House, topic: str, **fields: str):
    fields.setdefault("seen", seen(person, house, topic))
    return person.post(f"{page_of(house)}/{topic}", **fields)


def test_an_owner_changes_when_a_report_is_sent(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    assert save(person, house, "parcels", report_when="last").status_code == 303
    assert shop_of(house).parcels.report_when == "last"
    assert 'value="last" checked' in person.text(page_of(house))
    assert save(person, house, "parcels", report_when="first").status_code == 303


def test_a_change_is_audited_with_what_differs(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    save(person, house, "parcels", report_when="first", unsaid_is_all="yes")
    rows = house.read(lambda scope: scope.connection.execute(select(audit)).all())
    last = max(rows, key=lambda row: row.seq)
    assert last.action == "change_rules"
    assert last.detail == {
        "topic": "parcels",
        "before": '{"unsaid_is_all":""}',
        "after": '{"unsaid_is_all":"yes"}',
    }
    save(person, house, "parcels", report_when="first")


def test_what_was_typed_stays_beside_the_mistake(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    answer = save(person, house, "parcels", report_when="never", unsaid_is_all="yes")
    assert answer.status_code == 422
    assert "どれか1つを選んでください" in answer.text
    assert 'name="unsaid_is_all" value="yes" checked' in answer.text
    assert not shop_of(house).parcels.unsaid_is_all


def test_nobody_overwrites_what_another_changed(app: Flask, house: House) -> None:
    person = logged_in(app, OWNER)
    old = seen(person, house, "parcels")
    save(person, house, "parcels", report_when="all")
    answer = save(person, house, "parcels", report_when="last", seen=old)
    assert answer.status_code == 422
    assert "別の方が先に変更" in answer.text
    assert shop_of(house).parcels.report_when == "all"
    save(person, house, "parcels", report_when="first")


def test_a_clerk_reads_the_rules_and_changes_none(app: Flask, house: House) -> None:
    person = logged_in(app, CLERK)
    text = person.text(page_of(house))
    assert "変更は責任者だけができます" in text
    assert "この項目を保存する" not in text
    answer = save(person, house, "parcels", report_when="last")
    assert answer.status_code == 403


def test_the_page_says_how_many_open_orders_it_touches(
    app: Flask, house: House
) -> None:
    text = html.unescape(logged_in(app, OWNER).text(page_of(house)))
    assert re.search(r"進行中の注文 \d+件・[\d,]+円", text)
