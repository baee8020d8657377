"""A buyer pays later at the checkout, before there is an order: a part of a journey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.flow.shopify_till import SLUG
from tests.journeys.installation import until
from tests.shopify_double import payments_pages as pages
from tests.shopify_double.payments import REJECTED, RESOLVED

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.test_shopify import Merchant
    from tests.shopify_double.payments import Session

# No other buyer of the journey pays this sum.
NUMBER, AMOUNT = "394812750146", 7573


def install_payments(merchant: Merchant, page: Page) -> None:
    """Install the payments app by its own consent, and give it to the same shop."""
    payments, shop = merchant.double.payments, merchant.double.shop
    public = merchant.hub.env["HUB_PUBLIC_URL"]
    payments.starting.listens_at(f"{public}/asks/{SLUG}")
    page.goto(f"{public}/install/{SLUG}?{payments.launch_query(shop)}")
    # The shop has its orders by the other app, and may be chosen all the same.
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="接続する", exact=True).click()
    page.wait_for_url("**/setup*")
    until(lambda: payments.configured.get(shop.domain, {}).get("ready") is True)


def bought(
    merchant: Merchant, page: Page, amount: int, *, surname: str = ""
) -> Session:
    """Let a buyer press the button of the checkout; returns what she pays by."""
    payments = merchant.double.payments
    known = set(payments.sessions)
    payments.wish = {"amount": amount, "surname": surname}
    page.goto(f"{merchant.double.base(merchant.double.shop)}/checkout")
    page.get_by_role("button", name="後払いで支払う").click()
    (new,) = set(payments.sessions) - known
    return payments.sessions[new]


def sold_before_the_order(merchant: Merchant) -> None:
    """One buyer passes and comes back to an order that ships, another is let go."""
    page = merchant.page.context.new_page()
    page.on("pageerror", lambda error: merchant.complaints.append(str(error)))
    install_payments(merchant, page)
    been: list[str] = []
    page.on("framenavigated", lambda frame: been.append(frame.url))
    session = bought(merchant, page, AMOUNT)
    page.get_by_role("heading", name=pages.THANKS).wait_for()
    assert any(f"{merchant.hub.env['HUB_PUBLIC_URL']}/wait/" in one for one in been)
    assert session.changes == [RESOLVED]
    assert transaction_of(merchant, session)["state"] == "APPROVED"
    _captured(merchant, session)
    declined = bought(merchant, page, AMOUNT + 1, surname="見本NG")
    page.get_by_role("heading", name=pages.REFUSED).wait_for()
    assert (declined.changes, declined.order) == ([REJECTED], None)
    page.close()


def _captured(merchant: Merchant, session: Session) -> None:
    """The money counts as taken only when the parcel was reported."""
    payments = merchant.double.payments
    capture = payments.capture(session)
    assert session.order is not None
    merchant.double.orders.fulfil(session.order, number=NUMBER)
    until(lambda: capture.changes == [RESOLVED])
    told = transaction_of(merchant, session)
    assert (told["state"], told["tracking_number"]) == ("SHIPPED", NUMBER)
    calls = merchant.hub.requests(told["shop_order_id"])
    assert calls.count("shippingrequest.do") == 1


def transaction_of(merchant: Merchant, session: Session) -> dict[str, Any]:
    """Return a payment at the provider, where its long id gave way to a number."""
    (found,) = (
        one for one in merchant.hub.ledger() if one["billed_amount"] == session.amount
    )
    return found
