"""Writes shopify.app.toml, from which `shopify app deploy` configures the app.

    python -m connectors.shopify.app_toml --public-url https://hub.example.jp

Scopes, compliance topics and version come from the code that needs them; the committed
file is for an invented address and is kept current by a test.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .manifest import MANIFEST
from .scopes import scope_list
from .shops import API_VERSION
from .storefront import PREFIX, SUBPATH

FILE = Path(__file__).with_name("shopify.app.toml")
EXAMPLE_URL = "https://hub.example.jp"
# The hub's own addresses for an app.
PAGE_PATH = "/embed/shopify"
CALLBACK_PATH = "/install/shopify/callback"
HOOK_PATH = "/hooks/shopify"
FRONT_PATH = "/front/shopify"


def app_toml(*, public_url: str, client_id: str = "") -> str:
    """Return the file for a hub at `public_url`; raises ValueError for no https."""
    base = public_url.rstrip("/")
    if not base.startswith("https://"):
        raise ValueError("Shopify opens an app at https:// alone")
    return f"""\
# Made by `python -m connectors.shopify.app_toml`: change the code that it reads.
client_id = {_text(client_id)}
name = {_text(MANIFEST.title_en)}
application_url = {_text(base + PAGE_PATH)}
embedded = true

[build]
include_config_on_deploy = true

[access_scopes]
# Shopify shows the consent itself, and the page exchanges its session token.
scopes = {_text(scope_list())}
use_legacy_install_flow = false

[auth]
redirect_urls = {_texts([base + CALLBACK_PATH])}

[app_proxy]
# The shop's own address at which the theme's blocks find the tag.
url = {_text(base + FRONT_PATH)}
prefix = {_text(PREFIX)}
subpath = {_text(SUBPATH)}

[webhooks]
api_version = {_text(API_VERSION)}

  # These cannot be subscribed to through the API; all others the hub subscribes to
  # itself, at the secret address of each connection.
  [[webhooks.subscriptions]]
  compliance_topics = {_texts(MANIFEST.app_topics)}
  uri = {_text(base + HOOK_PATH)}
"""


def _text(value: str) -> str:
    # A JSON text is a basic string of TOML.
    return json.dumps(value, ensure_ascii=False)


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file to standard output, or into this folder with --write."""
    reader = argparse.ArgumentParser(prog="python -m connectors.shopify.app_toml")
    reader.add_argument("--public-url", default=EXAMPLE_URL)
    reader.add_argument("--client-id", default="")
    reader.add_argument("--write", action="store_true")
    wish = reader.parse_args(arguments)
    text = app_toml(public_url=wish.public_url, client_id=wish.client_id)
    if wish.write:
        FILE.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
