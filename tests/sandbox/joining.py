"""The steps of joining, as tests take them."""

from urllib.parse import urlencode

NAME = "M000001"
HERE = f"/applications/{NAME}"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TODAY = "2026-11-20"


def apply(shop, **changes):
    query = urlencode({"kind": "corporation", **changes})
    form = shop.control(f"/applications/example?{query}")[1]
    status, answer = shop.control("/applications", form)
    assert status == 201, answer
    return answer


def prepare(shop, **wanted):
    status, answer = shop.control(f"{HERE}/papers", wanted)
    assert status == 200, answer
    return answer


def post(shop, **wanted):
    status, answer = shop.control(f"{HERE}/post", wanted)
    assert status == 200, answer
    return answer


def decide(shop, result, **more):
    return shop.control(f"{HERE}/decision", {"result": result, **more})


def join(shop, **changes):
    apply(shop, **changes)
    prepare(shop)
    post(shop, days=0)
    status, answer = decide(shop, "approve")
    assert status == 200, answer
    return answer


def states(answer):
    return {line["paper"]: line["state"] for line in answer["papers"]}


def use(shop, credentials):
    shop.link = (
        f"<linkInfo><shopCode>{credentials['shop_code']}</shopCode>"
        f"<linkId>{credentials['link_id']}</linkId>"
        f"<linkPassword>{credentials['link_password']}</linkPassword></linkInfo>"
    )


def page(shop, path):
    return shop.send(shop.control_url, path, b"", method="GET")


def submit(shop, path, fields):
    body = urlencode(fields, doseq=True).encode()
    return shop.send(shop.control_url, path, body, **FORM)
