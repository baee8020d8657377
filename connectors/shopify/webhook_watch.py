"""Subscriptions that are gone come back without a person.

Shopify drops a subscription whose deliveries fail for long, each by itself and in the
end all of them (shopify.md 2.2, 2.7). The address is therefore also kept in the app's
own metafield at the shop, which no other app and no storefront reads.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .api import Client
from .manifest import MANIFEST
from .metafields import set_wish
from .queries import query
from .subscriptions import constant_of, subscribe

KEY = "hook_url"
_PATH = "/hooks/shopify/"


def watch_webhooks(client: Client) -> Sequence[str]:
    """Make the subscriptions that are missing; return their topics.

    Where no address was ever known nothing is made: installing makes them.
    """
    data = client.ask(query("webhook_watch"), {})
    installation = data["currentAppInstallation"]
    kept = (installation["metafield"] or {}).get("value", "")
    there = data["webhookSubscriptions"]["nodes"]
    address = _address(there) or kept
    if not address:
        return ()
    if address != kept:
        wish = {"metafields": set_wish(installation["id"], {KEY: address})}
        client.write(query("set_metafields"), wish)
    known = {one["topic"] for one in there if one["uri"] == address}
    missing = [one for one in MANIFEST.topics if constant_of(one) not in known]
    for topic in missing:
        subscribe(client, constant_of(topic), address)
    return missing


def _address(there: Sequence[Mapping[str, Any]]) -> str:
    """Return where most of the subscriptions of ours go, "" where there is none."""
    ours = Counter(one["uri"] for one in there if _PATH in one["uri"])
    return ours.most_common(1)[0][0] if ours else ""
