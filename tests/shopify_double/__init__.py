"""Shopify, pretended: OAuth, GraphQL by the published schema, webhooks with retries.

It has its own reading of the wire (reference/shopify.md) and imports nothing of
connectors.shopify, so that one misreading cannot be right on both sides.

    with ShopifyDouble() as double:
        double.api_base                     # HUB_SHOPIFY_API_BASE of the hub
        shop = double.shops["atodene-demo.myshopify.com"]
        order = double.orders.place(shop, gateway="後払い（アトディーネ）")
        double.orders.fulfil(order, number="394812750135")
        double.settle()                     # every webhook is delivered or given up
"""

from tests.shopify_double.server import ShopifyDouble

__all__ = ["ShopifyDouble"]
