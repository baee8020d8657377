import json
import re
from urllib.request import urlopen

import pytest

from tests.sandbox.joining import (
    HERE,
    NAME,
    TODAY,
    apply,
    decide,
    page,
    post,
    prepare,
    states,
    submit,
    use,
)


@pytest.mark.parametrize(
    ("file", "mimetype"),
    [
        ("banner.svg", "image/svg+xml"),
        ("cart.html", "text/html"),
        ("payment-method.html", "text/html"),
        ("manual.txt", "text/plain"),
    ],
)
def test_the_material_is_there_after_approval_and_says_that_it_is_a_sample(
    shop, file, mimetype
):
    path = f"/applications/{NAME}/material/{file}"
    apply(shop)
    assert page(shop, path).status == 404
    prepare(shop)
    post(shop, days=0)
    credentials = decide(shop, "approve")[1]["credentials"]
    for prefix in ("", "/sandbox"):
        with urlopen(f"{shop.control_url}{prefix}{path}") as response:
            content = response.read().decode()
            assert response.headers.get_content_type() == mimetype
        assert "見本" in content
        assert credentials["link_password"] not in content
    assert page(shop, f"/applications/{NAME}/material/other").status == 404


def test_a_merchant_joins_by_pages_alone(shop):
    form = shop.control("/applications/example")[1]
    fields = {name: value for name, value in form.items() if value is not False}
    assert submit(shop, "/applications/new", fields).status == 303
    owed = list(states(shop.control(HERE)[1]))
    chosen = {"papers": owed, "issued_on": TODAY, "is_original": "1"}
    assert submit(shop, f"{HERE}/papers", chosen).status == 303
    assert submit(shop, f"{HERE}/post", {"days": "0"}).status == 303
    asked = {"result": "ask_for_papers", "papers": ["pledge"], "ready": "（例）押印"}
    assert submit(shop, f"/desk{HERE}", asked).status == 303
    assert "（例）押印" in page(shop, HERE).body.decode()
    chosen = {"papers": ["pledge"], "issued_on": TODAY, "is_original": "1"}
    submit(shop, f"{HERE}/papers", chosen)
    submit(shop, f"{HERE}/post", {"days": "0"})
    assert submit(shop, f"/desk{HERE}", {"result": "approve"}).status == 303
    shown = page(shop, HERE).body.decode()
    credentials = shop.control(HERE)[1]["credentials"]
    assert all(credentials[key] in shown for key in ("shop_code", "link_password"))
    submit(shop, "/clock", {"business_days": "10"})
    use(shop, credentials)
    assert shop.register().text("result") == "OK"


def test_the_form_keeps_what_was_typed_and_names_the_fault(shop):
    answer = submit(shop, "/applications/new", {"company": "例の商店", "tel": "12"})
    shown = answer.body.decode()
    assert answer.status == 422
    assert 'value="例の商店"' in shown
    assert 'id="tel-fault"' in shown
    assert "何も登録していません" in shown


def test_the_form_is_corrected_on_its_page(shop):
    apply(shop, goods="例の商品券")
    form = shop.control(HERE)[1]["form"]
    fields = {name: value for name, value in form.items() if value}
    answer = submit(shop, f"{HERE}/edit", {**fields, "excludes_restricted": "1"})
    assert answer.status == 303
    assert shop.control(HERE)[1]["form"]["excludes_restricted"] is True
    submit(shop, f"{HERE}/edit", fields)
    assert shop.control(HERE)[1]["form"]["excludes_restricted"] is False


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/applications",
        "/applications/new",
        "/applications/new?sample=sole_proprietor",
        HERE,
        f"{HERE}/edit",
        f"/desk{HERE}",
        "/desk",
    ],
)
def test_the_pages_are_shown_at_every_stage(shop, path, language):
    joiner = "&" if "?" in path else "?"

    def look():
        answer = page(shop, f"{path}{joiner}lang={language}")
        assert answer.status == 200
        assert f'<html lang="{language}">'.encode() in answer.body

    apply(shop, goods="例の商品券")
    look()
    prepare(shop, issued_on="2026-08-21")
    post(shop)
    look()
    shop.control("/clock", {"business_days": 1})
    look()
    prepare(shop)
    post(shop, days=0)
    shop.control(HERE, {"excludes_restricted": True})
    look()
    assert decide(shop, "approve")[0] == 200
    look()


def test_an_applicants_words_are_text_on_the_page(shop):
    apply(shop, company="<script>alert(1)</script>")
    shown = page(shop, HERE).body.decode()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_refused_step_is_explained_in_japanese(shop):
    apply(shop)
    answer = submit(shop, f"/desk{HERE}", {"result": "approve"})
    assert answer.status == 422
    assert "そろっていない書類" in answer.body.decode()


def test_the_application_page_shows_commands_that_work(shop):
    apply(shop)
    shown = page(shop, HERE).body.decode().replace("&#34;", '"')
    shown = shown.replace("&#39;", "'")
    pattern = r"curl -s http://[^/]+/sandbox(\S+) -d '([^']+)'"
    for path, body in re.findall(pattern, shown):
        assert shop.control(path, json.loads(body))[0] == 200, path
    assert shop.control(HERE)[1]["stage"] == "approved"
