from urllib.parse import urlencode

import pytest

FIRST, SECOND = "X0000000001", "X0000000002"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def submit(shop, path, **fields):
    body = urlencode(fields).encode()
    return shop.send(shop.control_url, path, body, **FORM)


def page(shop, path):
    return shop.send(shop.control_url, path, b"", method="GET").body.decode()


@pytest.fixture
def waiting(shop):
    shop.register(name="見本目視 一郎")
    shop.register(name="見本目視 二郎")
    return shop


def test_the_queue_holds_what_waits_for_a_person(waiting):
    waiting.register()
    queue = waiting.control("/desk")[1]["queue"]
    assert [case["transaction_id"] for case in queue] == [FIRST, SECOND]


def test_a_decision_leads_to_the_next_case(waiting, shop):
    path = f"/transactions/{FIRST}/decision"
    answer = submit(shop, path, result="OK", next="1")
    assert answer.status == 303
    queue = waiting.control("/desk")[1]["queue"]
    assert [case["transaction_id"] for case in queue] == [SECOND]
    assert shop.transaction()["state"] == "APPROVED"


def test_a_ready_reason_and_an_own_one_are_both_told(waiting, shop):
    fields = {"result": "保留", "ready": "（例）一", "reason": "（例）二"}
    submit(shop, f"/transactions/{FIRST}/decision", **fields)
    assert shop.transaction()["reasons"] == ["（例）一", "（例）二"]


def test_the_case_shows_the_buyers_other_orders_and_balance(shop):
    shop.register()
    shop.register(shopOrderId="M-2")
    case = shop.control(f"/desk/{SECOND}")[1]
    assert case["buyer"]["open_yen"] == 8360
    assert [other["transaction_id"] for other in case["others"]] == [FIRST]


def test_the_buyer_is_shown_with_every_order(shop):
    shop.register()
    number = shop.transaction()["buyer"]
    assert shop.control(f"/buyers/{number}")[1]["orders"] == 1
    assert FIRST in page(shop, f"/buyers/{number}")
    assert shop.control("/buyers/99")[0] == 404


@pytest.mark.parametrize("path", ["/desk", "/screening", "/buyers", f"/desk/{FIRST}"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_desks_pages_are_shown(waiting, path, language):
    assert f'lang="{language}"' in page(waiting, f"{path}?lang={language}")


def test_a_rule_is_changed_on_its_page(shop):
    fields = {"name": "balance", "limit_yen": "1000", "is_on": "1", "outcome": "NG"}
    assert submit(shop, "/screening", **fields).status == 303
    assert shop.register().texts("autoAuthoriresult") == ["NG"]
    submit(shop, "/screening", name="balance")
    assert shop.register().texts("autoAuthoriresult") == ["OK"]


def test_a_rule_is_dropped_and_the_preset_brings_it_back_on_the_page(shop):
    submit(shop, "/screening/repeat/drop")
    assert len(shop.control("/screening")[1]["rules"]) == 4
    submit(shop, "/screening", preset="open")
    assert len(shop.control("/screening")[1]["rules"]) == 5
