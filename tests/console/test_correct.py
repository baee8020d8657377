"""The form that corrects: findings first, proposals taken, nothing lost on the way."""

import re

import pytest
from flask import Flask

from hub.domain.known import State
from tests.console.people import Person, logged_in
from tests.console.seed import CLERK, VIEWER
from tests.flow.specimens import BUYER, order
from tests.house import House

BAD = {**BUYER, "name": "𠮷野 花子🍵", "phone": "03-6000-1234 内線5"}


def form_of(house: House, number: str) -> str:
    return f"/console/orders/{house.order(number).id}/correct"


def fields_of(text: str) -> dict[str, str]:
    """Return what a browser would send of the form, without a button."""
    tags = re.findall(r"<input [^>]*>", text)
    pairs = [
        (re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag))
        for tag in tags
    ]
    return {name[1]: value[1] for name, value in pairs if name and value}


def sent(person: Person, house: House, number: str, **changes: str):
    path = form_of(house, number)
    fields = fields_of(person.text(path))
    fields.pop("csrf")
    changed = {name.replace("__", "."): text for name, text in changes.items()}
    return person.post(path, **{**fields, **changed})


@pytest.fixture
def clerk(app: Flask) -> Person:
    return logged_in(app, CLERK)


def test_the_fields_with_findings_come_first(clerk: Person, house: House) -> None:
    house.hear(order("C-1", buyer=BAD))
    text = clerk.text(form_of(house, "C-1"))
    first = text.split('<details class="card', 1)[0]
    assert re.findall(r'<input id="f-([\w.]+)"', first) == ["buyer.name", "buyer.phone"]
    assert "𠮷野 花子🍵" in first
    assert 'name="proposed.buyer.name" value="吉野 花子"' in first


def test_a_proposal_is_taken_field_by_field(clerk: Person, house: House) -> None:
    house.hear(order("C-2", buyer=BAD))
    answer = sent(clerk, house, "C-2", accept="buyer.name")
    fields = fields_of(answer.get_data(as_text=True))
    assert (answer.status_code, fields["buyer.name"]) == (200, "吉野 花子")
    assert fields["buyer.phone"] == "03-6000-1234 内線5"
    assert house.state("C-2") is State.INVALID


def test_every_proposal_is_taken_and_sent(clerk: Person, house: House) -> None:
    house.hear(order("C-3", buyer=BAD))
    taken = fields_of(sent(clerk, house, "C-3", accept="all").get_data(as_text=True))
    taken.pop("csrf")
    answer = clerk.post(form_of(house, "C-3"), **{**taken, "step": "send"})
    assert answer.status_code == 303
    house.settle()
    assert house.state("C-3") is State.AUTHORIZED
    page = clerk.text(f"/console/orders/{house.order('C-3').id}")
    assert "<del>𠮷野 花子🍵</del> → <ins>吉野 花子</ins>" in page
    assert "見本 次郎 が直しました" in page


def test_what_is_not_right_yet_is_not_sent(clerk: Person, house: House) -> None:
    house.hear(order("C-4", buyer=BAD))
    answer = sent(clerk, house, "C-4", buyer__name="花子🍵", step="send")
    text = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="花子🍵"' in text) == (422, True)
    assert house.order("C-4").wanted.corrections == ()


def test_what_the_form_cannot_show_is_kept_where_nobody_touched_it(
    clerk: Person, house: House
) -> None:
    named = {**BAD, "company": "見本\r\n商店"}
    house.hear(order("C-5", buyer=named))
    sent(clerk, house, "C-5", accept="all")
    answer = sent(
        clerk, house, "C-5", buyer__name="吉野", buyer__phone="0360001234", step="send"
    )
    assert answer.status_code == 303
    fields = {one.field for one in house.order("C-5").wanted.corrections}
    assert fields == {"buyer.name", "buyer.phone"}


def test_an_amount_cannot_be_corrected_here(clerk: Person, house: House) -> None:
    house.hear(order("C-6", total=1))
    text = clerk.text(form_of(house, "C-6"))
    assert "ここでは直せないこと" in text
    assert "明細の合計と請求金額が一致しません" in text
    assert 'name="total"' not in text


def test_a_refusal_stands_at_the_field_that_it_names(
    clerk: Person, house: House
) -> None:
    text = clerk.text(form_of(house, "1021"))
    first = text.split('<details class="card', 1)[0]
    assert "決済会社の指摘" in first
    assert 'id="f-buyer.name"' in first


def test_the_preview_says_what_is_sent(clerk: Person, house: House) -> None:
    house.hear(order("C-7", buyer={**BAD, "name_kana": "よしの はなこ"}))
    answer = sent(clerk, house, "C-7", buyer__name="吉野　花子", step="preview")
    told = answer.get_data(as_text=True).split('id="told-card"', 1)[1]
    assert "吉野　花子" in told
    assert "ヨシノハナコ" in told


def test_a_viewer_sees_the_form_and_cannot_send_it(app: Flask, house: House) -> None:
    house.hear(order("C-8", buyer=BAD))
    viewer = logged_in(app, VIEWER)
    assert "この内容で再審査" not in viewer.text(form_of(house, "C-8"))
    assert viewer.post(form_of(house, "C-8"), step="send").status_code == 403


def test_an_order_that_needs_no_correction_is_refused(
    clerk: Person, house: House
) -> None:
    answer = clerk.post(form_of(house, "1017"), step="send")
    assert answer.status_code == 409


def test_markup_in_a_name_stays_text(clerk: Person, house: House) -> None:
    house.hear(order("C-9", name="<b>🍵</b>"))
    text = clerk.text(form_of(house, "C-9"))
    assert "<b>🍵" not in text
    assert "&lt;b&gt;" in text


def test_a_postal_code_of_elsewhere_says_where(clerk: Person, house: House) -> None:
    away = {**BUYER["address"], "postal_code": "530-0001"}
    house.hear(order("C-10", buyer={**BUYER, "address": away}, price=1700))
    page = clerk.text(f"/console/orders/{house.order('C-10').id}")
    assert "530-0001 = 大阪府" in page
    assert "大阪府" not in str(house.transaction("C-10").findings)
