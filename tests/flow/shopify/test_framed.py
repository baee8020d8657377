"""Who may frame our pages: a shop its own, whatever is answered; nobody the rest."""

import re
from dataclasses import replace
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from hub.app import create_app
from hub.registry import Registry
from tests.flow.shopify_shop import ShopifyShop, second_shop
from tests.house import same_parts

ADMIN = "https://admin.shopify.com"


def framers(answer: TestResponse) -> str:
    """Return who may frame an answer, as its policy says."""
    policies = answer.headers.getlist("Content-Security-Policy")
    said = [
        part.strip().removeprefix("frame-ancestors ")
        for one in policies
        for part in one.split(";")
        if part.strip().startswith("frame-ancestors ")
    ]
    assert len(said) == 1, (answer.request.path, policies)
    return said[0]


def opened(app: Flask, shop: str, slug: str = "shopify") -> TestResponse:
    answer = app.test_client().get(f"/embed/{slug}?shop={shop}&host=aG9zdA")
    assert answer.mimetype == "text/html"
    assert "X-Frame-Options" not in answer.headers
    return answer


def test_extra_08_a_page_is_framed_by_its_own_shop_and_no_other(
    store: ShopifyShop,
) -> None:
    other = second_shop(store, "nigou-ten.myshopify.com")
    for shop in (store.shop.domain, other.shop.domain, "new.myshopify.com"):
        answer = opened(store.app, shop)
        assert (answer.status_code, framers(answer)) == (200, f"https://{shop} {ADMIN}")


def without_the_secret(store: ShopifyShop) -> Flask:
    given = dict(store.house.parts.config.environment)
    del given["HUB_SHOPIFY_CLIENT_SECRET"]
    config = replace(store.house.parts.config, environment=given)
    return create_app(same_parts(store.house, config=config).parts)


def with_a_defect(store: ShopifyShop) -> Flask:
    def fails(*_arguments: Any) -> Any:
        raise RuntimeError("SELECT secret FROM /work")

    known = store.house.parts.registry.connectors
    embed = known["shopify"].embed
    assert embed is not None
    broken = replace(known["shopify"], embed=replace(embed, meta=fails))
    registry = Registry(connectors={**known, "shopify": broken})
    return create_app(same_parts(store.house, registry=registry).parts)


def test_extra_08_an_error_is_read_within_the_frame_of_its_shop(
    store: ShopifyShop,
) -> None:
    for app, status, code in (
        (without_the_secret(store), 404, "HUB-INST-404"),
        (with_a_defect(store), 500, "HUB-GEN-001"),
    ):
        answer = opened(app, store.shop.domain)
        assert (answer.status_code, code in answer.text) == (status, True)
        assert framers(answer) == f"https://{store.shop.domain} {ADMIN}"
        assert "SELECT" not in answer.text


def test_extra_08_every_other_page_is_framed_by_nobody(store: ShopifyShop) -> None:
    for shop in ("", "evil.com", "a.myshopify.com%0A", "*.myshopify.com", "a%20b"):
        answer = opened(store.app, shop)
        assert (answer.status_code, framers(answer)) == (400, "'none'")
    rules = store.app.url_map.iter_rules()
    paths = {re.sub("<[^>]+>", "x", one.rule) for one in rules}
    paths |= {one.replace("/x", "/shopify", 1) for one in paths}
    paths |= {"/", "/console", "/console/nothing", "/embed/nothing", "/nothing"}
    client, seen = store.app.test_client(), 0
    for path in sorted(paths - {"/embed/shopify"}):
        for method in ("GET", "POST"):
            answer = client.open(f"{path}?shop={store.shop.domain}", method=method)
            if answer.mimetype == "text/html" and answer.data:
                assert framers(answer) in {"'none'", "'self'"}, path
                seen += 1
    assert seen > 40
