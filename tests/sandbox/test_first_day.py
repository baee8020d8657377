from pathlib import Path

import pytest

from tests.sandbox.joining import HERE, TODAY, join, page, use


@pytest.mark.parametrize(
    ("changes", "first_day"),
    [
        ({}, "2026-12-04"),
        ({"contacted_on": "2026-11-10"}, "2026-11-24"),
        ({"contacted_on": "2026-11-01"}, TODAY),
        ({"wished_on": "2026-12-20"}, "2026-12-20"),
        ({"wished_on": "2026-11-21"}, "2026-12-04"),
    ],
)
def test_the_first_day_is_two_weeks_after_the_first_contact(shop, changes, first_day):
    answer = join(shop, **changes)
    assert answer["start_on"] == answer["credentials"]["starts_on"] == first_day
    assert answer["stage"] == ("started" if first_day == TODAY else "approved")


def test_the_credentials_work_on_the_wire_from_the_first_day_on(shop):
    answer = join(shop, goods="例の茶葉")
    use(shop, answer["credentials"])
    assert shop.register().errors == [("shopCode", "er900023")]
    shop.control("/clock", {"hours": 24 * 14 - 16})
    assert shop.control("/clock")[1]["tokyo"] == "2026-12-03T23:00:00+09:00"
    assert shop.register().errors == [("shopCode", "er900023")]
    shop.control("/clock", {"hours": 1})
    registered = shop.register()
    assert registered.text("result") == "OK"
    found = shop.transaction(registered.text("transactionId"))
    assert found["merchant"] == answer["credentials"]["shop_code"]
    application = shop.control(HERE)[1]
    assert application["stage"] == "started"
    assert application["history"][-1]["what"] == "merchant_started"


@pytest.mark.parametrize(
    ("name", "refused"),
    [("link_id", ("linkId", "er900021")), ("link_password", None)],
)
def test_a_wrong_credential_is_refused_as_anybodys(shop, name, refused):
    credentials = join(shop, contacted_on="2026-11-01")["credentials"]
    use(shop, {**credentials, name: "wrong00001"})
    assert shop.register().errors == [refused or ("linkPassword", "er900022")]


def test_the_first_merchant_calls_as_ever(shop):
    join(shop)
    assert shop.register().text("result") == "OK"


def test_two_merchants_get_codes_of_their_own(shop):
    taken = {"link_id": "original00", "link_password": "Example02"}
    shop.control("/merchants", {"shop_code": "atd100000001", **taken})
    code = join(shop)["credentials"]["shop_code"]
    assert code == "atd100000002"
    merchants = shop.control("/merchants")[1]["merchants"]
    assert len({merchant["shop_code"] for merchant in merchants}) == 3


def test_plan_and_cycle_hold_from_the_first_month_on(shop):
    form = shop.control("/applications/example")[1]
    assert (form["plan"], form["cycle"]) == ("B", 2)
    code = join(shop)["credentials"]["shop_code"]
    terms = shop.control(f"/merchants/{code}/terms")[1]["terms"]
    assert terms == [{"from_month": "2026-12", "plan": "B", "cycle": 2}]
    shop.control("/clock", {"hours": 24 * 42})
    payouts = shop.control(f"/payouts?merchant={code}")[1]["payouts"]
    assert [(p["closes_on"], p["total"]) for p in payouts] == [("2026-12-31", -10000)]


def test_an_example_body_carries_the_new_credentials(shop):
    credentials = join(shop, contacted_on="2026-11-01")["credentials"]
    path = f"/sandbox/example/transaction.do?merchant={credentials['shop_code']}"
    body = page(shop, path).body
    assert shop.post("transaction.do", body).text("result") == "OK"


def test_everything_outlives_a_restart(tmp_path: Path, shop):
    from hub.clock import Clock
    from hub.sandbox.testing import RunningSandbox

    def opened():
        return RunningSandbox(tmp_path / "again", clock=Clock())

    with opened() as running:
        shop.wire_url, shop.control_url = running.wire_url, running.control_url
        credentials = join(shop)["credentials"]
    with opened() as running:
        shop.wire_url, shop.control_url = running.wire_url, running.control_url
        assert shop.control(HERE)[1]["credentials"] == credentials
        use(shop, credentials)
        assert shop.register().errors == [("shopCode", "er900023")]
        shop.control("/clock", {"hours": 24 * 14})
        assert shop.register().text("result") == "OK"
