"""What a person sees of buyers who wait: first on 今日の仕事, and on the order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from hub.app import create_app
from hub.console.formats import Formats
from hub.contract.asking import AskOutcome
from hub.domain.policy import Mode
from hub.store import asks
from hub.store.store import Scope
from tests.console import seed
from tests.console.people import Person, logged_in
from tests.house import House, running_house
from tests.web.asking import asking_house, begun, capture, proven

NOWHERE = "http://127.0.0.1:1/api/"
WAITING = "購入者が決済画面で待っています"


@pytest.fixture
def till(tmp_path: Path) -> Iterator[House]:
    """A shop in 承認制, so that every payment waits for a person."""
    with running_house(tmp_path, provider_url=NOWHERE, control_url="") as house:
        house.open(mode=Mode.APPROVAL)
        seed.add_people(house)
        yield asking_house(house)


@pytest.fixture
def app(till: House) -> Flask:
    return create_app(till.parts)


@pytest.fixture
def clerk(app: Flask) -> Person:
    return logged_in(app, seed.CLERK)


def pay(till: House, app: Flask, number: str) -> None:
    begun(app.test_client(), number)
    till.settle()


def told(till: House, number: str, outcome: AskOutcome, taken: str) -> None:
    """Let a payment be decided, and the cart take so much of it."""
    now = till.clock.now()

    def work(scope: Scope) -> None:
        found = asks.of_order(scope, till.shop_id, number)[0]
        asks.decide(scope, found.id, outcome, look_at=None, now=now)
        asks.tell(scope, found.id, taken, now=now)

    till.parts.store.of(till.merchant_id).write(work)


def order_page(till: House, clerk: Person, number: str) -> str:
    return clerk.text(f"/console/orders/{till.order(number).id}")


def until(till: House, number: str) -> str:
    (found, *_rest) = till.read(
        lambda scope: asks.of_order(scope, till.shop_id, number)
    )
    return Formats(language="ja", now=till.clock.now()).when(found.expires_at)


def test_a_payment_that_waits_for_a_person_comes_first_with_its_deadline(
    till: House, app: Flask, clerk: Person
) -> None:
    pay(till, app, "A-1")
    home = clerk.text("/console/")
    assert home.index(WAITING) < home.index(">A-1<") < home.index('class="tiles"')
    assert f"購入者が待つ期限 {until(till, 'A-1')}" in home
    # Once: the list below names what is not named above.
    assert home.count(">A-1<") == 1


def test_who_waits_longest_comes_first(till: House, app: Flask, clerk: Person) -> None:
    for number in ("A-1", "A-2"):
        pay(till, app, number)
        till.move_real(minutes=5)
    home = clerk.text("/console/")
    assert home.index(">A-1<") < home.index(">A-2<")


def test_an_order_whose_buyer_does_not_wait_is_in_the_list_alone(
    till: House, app: Flask, clerk: Person
) -> None:
    pay(till, app, "A-1")
    told(till, "A-1", AskOutcome.DENIED, "denied")
    home = clerk.text("/console/")
    assert WAITING not in home
    assert ">A-1<" in home


def test_another_merchant_sees_none_of_it(
    till: House, app: Flask, clerk: Person
) -> None:
    seed.second_merchant(till)
    pay(till, app, "A-1")
    assert WAITING in clerk.text("/console/")
    assert WAITING not in logged_in(app, seed.FOREIGN).text("/console/")


def test_an_order_shows_what_was_asked_and_until_when_its_buyer_waits(
    till: House, app: Flask, clerk: Person
) -> None:
    pay(till, app, "A-1")
    body = capture("A-1")
    app.test_client().post("/asks/toucan/capture", data=body, headers=proven(body))
    page = order_page(till, clerk, "A-1")
    card = page[page.index("決済画面からの依頼") :]
    assert card.index("支払い") < card.index("購入者が待っています")
    assert f"購入者が待つ期限 {until(till, 'A-1')}" in card
    assert card.index("売上確定") < card.index("出荷報告を待っています")


@pytest.mark.parametrize(
    ("outcome", "taken", "words"),
    [
        (AskOutcome.GRANTED, "granted", ("応じました", "カートに伝達済み")),
        (AskOutcome.GRANTED, "", ("応じました", "カートへ伝達中")),
        (AskOutcome.DENIED, "pending", ("断りました", "カートへ伝達中")),
        (AskOutcome.GRANTED, asks.LOST, ("応じました", "受け取りませんでした")),
    ],
)
def test_an_order_shows_what_its_cart_knows(
    till: House,
    app: Flask,
    clerk: Person,
    outcome: AskOutcome,
    taken: str,
    words: tuple[str, str],
) -> None:
    pay(till, app, "A-1")
    told(till, "A-1", outcome, taken)
    page = order_page(till, clerk, "A-1")
    assert [word for word in words if word not in page] == []
    assert "購入者が待つ期限" not in page


def test_a_buyer_who_went_back_is_shown(till: House, app: Flask, clerk: Person) -> None:
    path = begun(app.test_client(), "A-1")
    till.settle()
    app.test_client().post(path)
    assert "購入者が他の支払い方法に戻りました" in order_page(till, clerk, "A-1")
    assert WAITING not in clerk.text("/console/")
