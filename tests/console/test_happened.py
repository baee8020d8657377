"""何が起きましたか on the order's page: said, shown, and then done."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from hub.app import create_app
from hub.domain.known import State
from hub.sandbox.rules import Rules
from hub.sandbox.testing import RunningSandbox
from tests.console.people import Person, logged_in
from tests.console.seed import CLERK, VIEWER, add_people
from tests.flow.specimens import order, shipped
from tests.flow.wire_calls import SHIP
from tests.house import House, running_house

REPORTED = ("R-1", "R-2", "R-3", "R-4")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("happened")
    with (
        RunningSandbox(folder / "sandbox", rules=Rules(review_seconds=0)) as sandbox,
        running_house(
            folder,
            provider_url=f"{sandbox.wire_url}/api/",
            control_url=sandbox.control_url,
        ) as opened,
    ):
        opened.open()
        add_people(opened)
        for index, number in enumerate(REPORTED):
            tracking = f"{12345678901 + index * 7:011d}"
            tracking += str(int(tracking) % 7)
            opened.hear(order(number), shipped(number, tracking=tracking))
        opened.hear(
            order("H-1", name="見本保留 次郎"), order("N-1", name="見本NG 四郎")
        )
        opened.until(lambda: opened.state("H-1") is State.ON_HOLD)
        yield opened


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house.parts)


@pytest.fixture
def clerk(app: Flask) -> Person:
    return logged_in(app, CLERK)


def path_of(house: House, number: str, rest: str = "") -> str:
    return f"/console/orders/{house.order(number).id}{rest}"


def plan_of(clerk: Person, house: House, number: str, **fields: str) -> str:
    path = path_of(house, number, "/happened/plan")
    answer = clerk.post(path, reason="購入者から連絡", **fields)
    return answer.get_data(as_text=True)


def test_the_menu_is_on_the_page_of_an_order_that_left(
    clerk: Person, house: House
) -> None:
    text = clerk.text(path_of(house, "R-1"))
    for word in ("何が起きましたか", "全返品", "後送", "購入者が支払済"):
        assert word in text


def test_and_not_on_that_of_one_on_hold(clerk: Person, house: House) -> None:
    assert "全返品" not in clerk.text(path_of(house, "H-1"))
    answer = clerk.get(path_of(house, "H-1", "/happened"))
    assert answer.status_code == 409


def test_a_viewer_sees_no_menu(app: Flask, house: House) -> None:
    assert "全返品" not in logged_in(app, VIEWER).text(path_of(house, "R-1"))


@pytest.mark.parametrize(
    "what",
    [
        "returned",
        "reduced",
        "undelivered",
        "resent",
        "exchanged",
        "exchanged_other",
        "sent_later",
        "buyer_paid",
    ],
)
def test_every_happening_has_its_form(clerk: Person, house: House, what: str) -> None:
    text = clerk.text(path_of(house, "R-1", f"/happened?what={what}"))
    assert "手順を確認する" in text


def test_the_plan_names_calls_money_invoice_and_a_text(
    clerk: Person, house: House
) -> None:
    text = plan_of(clerk, house, "R-1", what="reduced", remaining_0="1")
    steps = re.findall(r"<li><b>([^<]+)</b>", text)
    assert steps == ["出荷報告の取消", "取引変更", "出荷報告"]
    for part in ("2,530円", "4,180円", "発行予定日", "見本 花子 様", "コピー"):
        assert part in text
    assert house.state("R-1") is State.SHIPMENT_REPORTED


def test_what_was_confirmed_is_done(clerk: Person, house: House) -> None:
    text = plan_of(clerk, house, "R-2", what="reduced", remaining_0="１")
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    del fields["csrf"]
    answer = clerk.post(path_of(house, "R-2", "/happened/do"), **fields)
    assert answer.status_code == 303
    house.settle()
    (one,) = house.ledger("R-2")
    assert (one["state"], one["billed_amount"]) == ("SHIPPED", 2530)
    assert "一部返品・値引を記録" in clerk.text(path_of(house, "R-2"))


def test_a_plan_that_is_old_is_not_done(clerk: Person, house: House) -> None:
    path = path_of(house, "R-3", "/happened/do")
    answer = clerk.post(path, what="returned", reason="返品", seen="0" * 16)
    assert answer.status_code == 409
    assert "HUB-AFTER-103" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"what": "reduced", "remaining_0": "二"}, "HUB-AFTER-102"),
        ({"what": "reduced", "remaining_0": "9"}, "HUB-AFTER-102"),
        (
            {"what": "resent", "carrier": "12", "tracking_number": "00000"},
            "HUB-AFTER-104",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_may_be_typed_again(
    clerk: Person, house: House, fields: dict[str, str], code: str
) -> None:
    text = plan_of(clerk, house, "R-3", **fields)
    assert code in text
    assert "購入者から連絡" in text


def test_a_refund_stands_on_the_page_until_it_is_done(
    clerk: Person, house: House
) -> None:
    text = plan_of(clerk, house, "R-4", what="returned", paid="buyer_paid")
    assert "決済会社には何も送信しません" in text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    del fields["csrf"]
    clerk.post(path_of(house, "R-4", "/happened/do"), **fields)
    assert "加盟店から返金 4,180円" in clerk.text(path_of(house, "R-4"))
    clerk.post(path_of(house, "R-4", "/refunded"))
    assert "加盟店から返金 4,180円" not in clerk.text(path_of(house, "R-4"))


def test_a_hold_offers_one_text_for_each_thing_to_confirm(
    clerk: Person, house: House
) -> None:
    text = clerk.text(path_of(house, "H-1"))
    for word in ("確認中のお知らせ", "ご住所の確認", "お電話番号の確認"):
        assert word in text


def test_the_text_after_a_no_says_nothing_of_the_screening(
    clerk: Person, house: House
) -> None:
    text = clerk.text(path_of(house, "N-1"))
    found = re.search(r'<textarea id="letter-.*?>(.*?)</textarea>', text, re.DOTALL)
    assert found
    letter = found[1].replace("見本NG 四郎", "")
    assert "別のお支払い方法" in letter
    for word in ("審査", "NG", "与信", "アトディーネ", "信用"):
        assert word not in letter


def test_two_orders_are_merged_on_the_page_of_one(clerk: Person, house: House) -> None:
    house.hear(order("M-1", name="見本 五月"), order("M-2", name="見本 五月"))
    assert "この注文にまとめる" in clerk.text(path_of(house, "M-1"))
    answer = clerk.post(path_of(house, "M-1", "/merge"), other="R-1", reason="同梱")
    assert "HUB-MERGE-101" in answer.get_data(as_text=True)
    answer = clerk.post(path_of(house, "M-1", "/merge"), other="M-2", reason="同梱")
    assert answer.status_code == 303
    assert "おまとめをやめる" in clerk.text(path_of(house, "M-1"))
    assert "別の注文におまとめ中" in clerk.text(path_of(house, "M-2"))
    assert clerk.post(path_of(house, "M-1", "/unmerge")).status_code == 303
    assert house.order("M-2").wanted.merged_into == ""


def test_a_report_in_doubt_asks_what_the_provider_s_screen_shows(
    app: Flask, house: House
) -> None:
    number = "D-1"
    house.hear(order(number), shipped(number, tracking="444413758703"))
    house.fault(SHIP, "applied_unanswered")
    house.hear(order(number, kind="order.amended", version=2, price=1000))
    house.wait(minutes=90)
    clerk = logged_in(app, CLERK)
    text = clerk.text(path_of(house, number))
    for word in ("HUB-PROV-305", "取り消されていた", "残っていた", "全返品"):
        assert word in text
    # Nothing on the page says yes, or offers a call that would not be made.
    for word in ("一部返品", "発送OK</h1>", "もう一度送信", "登録を受け付けません"):
        assert word not in text
    assert re.search(r"<h1>.*報告済み・要確認\s*</h1>", text)
    assert 'href="#decide"' in text
    # The provider's words stand once, and not beside the report that it took.
    assert text.count("transactionId: 現在の取引状態ではこの操作はできません") == 1
    viewed = logged_in(app, VIEWER).text(path_of(house, number))
    assert 'name="is_gone"' not in viewed
    path = path_of(house, number, "/report-in-doubt")
    refused = clerk.post(path, is_gone="yes", number="D-2")
    assert refused.status_code == 409
    assert house.known(number).in_doubt_since is not None
    assert clerk.post(path, is_gone="yes", number=number).status_code == 303
    house.settle()
    (one,) = house.ledger(number)
    assert (one["state"], one["billed_amount"]) == ("SHIPPED", 2880)
    assert 'name="is_gone"' not in clerk.text(path_of(house, number))
