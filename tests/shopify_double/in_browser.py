"""The double's admin in Chromium, at the addresses that Shopify's own have."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.shopify_double import pages

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page, Route

    from tests.shopify_double.server import ShopifyDouble
    from tests.shopify_double.world import Shop

ADMIN = "https://admin.shopify.com"
CDN = "https://cdn.shopify.com"


def open_admin(page: Page, double: ShopifyDouble, shop: Shop | None = None) -> Frame:
    """Open the app (`double.app.app_url`) as the admin frames it; returns its frame.

    The page's policy allows admin.shopify.com alone, so that the browser is led to
    believe that it is there.
    """
    chosen = shop or double.shop

    def admin(route: Route) -> None:
        if urlsplit(route.request.url).path.endswith("/idtoken"):
            token = double.session_token(chosen)
            route.fulfill(status=200, content_type="text/plain", body=token)
            return
        html = pages.admin(double, chosen)
        route.fulfill(status=200, content_type="text/html; charset=utf-8", body=html)

    def bridge(route: Route) -> None:
        kind = "text/javascript"
        route.fulfill(status=200, content_type=kind, body=pages.APP_BRIDGE)

    # Shopify stands on the web, the hub of a test on this machine.
    page.context.grant_permissions(["local-network-access"], origin=ADMIN)
    page.route(f"{ADMIN}/**", admin)
    page.route(f"{CDN}/**", bridge)
    page.goto(f"{ADMIN}/store/{chosen.handle}/apps/{double.app.handle}")
    frame = page.frame("app-iframe")
    assert frame is not None
    return frame
