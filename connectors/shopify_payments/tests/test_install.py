"""The code grant of the payments app, and the gateway that it makes ready."""

from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from connectors.shopify_payments.install import INSTALL
from connectors.shopify_payments.manifest import SCOPES
from connectors.shopify_payments.probe import probe
from hub.contract.errors import CartRefusedError, CartUnavailableError, SignatureError
from hub.contract.inbound import InboundRequest
from hub.contract.probe import Outcome

from .till import CALLBACK, Till, desk_of, scripted


class StaysHere(HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


def page(query, now):
    return InboundRequest(
        method="GET", query=query, headers=(), body=b"", received_at=now
    )


def started(double):
    desk = desk_of(double)
    query = double.payments.launch_query(double.shop)
    return INSTALL.begin(page(query, desk.now), desk)


def consented(start):
    opener = build_opener(StaysHere)
    with pytest.raises(HTTPError) as answered:
        opener.open(start.redirect_url, timeout=30)
    location = answered.value.headers["Location"]
    answered.value.close()
    assert location.startswith(f"{CALLBACK}?")
    return urlsplit(location).query


def finished(double, start):
    desk = desk_of(double)
    query = consented(start)
    return INSTALL.finish(page(query, desk.now), desk, start.state)


def test_consent_is_asked_for_the_two_scopes_of_payments(double):
    asked = parse_qs(urlsplit(started(double).redirect_url).query)
    assert asked["scope"] == ["write_payment_gateways,write_payment_sessions"]
    assert asked["client_id"] == [double.payments.app.client_id]
    assert INSTALL.again
    again = INSTALL.again(double.shop.domain, desk_of(double))
    assert parse_qs(urlsplit(again.redirect_url).query)["scope"] == asked["scope"]


def test_the_code_is_exchanged_and_the_shop_says_who_it_is(double):
    installed = finished(double, started(double))
    assert installed.shop_key == double.shop.domain
    assert installed.settings["shop_id"] == str(double.shop.id)
    assert installed.credentials.expires_at


def test_the_other_apps_signature_proves_nothing(double):
    desk = desk_of(double)
    with pytest.raises(SignatureError):
        INSTALL.begin(page(double.launch_query(), desk.now), desk)


def test_the_gateway_is_ready_and_again_the_same(double, till):
    for _ in range(2):
        INSTALL.enable(till, "https://hub.example.jp/hooks/shopify_payments/k")
    made = double.payments.configured[double.shop.domain]
    assert made == {"externalHandle": double.shop.domain, "ready": True}


def test_a_gateway_without_its_scope_is_refused(double):
    with pytest.raises(CartRefusedError):
        INSTALL.enable(Till(double, scopes=SCOPES[1:]), "")
    assert double.payments.configured == {}


def test_a_shop_that_is_down_is_made_ready_later(double, till):
    double.fail_next("payments", status=503)
    with pytest.raises(CartUnavailableError):
        INSTALL.enable(till, "")


def test_tokens_are_renewed_before_they_end_unused(double, till):
    before = till.held.secret("refresh_token")
    assert INSTALL.renew
    assert INSTALL.renew(till).secret("refresh_token") != before


def probed(connection):
    return {one.code: (one.outcome, one.detail) for one in probe(connection)}


def test_a_whole_connection_passes_every_step_and_writes_nothing(double, till):
    steps = probed(till)
    assert list(steps) == ["HUB-TEST-171", "HUB-TEST-175", "HUB-TEST-177"]
    assert {outcome for outcome, _ in steps.values()} == {Outcome.OK}
    assert double.mutations == []


def test_a_missing_scope_is_named(double):
    steps = probed(Till(double, scopes=SCOPES[:1]))
    assert steps["HUB-TEST-176"] == (Outcome.FAILED, "write_payment_sessions")


def test_a_version_that_shopify_supports_no_more_is_a_warning():
    known = [{"handle": "2026-07", "supported": False}]
    granted = {"accessScopes": [{"handle": one} for one in SCOPES]}
    till = scripted({"publicApiVersions": known}, {"currentAppInstallation": granted})
    warned = probed(till)["HUB-TEST-178"]
    assert warned == (Outcome.WARNING, "2026-10")


def test_a_removed_app_and_a_shop_that_is_down_are_told_apart(double, till):
    double.fail_next("payments", status=503)
    assert list(probed(till)) == ["HUB-TEST-174"]
    double.world.uninstall_payments(double.shop)
    assert list(probed(till)) == ["HUB-TEST-172"]
