"""Names and addresses of shops; a token is asked only of a name that was checked."""

import re

from hub.contract.connector import Settings

API_VERSION = "2026-10"
GRAPHQL_PATH = f"/admin/api/{API_VERSION}/graphql.json"
TOKEN_PATH = "/admin/oauth/access_token"  # noqa: S105 - a path, no password
CONSENT_PATH = "/admin/oauth/authorize"

_SHOP = re.compile(r"[a-z0-9][a-z0-9\-]{0,62}\.myshopify\.com", re.ASCII)


def shop_domain(text: str) -> str:
    """Return a permanent shop domain in lower case, "" for anything else.

    A whole match: `$` would let a line feed through, and an address that is built from
    an unchecked name would tell a stranger the client secret (shopify.md 1.2).
    """
    lowered = text.lower() if text.isascii() else ""
    return lowered if _SHOP.fullmatch(lowered) else ""


def shop_url(settings: Settings, shop: str, path: str) -> str:
    """Return the address of a path at a shop; raises ValueError for no shop.

    `api_base` is the operator's template, for tests alone: empty means the shop itself.
    """
    domain = shop_domain(shop)
    if not domain:
        raise ValueError("this is not the domain of a shop")
    base = settings.text("api_base") or "https://{shop}"
    return base.replace("{shop}", domain) + path
