"""The page on which a buyer waits, over HTTP: who has the address, and what it says."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from hub.app import create_app
from hub.contract.asking import AskOutcome
from hub.store import asks
from hub.store.asks import StoredAsk
from hub.store.store import Scope
from tests.house import House
from tests.web.asking import asking_house, begun

WAY = "https://jungle.example/checkout/1"
TOKEN = "A" * 43
# What the toucan says of its buyer, and what may stand on no page.
PERSONAL = ("見本", "花子", "hanako", "045-000", "神宮前", "A-1001", "gid://", "3,300")


@pytest.fixture
def till(house: House) -> House:
    return asking_house(house)


@pytest.fixture
def browser(till: House) -> FlaskClient:
    return create_app(till.parts).test_client()


@pytest.fixture
def address(browser: FlaskClient) -> str:
    return begun(browser)


def asked(till: House) -> StoredAsk:
    (found,) = till.read(lambda scope: asks.of_order(scope, till.shop_id, "A-1001"))
    return found


def now_of(browser: FlaskClient, address: str, languages: str = "") -> Any:
    """Return what the page's script reads."""
    headers = {"Accept-Language": languages} if languages else {}
    return json.loads(browser.get(f"{address}/now", headers=headers).data)


Deed = Callable[..., None]


@pytest.fixture
def decide(till: House) -> Deed:
    """Let the payment stand as a test wants it."""

    def done(outcome: AskOutcome | None = None, way: str = "") -> None:
        ask_id, now = asked(till).id, till.clock.now()

        def work(scope: Scope) -> None:
            if outcome is not None:
                asks.decide(scope, ask_id, outcome, look_at=None, now=now)
            if way:
                asks.lead(scope, ask_id, way)

        till.parts.store.of(till.merchant_id).write(work)

    return done


def test_a_buyer_sees_that_the_check_goes_on(
    browser: FlaskClient, address: str
) -> None:
    page = browser.get(address)
    assert page.status_code == 200
    assert "審査しています" in page.text
    assert "他のお支払い方法に戻る" in page.text


@pytest.mark.parametrize("path", ["", "/now"])
def test_the_page_and_its_data_name_no_person(
    browser: FlaskClient, address: str, path: str
) -> None:
    said = browser.get(address + path).get_data(as_text=True)
    assert [word for word in PERSONAL if word in said] == []


def test_a_browser_in_english_reads_english(browser: FlaskClient, address: str) -> None:
    titles = [
        now_of(browser, address, languages)["title"]
        for languages in ("en-GB,en;q=0.9", "ja,en;q=0.9", "fr")
    ]
    assert titles[0] == "Your application is being checked"
    assert titles[1:] == ["審査しています"] * 2


def test_nobody_keeps_frames_finds_or_passes_on_the_page(
    browser: FlaskClient, address: str, decide: Deed
) -> None:
    pages = [
        browser.get(address),
        browser.get(f"{address}/now"),
        browser.get("/wait/x"),
    ]
    decide(AskOutcome.GRANTED, WAY)
    pages.append(browser.get(address))
    for page in pages:
        headers = page.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"].startswith("noindex")
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "Set-Cookie" not in headers


def test_a_check_that_takes_long_says_so_and_until_when(
    till: House, browser: FlaskClient, address: str
) -> None:
    till.move_real(minutes=1)
    said = now_of(browser, address)
    assert (said["state"], said["may_leave"]) == ("slow", True)
    local = asked(till).expires_at + timedelta(hours=9)
    assert f"{local.month}月{local.day}日" in said["note"]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(AskOutcome.GRANTED, "granted"), (AskOutcome.DENIED, "denied")],
)
def test_a_decision_is_said_until_there_is_a_way_on(
    browser: FlaskClient, address: str, decide: Deed, outcome: AskOutcome, state: str
) -> None:
    decide(outcome)
    said = now_of(browser, address)
    assert (said["state"], said["may_leave"], said["is_over"]) == (state, False, False)
    assert browser.get(address).status_code == 200


def test_an_answer_that_the_cart_did_not_take_leads_nowhere(
    till: House, browser: FlaskClient, address: str, decide: Deed
) -> None:
    decide(AskOutcome.GRANTED)
    ask_id, now = asked(till).id, till.clock.now()
    till.parts.store.of(till.merchant_id).write(
        lambda scope: asks.tell(scope, ask_id, asks.LOST, now=now)
    )
    page = browser.get(address).text
    assert "お申し込みは成立しませんでした" in page
    assert "受け付けました" not in page


def test_once_there_is_a_way_the_page_is_it(
    browser: FlaskClient, address: str, decide: Deed
) -> None:
    decide(AskOutcome.PENDING, WAY)
    page = browser.get(address)
    assert (page.status_code, page.headers["Location"]) == (303, WAY)
    # The data are for a script that does not need to know where to.
    said = now_of(browser, address)
    assert said["is_over"] is True
    assert WAY not in said.values()


def test_a_buyer_who_goes_back_withdraws_and_is_led_by_the_page_itself(
    till: House, browser: FlaskClient, address: str, decide: Deed
) -> None:
    answer = browser.post(address)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{address}?left=1"
    assert asked(till).given_up_at is not None
    page = browser.get(answer.headers["Location"])
    assert "お申し込みを取りやめました" in page.text
    decide(AskOutcome.DENIED, WAY)
    # A form may lead to no shop: the policy names none. Its page leads there.
    page = browser.get(answer.headers["Location"])
    assert page.status_code == 200
    assert f'content="1;url={address}"' in page.text


def test_what_is_decided_cannot_be_withdrawn(
    till: House, browser: FlaskClient, address: str, decide: Deed
) -> None:
    decide(AskOutcome.GRANTED)
    assert browser.post(address).status_code == 303
    assert asked(till).given_up_at is None
    assert now_of(browser, address)["state"] == "granted"


@pytest.mark.parametrize("token", [TOKEN, "short", "A" * 4000, "%00", "あ"])
def test_an_address_that_nobody_was_given_is_not_found(
    browser: FlaskClient, address: str, token: str
) -> None:
    page = browser.get(f"/wait/{token}")
    assert page.status_code == 404
    assert "お申し込みが見つかりません" in page.text
    assert browser.get(f"/wait/{token}/now").status_code == 404
    assert browser.post(f"/wait/{token}").status_code == 404


def test_who_guesses_is_held_off_and_who_waits_beside_is_not(
    browser: FlaskClient, address: str
) -> None:
    statuses = [browser.get(f"/wait/{TOKEN}").status_code for _ in range(61)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert browser.get(address).status_code == 200


def test_a_book_that_cannot_be_read_loses_no_buyer(
    till: House, browser: FlaskClient, address: str
) -> None:
    with till.parts.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE ask RENAME TO gone"))
    page = browser.get(address)
    assert page.status_code == 503
    assert "お申し込みは失われていません" in page.text
    assert "Retry-After" in page.headers
    assert browser.get(f"{address}/now").status_code == 503
    assert browser.post(address).status_code == 503
    with till.parts.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO ask"))
    assert browser.get(address).status_code == 200


def test_the_pages_files_are_kept_by_browsers(
    browser: FlaskClient, address: str
) -> None:
    page = browser.get(address).text
    start = page.index("/wait/static/wait.css?v=")
    with browser.get(page[start : page.index('"', start)]) as sheet:
        assert sheet.status_code == 200
        assert "immutable" in sheet.headers["Cache-Control"]
