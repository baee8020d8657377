"""Session tokens: what Shopify signed is believed, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.shopify.session_tokens import visit
from hub.contract.connector import Settings
from hub.contract.errors import SignatureError
from hub.contract.secret import Secret
from tests.shopify_double.signing import session_token

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SECRET = "shpss_test_secret_0123456789"
SHOP = "atodene-demo.myshopify.com"
SETTINGS = Settings(
    values={"client_id": "the-app"},
    secrets={"client_secret": (Secret("shpss_the_new_one_0123456789"), Secret(SECRET))},
)


def token(**changed):
    secret = changed.pop("secret", SECRET)
    return session_token(secret, client_id="the-app", shop=SHOP, now=NOW, **changed)


def test_a_token_names_the_shop_and_the_person():
    found = visit(token(), SETTINGS, NOW)
    assert (found.shop_key, found.person) == (SHOP, "91000000071")
    assert found.expires_at == NOW + timedelta(seconds=60)


def test_each_accepted_secret_counts():
    found = visit(token(secret="shpss_the_new_one_0123456789"), SETTINGS, NOW)
    assert found.shop_key == SHOP


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "another_secret_0123456789"},
        {"secret": ""},
        {"alg": "none"},
        {"alg": "HS512"},
        {"alg": "RS256"},
        {"aud": "another-app"},
        {"aud": ""},
        {"aud": None},
        {"iss": "https://evil.myshopify.com/admin"},
        {"iss": "https://atodene-demo.myshopify.com.evil.com/admin"},
        {"iss": ""},
        {"dest": "https://evil.myshopify.com"},
        {"dest": "https://evil.com", "iss": "https://evil.com/admin"},
        {"dest": f"http://{SHOP}"},
        {"dest": f"https://{SHOP}:8443"},
        {"dest": f"https://a@{SHOP}"},
        {"dest": f"https://{SHOP.upper()}\n"},
        {"dest": ["https://" + SHOP]},
        {"sub": ""},
        {"sub": 91000000071},
        {"jti": None},
        {"sid": None},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 1e400},
        {"nbf": int(NOW.timestamp()) + 11},
    ],
)
def test_extra_06_a_token_that_shopify_would_not_give_is_refused(changed):
    with pytest.raises(SignatureError):
        visit(token(**changed), SETTINGS, NOW)


def test_extra_06_ten_seconds_of_a_slow_clock_are_forgiven():
    found = visit(token(), SETTINGS, NOW + timedelta(seconds=69))
    assert found.shop_key == SHOP
    with pytest.raises(SignatureError):
        visit(token(), SETTINGS, NOW + timedelta(seconds=71))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "Ａ.Ｂ.Ｃ", "x" * 5000, "\0"])
def test_a_text_that_is_no_token_is_refused(text):
    with pytest.raises(SignatureError):
        visit(text, SETTINGS, NOW)


def test_without_settings_nobody_visits():
    with pytest.raises(SignatureError):
        visit(token(), Settings(), NOW)
    no_app = Settings(secrets={"client_secret": (Secret(SECRET),)})
    with pytest.raises(SignatureError):
        visit(token(aud=""), no_app, NOW)
