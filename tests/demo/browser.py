"""A buyer without a browser: cookies, forms, no JavaScript."""

import requests
from lxml import html


class Visitor:
    def __init__(self, shop_url):
        self.shop_url = shop_url
        self.session = requests.Session()
        self.session.trust_env = False

    def open(self, path):
        return self._page(self.session.get(self.shop_url + path, timeout=60))

    def submit(self, page, action, button=None, **fields):
        form = next(f for f in page.forms if f.action.endswith(action))
        filled = {**dict(form.form_values()), **fields}
        if button:
            filled[button[0]] = button[1]
        url = self.shop_url + form.action
        return self._page(self.session.post(url, data=filled, timeout=60))

    def place_order(self, quantity="2", sample="ok", **fields):
        front = self.open("/")
        form = next(f for f in front.forms if f.action == "/cart/add")
        self.session.post(
            self.shop_url + "/cart/add",
            data={**dict(form.form_values()), "quantity": quantity},
            timeout=60,
        )
        page = self.open(f"/checkout?sample={sample}")
        return self.submit(page, "/checkout", consent="1", **fields)

    def _page(self, answer):
        return Shown(answer)


class Shown:
    def __init__(self, answer):
        self.answer = answer
        self.document = html.document_fromstring(answer.content.decode())
        self.forms = list(self.document.iter("form"))


def text_of(page):
    return " ".join(page.document.text_content().split())
