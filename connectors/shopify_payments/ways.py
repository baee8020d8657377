"""Where a buyer may be sent on: to the shop or to Shopify, and nowhere else."""

import re
from urllib.parse import urlsplit

from connectors.shopify.api import Client
from connectors.shopify.shops import shop_domain, shop_url
from hub.contract.connector import Connection
from hub.contract.errors import CartRefusedError

TOTAL_SECONDS = 20.0
# Not .myshopify.com: the other shops there are anybody's.
SHOPIFYS = (".shopify.com", ".shop.app")
DOMAIN = "query Domain { shop { primaryDomain { host } } }"
# No letter, space or backslash that two readers could understand differently.
_LEGIBLE = re.compile(r"(?!.*\\)[!-~]{1,8192}", re.ASCII)


class Ways:
    """The ways of one update; the shop is asked for its domain at most once."""

    def __init__(self, connection: Connection) -> None:
        """Ask nothing yet."""
        self._connection = connection
        self._own_host: str | None = None

    def on(self, url: object) -> str:
        """Return the address where it is one of the shop's or of Shopify's, else "".

        A shop with a domain of its own has its checkout there, and says which. Raises
        CartUnavailableError where it cannot be asked now.
        """
        if not isinstance(url, str) or not _LEGIBLE.fullmatch(url):
            return ""
        try:
            parts = urlsplit(url)
            host, user = parts.hostname or "", parts.username
        except ValueError:
            return ""
        if f"{parts.scheme}://{parts.netloc}" == self._origin_in_tests():
            return url
        if parts.scheme != "https" or user is not None or not host:
            return ""
        is_known = host.endswith(SHOPIFYS) or host == self._permanent()
        return url if is_known or host == self._own() else ""

    def _permanent(self) -> str:
        return shop_domain(self._connection.settings.text("shop"))

    def _own(self) -> str:
        if self._own_host is None:
            self._own_host = _domain_of(self._connection)
        return self._own_host

    def _origin_in_tests(self) -> str:
        settings = self._connection.settings
        if not settings.text("api_base"):
            return ""
        parts = urlsplit(shop_url(settings, settings.text("shop"), "/"))
        return f"{parts.scheme}://{parts.netloc}"


def _domain_of(connection: Connection) -> str:
    try:
        found = Client(connection, total_seconds=TOTAL_SECONDS).ask(DOMAIN, {})
    except CartRefusedError:
        return ""
    match found:
        case {"shop": {"primaryDomain": {"host": str(host)}}}:
            return host.lower()
        case _:
            return ""
