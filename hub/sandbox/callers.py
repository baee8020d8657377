"""Who may call: the merchants with their credentials, and from which day on."""

import hmac
from collections.abc import Sequence
from datetime import date
from typing import Final

from hub.sandbox.ledger import Ledger
from hub.sandbox.records import Merchant
from hub.sandbox.wire_xml import Document, WireError

FIRST_MERCHANT: Final = Merchant(
    shop_code="atd000000001",
    link_id="original00",
    link_password="Example01",  # noqa: S106  # the published specimen, no secret
    name="見本加盟店",
)


class Callers:
    """The merchants in memory, because every call asks for one."""

    def __init__(self, ledger: Ledger) -> None:
        """Know nobody before `load`."""
        self._ledger = ledger
        self._merchants: dict[str, Merchant] = {}

    def load(self) -> None:
        """Read the book; called inside its `write`."""
        self._merchants = {m.shop_code: m for m in self._ledger.merchants()}
        if FIRST_MERCHANT.shop_code not in self._merchants:
            self._ledger.save_merchant(FIRST_MERCHANT)
            self.learn(FIRST_MERCHANT)

    def learn(self, merchant: Merchant) -> None:
        """Let a merchant call that the book holds already."""
        self._merchants = {**self._merchants, merchant.shop_code: merchant}

    def all(self) -> Sequence[Merchant]:
        """Return every merchant, also those whose first day is to come."""
        return list(self._merchants.values())

    def refusals(self, document: Document, today: date) -> list[WireError]:
        """Return what is wrong with a call's credentials on a day in Japan."""
        link = document.sections["linkInfo"]
        merchant = self._merchants.get(link["shopCode"])
        if not merchant:
            return [WireError(point="shopCode", code="er900020")]
        if link["linkId"] != merchant.link_id:
            return [WireError(point="linkId", code="er900021")]
        if not hmac.compare_digest(
            link["linkPassword"].encode(), merchant.link_password.encode()
        ):
            return [WireError(point="linkPassword", code="er900022")]
        if merchant.starts_on and today < merchant.starts_on:
            return [WireError(point="shopCode", code="er900023")]
        return []
