"""Where the Payments Apps API of a shop is."""

import re

from connectors.shopify.shops import API_VERSION
from hub.contract.connector import Settings

_VERSION = re.compile(r"[0-9]{4}-(01|04|07|10)|unstable", re.ASCII)


def payments_path(settings: Settings) -> str:
    """Return the API's path in the version that the extension is configured for."""
    version = settings.text("api_version")
    if not _VERSION.fullmatch(version):
        version = API_VERSION
    return f"/payments_apps/api/{version}/graphql.json"
