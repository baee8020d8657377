"""Faults of the Shopify double."""

from typing import Any

from tests.flow.shopify_shop import ShopifyShop


class Fault:
    """Answers requests that hold a word in the double's stead until it is mended."""

    def __init__(self, store: ShopifyShop, word: str, status: int, answer: Any) -> None:
        self._is_on = True
        real = store.double.answer_graphql

        def failing(shop: Any, access: str, request: Any) -> Any:
            asked = f"{request['query']} {request.get('variables')}"
            is_meant = self._is_on and word in asked
            return (status, answer) if is_meant else real(shop, access, request)

        store.double.answer_graphql = failing  # type: ignore[method-assign]  # a fault

    def mend(self) -> None:
        self._is_on = False
