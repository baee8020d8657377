from urllib.parse import urlencode

import pytest

FIRST = "X0000000001"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def get(shop, path, **headers):
    return shop.send(shop.control_url, path, b"", method="GET", **headers)


def submit(shop, path, fields, **headers):
    body = urlencode(fields).encode()
    return shop.send(shop.control_url, path, body, **FORM, **headers)


@pytest.fixture
def busy_shop(shop):
    shop.register(name="見本目視 茂")
    shop.register(name="見本拒否")
    shop.control("/faults", {"kind": "delay", "operation": "getauthori.do"})
    return shop


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/ledger",
        "/ledger?q=M-20261123-0007",
        f"/ledger?q={FIRST}",
        f"/transactions/{FIRST}",
        "/requests",
        "/requests/1",
        "/clock",
        "/faults",
    ],
)
def test_every_page_is_shown_in_both_languages(busy_shop, path, language):
    joiner = "&" if "?" in path else "?"
    answer = get(busy_shop, f"{path}{joiner}lang={language}")
    assert answer.status == 200
    assert f'<html lang="{language}">'.encode() in answer.body


def test_the_front_page_names_every_mark(shop):
    from hub.sandbox.screening import SPECIMENS

    page = get(shop, "/").body.decode()
    assert [s.mark for s in SPECIMENS if s.mark not in page] == []
    assert [s for s in SPECIMENS if str(s.amount_ending) not in page] == []


def test_an_unknown_transaction_has_a_page_that_says_so(shop):
    assert get(shop, "/transactions/X0000000099").status == 404


def test_a_buyers_name_is_text_on_the_page(shop):
    shop.register(name="&lt;script&gt;花子")
    page = get(shop, "/ledger").body.decode()
    assert "&lt;script&gt;花子" in page


def test_a_reviewer_decides_on_the_page(busy_shop):
    path = f"/transactions/{FIRST}/decision"
    answer = submit(busy_shop, path, {"result": "保留", "reason": "（例）確認中"})
    assert answer.status == 303
    assert busy_shop.transaction()["reasons"] == ["（例）確認中"]


def test_the_clock_is_moved_on_the_page(shop):
    assert submit(shop, "/clock", {"business_days": "1"}).status == 303
    assert shop.control("/clock")[1]["date"] == "2026-11-24"


def test_a_fault_is_added_and_removed_on_the_page(shop):
    wanted = {"operation": "*", "kind": "status_503", "times": "2", "seconds": "0"}
    assert submit(shop, "/faults", {**wanted, "shop_order_id": ""}).status == 303
    assert shop.control("/faults")[1]["faults"][0]["times"] == 2
    submit(shop, "/faults/clear", {})
    assert shop.control("/faults")[1]["faults"] == []


@pytest.mark.parametrize("path", ["/clock", "/sandbox/clock"])
def test_another_sites_form_is_refused(shop, path):
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert submit(shop, path, {"business_days": "1"}, **headers).status == 403


def test_the_pages_forbid_scripts(shop):
    from urllib.request import urlopen

    with urlopen(shop.control_url) as response:
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        (
            f"/transactions/{FIRST}/parcel",
            {"event": "lost"},
            "荷物がありません",
        ),
        (f"/transactions/{FIRST}/payment", {"amount": "1"}, "請求書がまだない"),
        ("/clock", {"hours": "-1"}, "進めることしか"),
        ("/clock", {"business_days": "5000"}, "別の --data"),
        ("/money/terms/atd000000001", {"from_month": "2020-01"}, "より後の月から"),
        ("/money/fees", {"separate_invoice_yen": "x"}, "整数で入力"),
        ("/faults", {"kind": "garbage", "apply_after_hours": "1"}, "遅れて処理には"),
        ("/transactions/X0000000099/decision", {"result": "OK"}, "取引はありません"),
    ],
)
def test_a_refusal_is_said_in_japanese_and_changes_nothing(
    busy_shop, path, fields, said
):
    before = busy_shop.transaction()
    answer = submit(busy_shop, path, fields)
    assert answer.status in (404, 422)
    assert said in answer.body.decode()
    assert busy_shop.transaction() == before
