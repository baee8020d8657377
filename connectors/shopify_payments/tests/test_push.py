"""Sessions of the double, answered: each end once, and where the buyer goes on."""

from datetime import timedelta

import pytest

from hub.contract.errors import (
    AskEndedError,
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
)

from .till import Till, standing, told


@pytest.fixture
def payment(double):
    return double.payments.begin(double.shop)


def test_a_payment_that_passed_is_resolved_and_its_buyer_sent_back(
    double, till, payment
):
    receipt = told(till, standing(payment, "granted"))
    assert payment.state == "RESOLVED"
    assert receipt.ways == {payment.gid: double.payments.way_back(payment)}
    assert payment.order["_transactions"][0]["payment_id"] == payment.id


def test_told_again_it_is_one_end_and_the_same_way(till, payment):
    first = told(till, standing(payment, "granted"))
    again = told(till, standing(payment, "granted"))
    assert (payment.changes, again) == (["RESOLVED"], first)


def test_what_was_granted_ends_where_the_provider_says(double, till, payment):
    until = double.world.now() + timedelta(days=30)
    told(till, standing(payment, "granted", valid_until=until))
    assert payment.authorization_expires_at == until


def test_a_payment_that_waits_is_pending_until_the_hub_gives_up(double, till, payment):
    until = double.world.now().replace(microsecond=0) + timedelta(days=2)
    receipt = told(till, standing(payment, "pending", expires_at=until))
    assert (payment.state, payment.reason) == ("PENDING", "PARTNER_ACTION_REQUIRED")
    assert payment.pending_expires_at == until
    assert receipt.ways == {payment.gid: double.payments.way_back(payment)}
    told(till, standing(payment, "pending", expires_at=until))
    told(till, standing(payment, "granted"))
    assert payment.changes == ["PENDING", "RESOLVED"]


@pytest.mark.parametrize("days", [None, 3, 9])
def test_no_payment_waits_longer_than_shopify_lets_it(double, till, payment, days):
    now = double.world.now()
    until = now + timedelta(days=days) if days else None
    told(till, standing(payment, "pending", expires_at=until))
    assert payment.pending_expires_at - now <= timedelta(days=3)


def test_a_wait_that_is_over_is_not_told(double, till, payment):
    receipt = told(till, standing(payment, "pending", expires_at=double.world.now()))
    assert (payment.state, dict(receipt.ways)) == ("", {})


@pytest.mark.parametrize(
    ("more", "changed", "code"),
    [
        ({"is_given_up": True}, {"state": "CANCELLED"}, "CANCELLED_PAYMENT"),
        ({}, {"state": "DECLINED"}, "INSTRUMENT_DECLINED"),
        ({}, {"state": "EXPIRED"}, "PROCESSING_ERROR"),
        ({"findings": ("HUB-X-1", "HUB-ELIG-101")}, {}, "INVALID_CURRENCY"),
        ({"findings": ("HUB-ELIG-201",)}, {}, "AMOUNT_TOO_LARGE"),
        ({"findings": ("HUB-ADDR-212",)}, {}, "INCORRECT_ZIP"),
        ({"findings": ("HUB-X-1",)}, {}, "PROCESSING_ERROR"),
    ],
)
def test_a_payment_that_did_not_pass_is_rejected_for_its_cause(
    double, till, payment, more, changed, code
):
    receipt = told(till, standing(payment, "denied", **more), **changed)
    assert (payment.state, payment.reason) == ("REJECTED", code)
    assert "審査" not in payment.merchant_message
    assert receipt.ways == {payment.gid: double.payments.way_back(payment)}
    told(till, standing(payment, "denied", **more), **changed)
    assert payment.changes == ["REJECTED"]


@pytest.mark.parametrize("kind", ["capture", "refund", "void"])
@pytest.mark.parametrize(
    ("outcome", "state"), [("granted", "RESOLVED"), ("denied", "REJECTED")]
)
def test_what_follows_a_payment_has_its_own_end(
    double, till, payment, kind, outcome, state
):
    told(till, standing(payment, "granted"))
    session = getattr(double.payments, kind)(payment)
    for _ in range(2):
        receipt = told(till, standing(session, outcome))
        assert dict(receipt.ways) == {}
    assert session.changes == [state]
    if state == "REJECTED":
        assert session.reason == "PROCESSING_ERROR"
        assert "後払いハブ" in session.merchant_message


@pytest.mark.parametrize("kind", ["capture", "refund", "void"])
def test_what_still_waits_is_left_alone(double, till, payment, kind):
    told(till, standing(payment, "granted"))
    session = getattr(double.payments, kind)(payment)
    before = len(double.mutations)
    told(till, standing(session, "pending"))
    assert (session.state, len(double.mutations)) == ("", before)


def test_an_update_without_requests_says_nothing(double, till):
    assert told(till).status == 200
    assert double.calls == []


@pytest.mark.parametrize(
    ("before", "outcome"), [("denied", "granted"), ("granted", "denied")]
)
def test_another_end_is_refused_as_an_end(till, payment, before, outcome):
    told(till, standing(payment, before))
    with pytest.raises(AskEndedError) as caught:
        told(till, standing(payment, outcome))
    assert caught.value.code == "HUB-CART-425"
    assert len(payment.changes) == 1


@pytest.mark.parametrize("outcome", ["granted", "pending"])
def test_a_payment_that_shopify_gave_up_is_an_end(double, till, payment, outcome):
    told(till, standing(payment, "pending"))
    double.world.advance(days=4)
    # The token ended meanwhile; that is no refusal.
    with pytest.raises(AskEndedError):
        told(till, standing(payment, outcome))


@pytest.mark.parametrize("outcome", ["granted", "pending", "denied"])
def test_a_payment_of_another_shop_is_an_end(double, till, payment, outcome):
    payment.shop = "other.myshopify.com"
    with pytest.raises(AskEndedError):
        told(till, standing(payment, outcome))


def test_the_payment_is_told_before_what_follows_it(double, till, payment):
    capture = double.payments.capture(payment)
    told(till, standing(capture, "granted"), standing(payment, "granted"))
    assert (payment.state, capture.state) == ("RESOLVED", "RESOLVED")


def test_a_refused_refund_ends_no_payment_and_holds_up_no_capture(
    double, till, payment
):
    refund, capture = (
        double.payments.refund(payment),
        double.payments.capture(payment),
    )
    told(till, standing(refund, "denied"))
    standings = [standing(one, "granted") for one in (refund, capture, payment)]
    with pytest.raises(CartRefusedError) as caught:
        told(till, *standings)
    assert not isinstance(caught.value, AskEndedError)
    assert (payment.state, capture.state) == ("RESOLVED", "RESOLVED")


def test_a_token_that_ended_is_renewed_on_the_way(double, till, payment):
    double.world.advance(minutes=70)
    told(till, standing(payment, "granted"))
    assert (payment.state, till.renewals) == ("RESOLVED", 1)


def test_a_removed_app_is_let_in_by_the_merchant_alone(double, till, payment):
    double.world.uninstall_payments(double.shop)
    with pytest.raises(CartUnauthorizedError):
        told(till, standing(payment, "granted"))
    assert till.is_void


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_shop_that_is_down_is_told_later(double, till, payment, status):
    double.fail_next("payments", status=status)
    with pytest.raises(CartUnavailableError):
        told(till, standing(payment, "granted"))
    told(till, standing(payment, "granted"))
    assert payment.changes == ["RESOLVED"]


def test_an_answer_that_was_lost_is_asked_for_again(double, till, payment):
    double.fail_next("payments", cut=True, after_effect=True)
    with pytest.raises(CartUnavailableError):
        told(till, standing(payment, "granted"))
    receipt = told(till, standing(payment, "granted"))
    assert (payment.changes, list(receipt.ways)) == (["RESOLVED"], [payment.gid])


def test_an_app_with_fewer_scopes_is_refused_and_ends_nothing(double, payment):
    poor = Till(double, scopes=("write_payment_gateways",))
    with pytest.raises(CartRefusedError) as caught:
        told(poor, standing(payment, "granted"))
    assert not isinstance(caught.value, AskEndedError)
    assert payment.state == ""
