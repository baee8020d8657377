"""The app's configuration says what the code needs."""

import tomllib

import pytest

from connectors.shopify.app_toml import EXAMPLE_URL, FILE, app_toml, main
from connectors.shopify.scopes import SCOPES


def test_the_committed_file_is_current():
    assert FILE.read_text("utf-8") == app_toml(public_url=EXAMPLE_URL)


def test_it_holds_scopes_compliance_topics_and_version():
    read = tomllib.loads(app_toml(public_url="https://x.example.jp/", client_id="c0"))
    assert read["client_id"] == "c0"
    assert read["application_url"] == "https://x.example.jp/embed/shopify"
    assert read["access_scopes"]["scopes"].split(",") == list(SCOPES)
    assert read["webhooks"]["api_version"] == "2026-10"
    (one,) = read["webhooks"]["subscriptions"]
    assert one["uri"] == "https://x.example.jp/hooks/shopify"
    wanted = {"customers/data_request", "customers/redact", "shop/redact"}
    assert set(one["compliance_topics"]) == wanted


def test_no_ordinary_topic_is_subscribed_to_twice():
    """A topic in the file would come beside the connection's own subscription."""
    read = tomllib.loads(app_toml(public_url=EXAMPLE_URL))
    assert all("topics" not in one for one in read["webhooks"]["subscriptions"])


def test_an_address_without_tls_is_refused():
    with pytest.raises(ValueError, match="https"):
        app_toml(public_url="http://hub.example.jp")


def test_the_command_writes_to_standard_output(capsys):
    main(["--public-url", EXAMPLE_URL])
    assert capsys.readouterr().out == FILE.read_text("utf-8")
