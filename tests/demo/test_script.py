import threading

import pytest

from hub.demo.script import play_once

from .hub_double import push, update


@pytest.fixture
def answering_hub(hub, shop):
    """A hub that screens and reports at once."""
    pushes = []

    def react(received):
        number = received.content["order"]["number"]
        if received.content["type"] == "order.placed":
            content = update("screening.ok", number, 1)
        else:
            content = update("shipping.accepted", number, 2, issue_on="2026-11-27")
        thread = threading.Thread(target=push, args=(shop.url, content))
        thread.start()
        pushes.append(thread)

    hub.react = react
    hub.transactions = [
        {
            "transaction_id": "X0000000001",
            "billed_amount": 4120,
            "state": "SHIPPED",
            "tracking_number": "444413758703",
            "issue_on": "2026-11-27",
        }
    ]
    yield hub
    for thread in pushes:
        thread.join()


def play(shop, hub, **changes):
    return play_once(
        shop_url=shop.url,
        sandbox_control_url=hub.address,
        console_url=None,
        say=lambda _: None,
        deadline_seconds=changes.get("deadline_seconds", 10),
    )


def test_an_order_is_played_to_its_expected_issue_date(shop, answering_hub):
    result = play(shop, answering_hub)
    assert (result.exit_code, len(result.steps)) == (0, 6)
    assert "2026-11-27" in result.steps[4].seen


def test_a_second_transaction_of_the_order_fails_the_play(shop, answering_hub):
    answering_hub.transactions *= 2
    result = play(shop, answering_hub)
    assert result.exit_code == 1
    assert "transactions of the order is 2, expected 1" in result.steps[-1].seen


def test_a_wrong_amount_in_the_ledger_fails_the_play(shop, answering_hub):
    answering_hub.transactions[0]["billed_amount"] = 4119
    assert play(shop, answering_hub).exit_code == 1


def test_a_silent_hub_fails_the_play_at_the_deadline(shop, hub):
    result = play(shop, hub, deadline_seconds=0.3)
    assert result.exit_code == 1
    assert "still received" in result.steps[-1].seen
