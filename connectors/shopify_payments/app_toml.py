"""Writes what `shopify app deploy` configures the payments app and its extension from.

    python -m connectors.shopify_payments.app_toml --write
        --public-url https://hub.example.jp --asks-url https://asks.hub.example.jp

Topics, kinds and version come from the code that needs them; the committed files are
for an invented address and are kept current by a test.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from connectors.shopify.manifest import COMPLIANCE_TOPICS
from connectors.shopify.shops import API_VERSION
from hub.contract.asking import AskKind

from .manifest import APP_TOPICS, MANIFEST

APP_FILE = "shopify.app.toml"
EXTENSION_FILE = "extensions/atobarai-payments/shopify.extension.toml"
FOLDER = Path(__file__).parent
EXAMPLE_URL = "https://hub.example.jp"
# Where the proxy asks for Shopify's client certificate: a name of its own, for a
# browser must not be asked for one.
EXAMPLE_ASKS_URL = "https://asks.hub.example.jp"
# The hub's own addresses for an app.
INSTALL_PATH = "/install/shopify_payments"
CALLBACK_PATH = "/install/shopify_payments/callback"
HOOK_PATH = "/hooks/shopify_payments"
ASKS_PATH = "/asks/shopify_payments"

BUYER_LABEL = "後払い(コンビニ・銀行・郵便局)"
MERCHANT_LABEL = "アトディーネ後払い"
# A name of Shopify's list of methods, which the payments review settles.
PAYMENT_METHOD = "atodene"


def files(*, public_url: str, asks_url: str, client_id: str = "") -> Mapping[str, str]:
    """Return both files by their names; raises ValueError for no https."""
    base, asks = _base(public_url), _base(asks_url)
    return {
        APP_FILE: _app(base, client_id),
        EXTENSION_FILE: _extension(asks),
    }


def _base(url: str) -> str:
    base = url.rstrip("/")
    if not base.startswith("https://"):
        raise ValueError("Shopify opens an app at https:// alone")
    return base


def _app(base: str, client_id: str) -> str:
    own = [one for one in APP_TOPICS if one not in COMPLIANCE_TOPICS]
    return f"""\
# Made by `python -m connectors.shopify_payments.app_toml`: change the code it reads.
client_id = {_text(client_id)}
name = {_text(MANIFEST.title_en)}
application_url = {_text(base + INSTALL_PATH)}
# Payments apps may not be embedded.
embedded = false

[build]
include_config_on_deploy = true

[access_scopes]
# The extension brings its two scopes; the hub asks for consent itself.
use_legacy_install_flow = true

[auth]
redirect_urls = {_texts([base + CALLBACK_PATH])}

[webhooks]
api_version = {_text(API_VERSION)}

  [[webhooks.subscriptions]]
  compliance_topics = {_texts(COMPLIANCE_TOPICS)}
  uri = {_text(base + HOOK_PATH)}

  [[webhooks.subscriptions]]
  topics = {_texts(own)}
  uri = {_text(base + HOOK_PATH)}
"""


def _extension(asks: str) -> str:
    urls = "\n".join(
        f"{kind.value}_session_url = {_text(f'{asks}{ASKS_PATH}/{kind.value}')}"
        for kind in AskKind
    )
    return f"""\
# Made by `python -m connectors.shopify_payments.app_toml`: change the code it reads.
# The hub answers in this version: HUB_SHOPIFY_PAYMENTS_API_VERSION.
api_version = {_text(API_VERSION)}

[[extensions]]
name = "Atobarai"
handle = "atobarai-payments"
type = "payments_extension"

# These ask for Shopify's client certificate (mTLS) at the operator's proxy.
{urls}

merchant_label = {_text(MERCHANT_LABEL)}
buyer_label = {_text(BUYER_LABEL)}
supported_countries = ["JP"]
supported_payment_methods = {_texts([PAYMENT_METHOD])}
test_mode_available = true
supports_3ds = false
supports_installments = false
supports_deferred_payments = false
multiple_capture = false

  # Yen and nothing else is billed.
  [[extensions.supported_buyer_contexts]]
  currency = "JPY"
  countries = ["JP"]

  [[extensions.targeting]]
  target = "payments.offsite.render"
"""


def _text(value: str) -> str:
    # A JSON text is a basic string of TOML.
    return json.dumps(value, ensure_ascii=False)


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the files to standard output, or into this folder with --write."""
    reader = argparse.ArgumentParser(
        prog="python -m connectors.shopify_payments.app_toml"
    )
    reader.add_argument("--public-url", default=EXAMPLE_URL)
    reader.add_argument("--asks-url", default=EXAMPLE_ASKS_URL)
    reader.add_argument("--client-id", default="")
    reader.add_argument("--write", action="store_true")
    wish = reader.parse_args(arguments)
    made = files(
        public_url=wish.public_url, asks_url=wish.asks_url, client_id=wish.client_id
    )
    for name, text in made.items():
        if wish.write:
            (FOLDER / name).write_text(text, "utf-8")
        else:
            sys.stdout.write(text)


if __name__ == "__main__":
    main()
