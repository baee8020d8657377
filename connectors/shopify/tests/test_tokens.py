"""Tokens: renewed before they end, migrated, and only by the merchant where void."""

import pytest

from connectors.shopify.tokens import access_token, renewed, token_after_refusal
from hub.contract.errors import (
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
)
from hub.contract.secret import Secret
from tests.shopify_double.connection import Joined
from tests.shopify_double.world import SCOPES


def seeded(double, *, expiring):
    return double.world.mint(
        double.shop.domain, SCOPES, secret=double.app.newest_secret, expiring=expiring
    )


def held(connection):
    return connection.held.secret("access_token")


def test_a_token_with_time_left_is_used_without_a_call(double):
    connection = Joined(double)
    double.world.advance(minutes=54)
    assert access_token(connection) == held(connection)
    assert double.calls == []


def test_a_token_is_renewed_five_minutes_before_its_end(double):
    connection = Joined(double)
    before = held(connection)
    double.world.advance(minutes=56)
    token = access_token(connection)
    assert token != before
    assert double.world.token_of(token.reveal(), double.shop.domain)
    assert connection.held.secret("refresh_token")
    assert connection.held.expires_at > double.world.now()


def test_a_token_that_ended_long_ago_is_renewed_without_the_merchant(double):
    connection = Joined(double)
    double.world.advance(days=89)
    assert access_token(connection)


def test_after_ninety_days_only_the_merchant_can_help(double):
    connection = Joined(double)
    double.world.advance(days=91)
    with pytest.raises(CartUnauthorizedError):
        access_token(connection)
    assert connection.is_void


def test_a_renewal_whose_answer_was_lost_is_simply_asked_again(double):
    connection = Joined(double)
    double.world.advance(minutes=56)
    double.fail_next("token", cut=True, after_effect=True)
    with pytest.raises(CartUnavailableError):
        access_token(connection)
    assert not connection.is_void
    token = access_token(connection)
    assert double.world.token_of(token.reveal(), double.shop.domain)


@pytest.mark.parametrize("status", [402, 423])
def test_a_shop_that_is_closed_for_a_while_keeps_its_tokens(double, status):
    connection = Joined(double)
    double.world.advance(minutes=56)
    double.fail_next("token", status=status)
    with pytest.raises(CartRefusedError) as caught:
        access_token(connection)
    assert caught.value.code == f"HUB-CART-{status}"
    assert not connection.is_void
    assert access_token(connection)


@pytest.mark.parametrize("status", [403, 429, 500, 502, 503])
def test_an_endpoint_that_is_down_voids_nothing(double, status):
    connection = Joined(double)
    double.world.advance(minutes=56)
    double.fail_next("token", status=status)
    with pytest.raises(CartUnavailableError):
        access_token(connection)
    assert not connection.is_void
    assert access_token(connection)


def test_a_401_renews_once(double):
    connection = Joined(double)
    refused = held(connection)
    token = token_after_refusal(connection, refused)
    assert token != refused
    assert connection.renewals == 1


def test_a_401_for_a_token_that_another_process_replaced_costs_no_call(double):
    connection = Joined(double)
    token = token_after_refusal(connection, Secret("shpat_the_one_before"))
    assert token == held(connection)
    assert double.calls == []


def test_after_an_uninstallation_a_401_is_the_end(double):
    connection = Joined(double)
    double.uninstall()
    with pytest.raises(CartUnauthorizedError):
        token_after_refusal(connection, held(connection))
    assert connection.is_void


def test_a_token_that_never_expires_is_migrated_without_the_merchant(double):
    connection = Joined(double)
    connection.take(seeded(double, expiring=False))
    before = held(connection)
    token = access_token(connection)
    assert token != before
    assert connection.held.expires_at is not None
    assert connection.held.secret("refresh_token")


def test_a_lasting_token_that_shopify_does_not_migrate_is_kept(double):
    connection = Joined(double)
    connection.take(seeded(double, expiring=False))
    before = held(connection)
    double.fail_next("token", status=400)
    assert access_token(connection) == before
    assert access_token(connection) == before
    assert len(double.calls) == 1


def test_a_dead_lasting_token_needs_the_merchant(double):
    connection = Joined(double)
    connection.take(seeded(double, expiring=False))
    double.uninstall()
    assert access_token(connection)
    with pytest.raises(CartUnauthorizedError):
        token_after_refusal(connection, held(connection))


def test_a_new_client_secret_that_shopify_does_not_know_yet_stops_nothing(double):
    double.app.secrets.append("shpss_d0000000000000000000000000000002")
    connection = Joined(double)
    # The operator has set both, and Shopify still knows the former alone.
    double.app.secrets.pop()
    double.world.tokens[-1].secret = double.app.newest_secret
    double.world.advance(minutes=56)
    assert access_token(connection)
    assert [one.status for one in double.calls] == [401, 200]


def test_no_secret_stands_in_an_error(double):
    connection = Joined(double)
    double.world.advance(days=91)
    with pytest.raises(CartUnauthorizedError) as caught:
        access_token(connection)
    assert double.app.newest_secret not in str(caught.value)
    assert "shprt_" not in str(caught.value)


def test_a_token_with_time_left_is_renewed_where_that_is_asked_for(double):
    connection = Joined(double)
    before = held(connection)
    assert renewed(connection).secret("access_token") != before
