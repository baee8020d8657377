import pytest

FIRST = "X0000000001"
SECOND_MERCHANT = {
    "shop_code": "atd000000002",
    "link_id": "original00",
    "link_password": "Example02",
}


def on(shop, name, **more):
    status, _ = shop.control("/screening", {"name": name, "is_on": True, **more})
    assert status == 200


def auto(answer):
    return answer.texts("autoAuthoriresult")[0]


def registered(shop, *amounts, **more):
    return [
        auto(shop.register(billedAmount=amount, shopOrderId=f"M-{number}", **more))
        for number, amount in enumerate(amounts)
    ]


def test_no_rule_is_on_at_first(shop):
    rules = shop.control("/screening")[1]["rules"]
    assert [rule["name"] for rule in rules if rule["is_on"]] == []
    assert len(rules) == 5
    assert registered(shop, *["50000"] * 4) == ["OK"] * 4


def test_the_company_preset_switches_all_on(shop):
    rules = shop.control("/screening", {"preset": "company"})[1]["rules"]
    assert all(rule["is_on"] for rule in rules)


def test_the_open_balance_counts_against_fifty_thousand_before_tax(shop):
    on(shop, "balance")
    assert registered(shop, "30000", "25000", "1") == ["OK", "OK", "NG"]


def test_the_balance_counts_other_merchants_orders(shop):
    on(shop, "balance")
    registered(shop, "40000")
    shop.control("/merchants", SECOND_MERCHANT)
    shop.link = shop.link.replace("atd000000001", "atd000000002")
    shop.link = shop.link.replace("Example01", "Example02")
    assert registered(shop, "20000") == ["NG"]


def test_a_cancelled_order_is_no_longer_open(shop):
    on(shop, "balance")
    registered(shop, "40000")
    shop.cancel(FIRST)
    assert registered(shop, "40000") == ["OK"]


def test_a_change_does_not_count_its_own_old_amount(shop):
    on(shop, "balance")
    registered(shop, "40000")
    assert auto(shop.change(FIRST, billedAmount="54000")) == "OK"
    assert auto(shop.change(FIRST, billedAmount="55001")) == "NG"


@pytest.mark.parametrize(
    "other",
    [
        {"name": "見本　花子", "tel": "0980000000"},
        {"tel": "098-111-1111", "address": "沖縄県見本市例町１丁目２番３サンプル荘101"},
        {"address": "沖縄県見本市例町9-9-9"},
    ],
)
def test_one_buyer_is_known_again(shop, other):
    shop.register()
    shop.register(**other)
    balances = shop.ledger()["balances"]
    assert [(b["open_yen"], b["open_count"]) for b in balances] == [(8360, 2)]


@pytest.mark.parametrize(
    "other",
    [{"name": "見本太郎"}, {"tel": "098-111-1111", "address": "沖縄県別市例町9-9-9"}],
)
def test_two_buyers_are_kept_apart(shop, other):
    shop.register()
    shop.register(**other)
    assert [b["orders"] for b in shop.ledger()["balances"]] == [1, 1]


def test_a_changed_name_moves_the_balance_to_another_buyer(shop):
    shop.register()
    shop.change(FIRST, name="例田太郎")
    assert [(b["name"], b["open_yen"]) for b in shop.ledger()["balances"]] == [
        ("例田太郎", 4180)
    ]


def test_the_mark_lets_the_balance_count_without_the_rule(shop):
    amounts = ("30000", "30000")
    assert registered(shop, *amounts, name="見本残高花子") == ["OK", "NG"]


def test_repeated_orders_go_to_the_desk(shop):
    on(shop, "repeat", count=3, hours=24)
    assert registered(shop, *["1000"] * 3) == ["OK", "OK", "審査中"]
    shop.control("/clock", {"hours": 25})
    assert registered(shop, "1000") == ["OK"]


def test_an_amount_band_is_reviewed(shop, real_time):
    on(shop, "high-amount", from_yen=40000, to_yen=45000)
    assert registered(shop, "39999", "40000", "45001") == ["OK", "審査中", "OK"]


def test_a_pick_up_address_is_put_on_hold_until_it_is_another(shop):
    on(shop, "pick-up-address")
    shop.register(address="沖縄県見本市例町1 見本郵便局留")
    shop.control("/clock", {"hours": 1})
    found = shop.transaction()
    assert (found["state"], found["caught_by"]) == ("HOLD", "pick-up-address")
    assert auto(shop.change(FIRST, address="沖縄県見本市例町4-5-6")) == "OK"


def test_restricted_goods_are_declined(shop):
    on(shop, "restricted-goods", words=["例の茶葉"])
    assert auto(shop.register()) == "NG"


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        ("address", "沖縄県見本市例町1-2-3見本局留", "審査中"),
        ("goods", "見本取扱不可", "NG"),
    ],
)
def test_marks_in_address_and_goods_work_without_a_rule(shop, field, text, word):
    if field == "goods":
        order = shop.order().replace("例の茶葉", text)
        body = f"<request>{shop.link}{order}</request>"
        assert auto(shop.post("transaction.do", body)) == word
    else:
        assert auto(shop.register(**{field: text})) == word


def test_a_magic_name_comes_before_the_rules(shop):
    on(shop, "restricted-goods", words=["例の茶葉"])
    assert auto(shop.register(name="見本審査中")) == "審査中"


def test_an_own_rule_is_added_and_dropped(shop):
    rule = {"name": "mine", "kind": "goods", "words": ["茶葉"], "outcome": "NG"}
    shop.control("/screening", rule)
    assert auto(shop.register()) == "NG"
    shop.control("/screening/mine", method="DELETE")
    assert auto(shop.register()) == "OK"


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"preset": "x"},
        {"name": "balance", "limit_yen": -1},
        {"name": "balance", "limit_yen": "many"},
        {"name": "balance", "outcome": "maybe"},
        {"name": "mine", "outcome": "NG"},
        {"name": "balance", "colour": "red"},
    ],
)
def test_a_wrong_rule_changes_nothing(shop, wanted):
    before = shop.control("/screening")[1]
    assert shop.control("/screening", wanted)[0] == 422
    assert shop.control("/screening")[1] == before


def test_rules_and_balances_outlive_a_restart(tmp_path, shop):
    from hub.clock import Clock
    from hub.sandbox.testing import RunningSandbox

    verdicts = []
    for _ in range(2):
        with RunningSandbox(tmp_path / "again", clock=Clock()) as running:
            shop.wire_url, shop.control_url = running.wire_url, running.control_url
            on(shop, "balance")
            verdicts += registered(shop, "40000")
    assert verdicts == ["OK", "NG"]
