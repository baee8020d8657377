"""Where a buyer may be sent on: to the shop or to Shopify, and nowhere else."""

from urllib.parse import urlsplit

from connectors.shopify.api import Client
from connectors.shopify.shops import shop_domain, shop_url
from hub.contract.connector import Connection
from hub.contract.errors import CartRefusedError

LONGEST = 8192
SHOPIFYS = (".shopify.com", ".myshopify.com", ".shop.app")
DOMAIN = "query Domain { shop { primaryDomain { host } } }"


def way_on(url: object, connection: Connection) -> str:
    """Return the address where it is one of the shop's or of Shopify's, else "".

    A shop with a domain of its own has its checkout there; the shop says which. Raises
    CartUnavailableError where it cannot be asked now.
    """
    if not isinstance(url, str) or not 0 < len(url) <= LONGEST:
        return ""
    if any(not "!" <= one <= "~" or one == "\\" for one in url):
        return ""
    try:
        parts = urlsplit(url)
        host, user = parts.hostname or "", parts.username
        origin = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return ""
    if origin == _origin_in_tests(connection):
        return url
    if parts.scheme != "https" or user is not None or not host:
        return ""
    return url if _is_shopifys(host) or host == _own_host(connection) else ""


def _is_shopifys(host: str) -> bool:
    return bool(shop_domain(host)) or host.endswith(SHOPIFYS)


def _origin_in_tests(connection: Connection) -> str:
    settings = connection.settings
    if not settings.text("api_base"):
        return ""
    parts = urlsplit(shop_url(settings, settings.text("shop"), "/"))
    return f"{parts.scheme}://{parts.netloc}"


def _own_host(connection: Connection) -> str:
    try:
        found = Client(connection).ask(DOMAIN, {})
    except CartRefusedError:
        return ""
    match found:
        case {"shop": {"primaryDomain": {"host": str(host)}}}:
            return host.lower()
        case _:
            return ""
