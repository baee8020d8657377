import csv
import io
from urllib.parse import urlencode

import pytest

FIRST = "X0000000001"
MERCHANT = "atd000000001"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def get(shop, path):
    return shop.send(shop.control_url, path, b"", method="GET")


def cleared(shop, *orders):
    """Register and ship; the time is 2026-11-20, so all is cleared on 11/27."""
    for number in range(1, len(orders) + 1):
        shop.register(shopOrderId=f"M-{number}", **orders[number - 1])
        if orders[number - 1].get("service") == "3":
            shop.print_data(f"X{number:010d}")
        shop.ship(f"X{number:010d}")
    shop.control("/clock", {"hours": 24 * 8})


def payouts(shop):
    return shop.control("/payouts")[1]["payouts"]


def terms(shop, **wanted):
    return shop.control(f"/merchants/{MERCHANT}/terms", wanted)


def forward(shop, days):
    shop.control("/clock", {"hours": 24 * days})


def test_what_was_cleared_is_paid_out_after_the_month(shop):
    cleared(shop, {"billedAmount": "10000"}, {"billedAmount": "5000"})
    assert payouts(shop) == []
    forward(shop, 3)
    (payout,) = payouts(shop)
    assert (payout["closes_on"], payout["payout_on"]) == ("2026-11-30", "2026-12-07")
    assert (payout["amount"], payout["fees"], payout["invoice_fees"]) == (
        15000,
        750,
        380,
    )
    assert (payout["total"], payout["paid_at"]) == (13870, None)
    forward(shop, 7)
    assert payouts(shop)[0]["paid_at"] == "2026-12-06T15:00:00+00:00"
    assert shop.transaction()["payout"] == "P000001"


def test_what_was_not_delivered_is_not_paid_out(shop):
    shop.register()
    shop.ship(FIRST, deliverySlipNo="444413760000")
    forward(shop, 60)
    assert payouts(shop) == []


def test_a_month_without_orders_costs_nothing_in_plan_a(shop):
    forward(shop, 70)
    assert payouts(shop) == []


def test_the_other_plans_cost_their_month_and_it_is_carried_over(shop):
    terms(shop, from_month="2026-11", plan="B")
    forward(shop, 11)
    cleared(shop, {"billedAmount": "40000"})
    forward(shop, 40)
    december, november = payouts(shop)[-2:][0], payouts(shop)[-1]
    assert (november["total"], november["paid_at"]) == (-10000, None)
    kinds = [line["kind"] for line in december["lines"]]
    assert kinds == ["advance", "monthly_fee", "carried_over"]
    assert december["total"] == 40000 - 1760 - 190 - 10000 - 10000


@pytest.mark.parametrize(
    ("cycle", "closings"),
    [
        (1, ["2026-11-30"]),
        (2, ["2026-11-30", "2026-12-15"]),
        (3, ["2026-11-30", "2026-12-10"]),
    ],
)
def test_the_cycle_decides_when_a_period_closes(shop, cycle, closings):
    terms(shop, from_month="2026-11", cycle=cycle)
    cleared(shop, {})
    forward(shop, 3)
    shop.register(shopOrderId="M-2")
    shop.ship("X0000000002")
    forward(shop, 16)
    assert [payout["closes_on"] for payout in payouts(shop)][::-1] == closings


def test_a_new_plan_begins_with_its_month_and_the_old_one_stays_in_the_history(shop):
    terms(shop, from_month="2026-11", plan="A")
    status, account = terms(shop, from_month="2026-12", plan="D", cycle=2)
    assert (status, account["plan"]) == (200, "A")
    forward(shop, 11)
    account = shop.control(f"/merchants/{MERCHANT}/terms")[1]
    assert (account["plan"], account["cycle"]) == ("D", 2)
    months = [entry["from_month"] for entry in account["terms"]]
    assert months == ["2026-11", "2026-12"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"from_month": "2026-11"},
        {"from_month": "2026-10"},
        {"from_month": "soon"},
        {"from_month": "2026-12", "plan": "E"},
        {"from_month": "2026-12", "cycle": 4},
    ],
)
def test_terms_that_cannot_be_are_refused(shop, wanted):
    terms(shop, from_month="2026-11")
    assert terms(shop, **wanted)[0] == 422


def test_an_enclosed_invoice_costs_less_than_a_separate_one(shop):
    cleared(shop, {}, {"service": "3"})
    forward(shop, 3)
    fees = [line["invoice_fee"] for line in payouts(shop)[0]["lines"]]
    assert fees == [190, 90]


def test_what_is_cancelled_after_the_payout_is_taken_back_with_its_rate(shop):
    cleared(shop, {"billedAmount": "10000"}, {"billedAmount": "20000"})
    forward(shop, 4)
    assert shop.cancel(FIRST).text("result") == "OK"
    forward(shop, 31)
    (line,) = payouts(shop)[0]["lines"]
    assert (line["kind"], line["amount"], line["fee"]) == ("take_back", -10000, -500)
    assert (line["invoice_fee"], line["net"]) == (0, -9500)


def test_fees_are_samples_until_they_are_set(shop):
    assert shop.control("/fees")[1]["are_samples"] is True
    wanted = {"rate_basis_points": {"A": 300}, "separate_invoice_yen": 100}
    assert shop.control("/fees", wanted)[1]["are_samples"] is False
    cleared(shop, {"billedAmount": "10000"})
    forward(shop, 3)
    assert payouts(shop)[0]["total"] == 10000 - 300 - 100


@pytest.mark.parametrize(
    "wanted",
    [{"colour": 1}, {"separate_invoice_yen": "much"}, {"monthly_yen": {"E": 1}}],
)
def test_wrong_fees_are_refused(shop, wanted):
    assert shop.control("/fees", wanted)[0] == 422


@pytest.mark.parametrize(
    ("query", "encoding", "mark"),
    [("", "cp932", b""), ("?profile=utf8", "utf-8", b"\xef\xbb\xbf")],
)
def test_the_csv_adds_up_to_the_payout(shop, query, encoding, mark):
    cleared(shop, {}, {})
    forward(shop, 3)
    body = get(shop, f"/sandbox/payouts/P000001/statement.csv{query}").body
    assert body.startswith(mark)
    rows = list(csv.DictReader(io.StringIO(body.removeprefix(mark).decode(encoding))))
    total = sum(int(row["差引額"]) for row in rows)
    assert (len(rows), total) == (2, payouts(shop)[0]["total"])
    assert b"\r\n" in body


def test_the_pdf_is_set_with_its_own_font(shop):
    cleared(shop, {})
    forward(shop, 3)
    answer = get(shop, "/money/P000001/statement.pdf")
    assert answer.status == 200
    assert answer.body.startswith(b"%PDF-")
    assert b"NotoSansCJK" in answer.body


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_money_pages_are_shown(shop, language):
    cleared(shop, {})
    forward(shop, 3)
    for path in ("/money", "/money/P000001"):
        assert get(shop, f"{path}?lang={language}").status == 200
    assert get(shop, "/money/P000009").status == 404


def test_terms_and_fees_are_changed_on_the_page(shop):
    fields = {"from_month": "2026-11", "plan": "C", "cycle": "3"}
    url = f"/money/terms/{MERCHANT}"
    assert shop.send(shop.control_url, url, urlencode(fields).encode(), **FORM)
    fees = urlencode({"monthly-C": "1", "rate-C": "2"}).encode()
    answer = shop.send(shop.control_url, "/money/fees", fees, **FORM)
    account = shop.control(f"/merchants/{MERCHANT}/terms")[1]
    assert (answer.status, account["plan"], account["cycle"]) == (303, "C", 3)
    assert shop.control("/fees")[1]["monthly_yen"]["C"] == 1


def test_the_ledger_shows_payouts_and_statements(shop):
    cleared(shop, {})
    forward(shop, 3)
    assert shop.ledger()["payouts"][0]["payout_id"] == "P000001"
