"""A browser that goes from the bazaar's admin to the hub and back, without pictures."""

import re
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.app_cart.bazaar import signed_query
from tests.app_cart.double import AppCart
from tests.app_cart.house import SECRET
from tests.console.people import Person


class Browser(Person):
    """Somebody of a shop of the bazaar."""

    def __init__(self, app: Flask, cart: AppCart, *, shop: str = "aoba") -> None:
        super().__init__(app)
        self.cart = cart
        self.shop = shop
        self.state = ""

    def begin(self) -> TestResponse:
        """Open the app from the cart's admin."""
        answer = self.get(f"/install/bazaar?{signed_query(SECRET, shop=self.shop)}")
        self.take_state(answer.headers.get("Location", ""))
        return answer

    def take_state(self, consent_url: str) -> None:
        self.state = dict(parse_qsl(urlsplit(consent_url).query)).get("state", "")

    def back(self, **changes: str) -> str:
        """Agree at the cart; returns the address that it sends the browser to."""
        code = f"code-{len(self.cart.codes)}-{self.state[:8]}"
        self.cart.codes[code] = self.shop
        told = {"shop": self.shop, "code": code, "state": self.state, **changes}
        return f"/install/bazaar/callback?{signed_query(SECRET, **told)}"

    def install(self) -> TestResponse:
        """Go all the way; returns the answer of the way back."""
        assert self.begin().status_code == 303
        return self.get(self.back())

    def cookie_of(self, answer: TestResponse, name: str) -> str:
        for line in answer.headers.getlist("Set-Cookie"):
            if line.startswith(f"{name}="):
                return line
        return ""


def shown(text: str) -> str:
    """The words of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
