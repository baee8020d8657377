"""The double's admin: a page that frames the app, and a stand-in for App Bridge."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.shopify_double.server import ShopifyDouble
    from tests.shopify_double.world import Shop

# What the app's page calls of https://cdn.shopify.com/shopifycloud/app-bridge.js: the
# session token, asked of the admin that frames it, and put on the app's own requests.
APP_BRIDGE = """(() => {
  const waiting = new Map();
  let next = 0;
  addEventListener("message", (event) => {
    if (event.source !== parent || !event.data || !event.data.idToken) return;
    waiting.get(event.data.number)?.(event.data.idToken);
    waiting.delete(event.data.number);
  });
  const idToken = () => new Promise((resolve) => {
    const number = (next += 1);
    waiting.set(number, resolve);
    parent.postMessage({ wants: "idToken", number }, "*");
  });
  const meta = document.querySelector('meta[name="shopify-api-key"]');
  window.shopify = { idToken, config: { apiKey: meta && meta.content } };
  const plain = window.fetch.bind(window);
  window.fetch = async (target, options = {}) => {
    const url = new URL(target.url || target, location.href);
    if (url.origin !== location.origin) return plain(target, options);
    const headers = new Headers(options.headers || target.headers || {});
    if (!headers.has("Authorization")) {
      headers.set("Authorization", `Bearer ${await idToken()}`);
    }
    return plain(target, { ...options, headers });
  };
})();
"""

_ADMIN = """<!doctype html><html lang="ja"><meta charset="utf-8">
<title>Shopify</title>
<style>body{{margin:0;font-family:sans-serif}}header{{background:#1a1a1a;color:#fff;
padding:8px 16px}}iframe{{border:0;width:100%;height:calc(100vh - 40px)}}</style>
<header>{shop}</header>
<iframe name="app-iframe" src="{address}"></iframe>
<script>
addEventListener("message", async (event) => {{
  if (!event.data || event.data.wants !== "idToken") return;
  const answer = await fetch("{tokens}");
  const idToken = await answer.text();
  event.source.postMessage({{ idToken, number: event.data.number }}, event.origin);
}});
</script></html>
"""


def admin(double: ShopifyDouble, shop: Shop) -> str:
    """Return the admin's page of the app: the app in a frame, opened with id_token."""
    token = double.session_token(shop)
    query = double.launch_query(shop, embedded="1", id_token=token)
    return _ADMIN.format(
        shop=escape(shop.domain),
        address=escape(f"{double.app.app_url}?{query}", quote=True),
        tokens=f"/{shop.domain}/idtoken",
    )
