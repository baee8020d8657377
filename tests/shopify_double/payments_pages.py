"""The checkout: a page with a button, and where the buyer comes back to."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tests.shopify_double import payments as pay

if TYPE_CHECKING:
    from tests.shopify_double.server import ShopifyDouble
    from tests.shopify_double.world import Shop

CHOOSE = "お支払い方法をお選びください"
THANKS = "ご注文ありがとうございます"
WAITS = "ご注文を受け付けました（お支払いを確認中です）"
REFUSED = "お支払いを承れませんでした。別のお支払い方法をお選びください"
_WORDS = {
    pay.OPEN: CHOOSE,
    pay.PENDING: WAITS,
    pay.RESOLVED: THANKS,
    pay.REJECTED: REFUSED,
    pay.EXPIRED: REFUSED,
}
_PAGE = """<!doctype html><html lang="ja"><meta charset="utf-8"><title>{shop}</title>
<h1>{words}</h1>{more}</html>"""
_BUTTON = '<form method="post" action="{way}"><button>後払いで支払う</button></form>'


def page(double: ShopifyDouble, shop: Shop, rest: str) -> tuple[int, str]:
    """Return (status, html) of `checkout` or of `checkouts/<id>`."""
    name, _, session_id = rest.partition("/")
    state = pay.OPEN
    if name == "checkouts":
        session = double.payments.payment_by_id(shop, session_id)
        if session is None:
            return 404, "Not Found"
        state = session.state
    way = escape(f"{double.base(shop)}/checkout", quote=True)
    may_choose = state in (pay.OPEN, pay.REJECTED, pay.EXPIRED)
    more = _BUTTON.format(way=way) if may_choose else ""
    words = _WORDS[state]
    return 200, _PAGE.format(shop=escape(shop.domain), words=words, more=more)


def chosen(double: ShopifyDouble, shop: Shop) -> str:
    """Start a payment as the button asks; returns where the buyer goes, "" nowhere."""
    return double.payments.buy(shop, **double.payments.wish).redirect_url
