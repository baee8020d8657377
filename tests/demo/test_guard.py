import pytest
import requests

FORMS = [
    "/cart/add",
    "/cart",
    "/checkout",
    "/shopkeeper/x/ship",
    "/shopkeeper/x/cancel",
]


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_is_refused(shop, path):
    assert requests.post(shop.url + path, data={}, timeout=60).status_code == 403


def test_a_form_of_another_visitor_is_refused(shop, visitor):
    _, token = visitor.open("/").forms[0].form_values()[0]
    stolen = {"csrf_token": token, "sku": "TEA-01"}
    answer = requests.post(shop.url + "/cart/add", data=stolen, timeout=60)
    assert answer.status_code == 403


def test_a_form_sent_from_another_site_is_refused(shop, visitor):
    form = dict(visitor.open("/").forms[0].form_values())
    answer = visitor.session.post(
        shop.url + "/cart/add", data=form, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/cart", "/payment-methods", "/shopkeeper", "/x"]
)
def test_pages_are_not_stored_and_run_no_strange_code(shop, path):
    headers = requests.get(shop.url + path, timeout=60).headers
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


def test_another_host_name_is_refused(shop):
    answer = requests.get(shop.url, headers={"host": "evil.example"}, timeout=60)
    assert answer.status_code == 400


def test_an_order_cannot_be_found_by_its_number(shop, visitor, hub):
    visitor.place_order()
    number = hub.wait_for(1)[0].content["order"]["number"]
    assert requests.get(f"{shop.url}/orders/{number}", timeout=60).status_code == 404


def test_what_a_buyer_writes_stays_text(visitor, hub):
    page = visitor.place_order(building="<script>alert(1)</script>")
    path = page.answer.url.removesuffix("/completed")
    shown = visitor.session.get(path).text
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
