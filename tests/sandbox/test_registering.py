import pytest

FIRST = "X0000000001"


def test_an_ordinary_order_is_approved_and_echoed(shop):
    answer = shop.register()
    assert [child.tag for child in answer.root[1]] == [
        "shopOrderId",
        "transactionId",
        "autoAuthoriresult",
    ]
    assert answer.texts("shopOrderId") == ["M-20261123-0007"]
    assert answer.texts("transactionId") == [FIRST]
    assert answer.texts("autoAuthoriresult") == ["OK"]


def test_the_answer_says_that_it_is_utf8_xml(shop):
    assert shop.register().body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')


@pytest.mark.parametrize(
    ("name", "amount", "auto"),
    [
        ("見本NG子", "4180", "NG"),
        ("見本 NG", "4180", "NG"),
        ("見本ＮＧ", "4180", "NG"),
        ("見本審査中", "4180", "審査中"),
        ("見本審査中NG", "4180", "審査中"),
        ("見本保留", "4180", "審査中"),
        ("見本花子", "19901", "NG"),
        ("見本花子", "9902", "審査中"),
        ("見本花子", "55000", "OK"),
        ("見本花子", "55001", "NG"),
        ("審査通", "4180", "OK"),
    ],
)
def test_magic_names_and_amounts_decide_the_automatic_result(shop, name, amount, auto):
    answer = shop.register(name=name, billedAmount=amount)
    assert answer.texts("autoAuthoriresult") == [auto]


def test_a_refused_call_makes_no_transaction(shop):
    answer = shop.register(name="見本拒否")
    assert (answer.text("result"), shop.ledger()["transactions"]) == ("NG", [])


def test_two_registrations_of_one_order_are_two_transactions(shop):
    shop.register()
    shop.register()
    assert shop.ledger()["summary"]["doubles"] == 1


def test_a_cancelled_first_registration_is_no_double(shop):
    shop.register()
    shop.cancel(FIRST)
    shop.register()
    summary = shop.ledger()["summary"]
    assert summary["doubles"] == 0
    assert summary["registered_more_than_once"][0]["registrations"] == 2


def test_the_sum_of_the_lines_is_checked(shop):
    body = shop.order().replace("<goodsPrice>880<", "<goodsPrice>881<")
    answer = shop.post("transaction.do", f"<request>{shop.link}{body}</request>")
    assert answer.errors == [("billedAmount", "er900012")]


def test_the_check_of_the_sum_can_be_switched_off(shop):
    shop.control("/rules", {"check_sum": False})
    body = shop.order().replace("<goodsPrice>880<", "<goodsPrice>881<")
    answer = shop.post("transaction.do", f"<request>{shop.link}{body}</request>")
    assert answer.text("result") == "OK"


@pytest.mark.parametrize(
    ("element", "text", "code"),
    [
        ("name", "", "er900001"),
        ("name", "あ" * 22, "er900002"),
        ("name", "𠮷田花子", "er900003"),
        ("name", "花子😀", "er900003"),
        ("kanaName", "ﾐﾎﾝﾊﾅｺ", "er900004"),
        ("address", "あ" * 56, "er900002"),
        ("zip", "90-00000", "er900008"),
        ("tel", "098-000-000", "er900009"),
        ("tel", "090-0000-00000", "er900009"),
        ("email", "hanako.example.com", "er900010"),
        ("billedAmount", "4,180", "er900005"),
        ("billedAmount", "418.00", "er900005"),
        ("billedAmount", "-1", "er900005"),
        ("billedAmount", "1000000", "er900002"),
        ("service", "1", "er900006"),
        ("expand1", "03", "er900006"),
        ("shopOrderDate", "2026-11-23", "er900007"),
        ("shopOrderDate", "2026/02/30", "er900007"),
        ("shopOrderId", "注文1", "er900003"),
        ("shopOrderId", "A" * 51, "er900002"),
    ],
)
def test_a_wrong_element_is_named_with_its_fault(shop, element, text, code):
    answer = shop.register(**{element: text})
    assert (answer.text("result"), answer.errors[0]) == ("NG", (element, code))


@pytest.mark.parametrize(
    "name", ["髙﨑花子", "あ" * 21, "見本　花子", "O'Neil &amp; 花子"]
)
def test_names_that_the_company_can_hold_are_taken(shop, name):
    assert shop.register(name=name).text("result") == "OK"


def test_every_fault_is_named_at_once(shop):
    answer = shop.register(name="", tel="1", zip="x")
    assert [point for point, _ in answer.errors] == ["name", "zip", "tel"]


def test_a_discount_line_may_be_negative(shop):
    discount = (
        "<detail><goods>値引</goods><goodsPrice>-500</goodsPrice>"
        "<goodsAmount>1</goodsAmount></detail></details>"
    )
    body = shop.order().replace("</details>", discount).replace(">4180<", ">3680<")
    answer = shop.post("transaction.do", f"<request>{shop.link}{body}</request>")
    assert answer.text("result") == "OK"


def test_sixteen_lines_are_too_many(shop):
    line = (
        "<detail><goods>茶</goods><goodsPrice>0</goodsPrice>"
        "<goodsAmount>1</goodsAmount></detail>"
    )
    body = shop.order().replace("</details>", line * 14 + "</details>")
    answer = shop.post("transaction.do", f"<request>{shop.link}{body}</request>")
    assert answer.errors == [("details", "er900011")]


@pytest.mark.parametrize("section", ["customer", "ship", "details"])
def test_a_missing_section_is_named(shop, section):
    body = shop.order().replace(f"<{section}>", "<x>").replace(f"</{section}>", "</x>")
    answer = shop.post("transaction.do", f"<request>{shop.link}{body}</request>")
    assert (section, "er900001") in answer.errors


@pytest.mark.parametrize(
    ("old", "new", "point"),
    [
        ("atd000000001", "atd999999999", "shopCode"),
        ("original00", "original01", "linkId"),
        ("Example01", "Example02", "linkPassword"),
    ],
)
def test_a_wrong_credential_is_named(shop, old, new, point):
    shop.link = shop.link.replace(old, new)
    answer = shop.register()
    assert [found for found, _ in answer.errors] == [point]


def test_the_password_is_not_kept_in_the_request_log(shop):
    shop.register()
    answer = shop.send(shop.control_url, "/sandbox/requests/1", b"", method="GET")
    assert b"Example01" not in answer.body
    assert b"<linkPassword>********</linkPassword>" in answer.body
