"""The files for `shopify app deploy` say what the code needs."""

import tomllib

import pytest

from connectors.shopify_payments.app_toml import (
    APP_FILE,
    EXAMPLE_ASKS_URL,
    EXAMPLE_URL,
    EXTENSION_FILE,
    FOLDER,
    files,
    main,
)
from hub.contract.asking import AskKind

MADE = files(public_url=EXAMPLE_URL, asks_url=EXAMPLE_ASKS_URL)


@pytest.mark.parametrize("name", MADE)
def test_the_committed_files_are_current(name):
    assert (FOLDER / name).read_text("utf-8") == MADE[name]


def test_every_kind_of_request_has_its_address():
    made = files(public_url=EXAMPLE_URL, asks_url="https://a.example.jp/")
    (extension,) = tomllib.loads(made[EXTENSION_FILE])["extensions"]
    for kind in AskKind:
        wanted = f"https://a.example.jp/asks/shopify_payments/{kind.value}"
        assert extension[f"{kind.value}_session_url"] == wanted
    contexts = [{"currency": "JPY", "countries": ["JP"]}]
    assert extension["supported_buyer_contexts"] == contexts
    assert len(extension["merchant_label"]) <= 50 >= len(extension["buyer_label"])


def test_the_app_is_not_embedded_and_hears_the_law_and_its_removal():
    made = files(public_url="https://x.example.jp", asks_url=EXAMPLE_ASKS_URL)
    app = tomllib.loads(made[APP_FILE])
    assert app["embedded"] is False
    assert app["application_url"] == "https://x.example.jp/install/shopify_payments"
    law, removal = app["webhooks"]["subscriptions"]
    assert law["compliance_topics"] == [
        "customers/data_request",
        "customers/redact",
        "shop/redact",
    ]
    assert removal["topics"] == ["app/uninstalled"]
    assert law["uri"] == removal["uri"] == "https://x.example.jp/hooks/shopify_payments"


@pytest.mark.parametrize("wrong", ["public_url", "asks_url"])
def test_an_address_without_tls_is_refused(wrong):
    urls = {"public_url": EXAMPLE_URL, "asks_url": EXAMPLE_ASKS_URL}
    with pytest.raises(ValueError, match="https"):
        files(**{**urls, wrong: "http://hub.example.jp"})


def test_the_command_writes_to_standard_output(capsys):
    main([])
    assert capsys.readouterr().out == "".join(MADE.values())
