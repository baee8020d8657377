"""Starts the double and stays until it is interrupted."""

from __future__ import annotations

import argparse
import sys
import threading

from tests.shopify_double.server import ShopifyDouble


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m tests.shopify_double")
    reader.add_argument("--port", type=int, default=0)
    reader.add_argument("--client-id", default="")
    reader.add_argument("--client-secret", default="")
    reader.add_argument("--app-url", default="")
    reader.add_argument("--compliance-url", default="")
    wish = reader.parse_args()
    with ShopifyDouble(port=wish.port) as double:
        app = double.app
        app.client_id = wish.client_id or app.client_id
        app.secrets = [wish.client_secret] if wish.client_secret else app.secrets
        app.app_url, app.compliance_url = wish.app_url, wish.compliance_url
        lines = [
            f"HUB_SHOPIFY_API_BASE={double.api_base}",
            f"HUB_SHOPIFY_CLIENT_ID={app.client_id}",
            f"HUB_SHOPIFY_CLIENT_SECRET={app.newest_secret}",
        ]
        lines += [
            f"admin: {double.base(shop)}/admin/apps/{app.handle}"
            for shop in double.shops.values()
        ]
        sys.stdout.write("\n".join([*lines, ""]))
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
