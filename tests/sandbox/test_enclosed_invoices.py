import pytest

FIRST = "X0000000001"
EMPTY_SHIP = dict.fromkeys(
    (
        "shipName",
        "shipKananame",
        "shipZip",
        "shipAddress",
        "shipCompanyName",
        "shipSectionName",
        "shipTel",
    ),
    "",
)


@pytest.mark.parametrize("ship", [None, EMPTY_SHIP])
def test_a_filled_or_an_empty_ship_block_is_taken(shop, ship):
    assert shop.register(service="3", ship=ship).text("result") == "OK"


def test_another_address_is_refused(shop):
    answer = shop.register(service="3", address="沖縄県見本市例町9-9-9")
    assert answer.errors == [("shipAddress", "er900013")]


def test_the_print_data_hold_all_fields_in_their_order(shop):
    shop.register(service="3")
    info = shop.print_data(FIRST).root.find("invoiceInfo")
    names = [child.tag for child in info]
    # 81 texts, the lines as one element, then 11 more: 167 with 15 lines of 5.
    assert len(names) == 81 + 1 + 11
    assert names[:3] == ["zip", "address1", "address2"]
    assert names[80:83] == ["goodsSubtotalTitle", "details", "detailInfomation"]
    assert names[-1] == "expand20"


def test_the_print_data_show_the_order(shop):
    shop.register(service="3")
    answer = shop.print_data(FIRST)
    assert answer.text("billedAmount") == "4,180円"
    assert answer.text("billSendDate") == "2026年11月20日"
    assert answer.text("billDeadlineDate") == "2026年12月04日"
    assert answer.text("transactionId") == FIRST
    assert len(answer.text("invoiceBarcode")) == 44
    assert answer.texts("goodsSubtotal") == ["3,300", "880"]


def test_the_first_fetch_fixes_the_due_date(shop):
    shop.register(service="3")
    first = shop.print_data(FIRST).text("billDeadlineDate")
    shop.control("/clock", {"business_days": 3})
    assert shop.print_data(FIRST).text("billDeadlineDate") == first


def test_the_report_waits_for_the_print_data(shop):
    shop.register(service="3")
    assert shop.ship(FIRST).errors == [("transactionId", "er900042")]
    shop.print_data(FIRST)
    assert shop.ship(FIRST).text("result") == "OK"


def test_after_a_change_the_print_data_are_fetched_again(shop):
    shop.register(service="3")
    shop.print_data(FIRST)
    shop.change(FIRST, service="3", billedAmount="3000")
    assert shop.ship(FIRST).errors == [("transactionId", "er900042")]


def test_a_separately_mailed_invoice_has_no_print_data(shop):
    shop.register()
    assert shop.print_data(FIRST).errors == [("transactionId", "er900043")]


def test_the_operator_issues_no_enclosed_invoice(shop):
    shop.register(service="3")
    shop.print_data(FIRST)
    shop.ship(FIRST)
    shop.control("/clock", {"business_days": 20})
    found = shop.transaction()
    assert (found["state"], found["issued_on"]) == ("CLEARED", None)
