"""バナーとタグ: what a person decides, what it is kept as, and what it opens."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from hub.app import create_app
from hub.domain.banner import MaterialKind, Placement
from hub.domain.policy import Mode
from hub.flow.enroll import EnrollError, enroll_shop
from hub.flow.intervene import InterventionError, set_mode
from hub.flow.tools import Parts
from hub.store import tag_material
from hub.store.tables import audit
from hub.store.tag_material import Material
from tests.console import seed
from tests.console.people import HONEST, Person, logged_in
from tests.console.seed import CLERK, OWNER
from tests.house import House, running_house

NOWHERE = "http://127.0.0.1:1/api/"
LIVE = "https://provider.example.jp/api/"
OFFICIAL = (
    "<a href='http://c.atodene.jp/rule/'>後払い</a><script src=https://x.jp/a.js>"
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("tag")
    with running_house(folder, provider_url=NOWHERE, control_url="") as opened:
        opened.open(mode=Mode.SHADOW)
        seed.add_people(opened)
        yield opened


@pytest.fixture(scope="module")
def app(house: House) -> Flask:
    return create_app(house.parts)


@pytest.fixture(scope="module")
def owner(app: Flask) -> Person:
    return logged_in(app, OWNER)


def page_of(house: House) -> str:
    return f"/console/shops/{house.shop_id}/tag"


def keep(owner: Person, house: House, placement: str, html: str = OFFICIAL) -> int:
    answer = owner.post(f"{page_of(house)}/official", placement=placement, html=html)
    return answer.status_code


def newest(house: House, placement: Placement) -> Material:
    found = house.parts.store.of(house.merchant_id).read(
        lambda scope: tag_material.current(scope, house.shop_id)
    )
    return found[placement]


def live(house: House) -> Parts:
    return replace(house.parts, config=replace(house.parts.config, provider_url=LIVE))


def go_automatic(house: House, parts: Parts) -> None:
    set_mode(
        parts, house.merchant_id, house.shop_id, mode=Mode.AUTOMATIC, user_id="0" * 26
    )


def test_a_sample_never_goes_live_and_an_approved_tag_does(
    owner: Person, house: House
) -> None:
    with pytest.raises(InterventionError) as refused:
        go_automatic(house, live(house))
    assert refused.value.code == "HUB-TAG-001"
    go_automatic(house, house.parts)  # the sandbox bills nobody
    keep(owner, house, "cart")
    with pytest.raises(InterventionError):
        go_automatic(house, live(house))
    path = f"{page_of(house)}/confirmed"
    done = owner.post(path, placement="payment-method", confirmed_on="2026-11-01")
    assert done.status_code == 303
    go_automatic(house, live(house))
    owner.post(f"{page_of(house)}/sample", placement="payment-method")
    with pytest.raises(InterventionError):
        go_automatic(house, live(house))


def test_a_new_shop_cannot_begin_live(house: House) -> None:
    with pytest.raises(EnrollError) as refused:
        enroll_shop(
            live(house),
            house.merchant_id,
            name="2号店",
            connector="generic_webhook",
            settings={},
            mode=Mode.AUTOMATIC,
            cutover_at=house.clock.now(),
            order_number_prefix="B",
        )
    assert refused.value.code == "HUB-TAG-001"


def test_what_is_pasted_is_kept_word_for_word(owner: Person, house: House) -> None:
    keep(owner, house, "cart")
    kept = newest(house, Placement.CART)
    assert kept.body == OFFICIAL.encode()
    assert kept.kind is MaterialKind.OFFICIAL
    assert kept.is_whole


def test_a_file_in_shift_jis_is_kept_byte_for_byte(owner: Person, house: House) -> None:
    raw = "<b>後払い①</b>\r\n".encode("cp932")
    path = f"{page_of(house)}/official"
    answer = owner.client.post(
        path,
        data={
            "csrf": owner.token(path),
            "placement": "cart",
            "html": "",
            "file": (io.BytesIO(raw), "banner.html"),
        },
        headers=HONEST,
    )
    assert answer.status_code == 303
    assert newest(house, Placement.CART).body == raw
    assert newest(house, Placement.CART).html == "<b>後払い①</b>\r\n"


@pytest.mark.parametrize(
    ("html", "code"),
    [("  ", "HUB-TAG-002"), ("あ" * 30_000, "HUB-TAG-002"), ("a\0b", "HUB-TAG-003")],
)
def test_what_cannot_be_shown_is_refused_in_three_sentences(
    owner: Person, house: House, html: str, code: str
) -> None:
    answer = owner.post(f"{page_of(house)}/official", placement="cart", html=html)
    assert answer.status_code == 409
    assert code in answer.text


@pytest.mark.parametrize("day", ["", "2999-01-01", "tomorrow"])
def test_an_approval_needs_a_day_that_has_come(
    owner: Person, house: House, day: str
) -> None:
    path = f"{page_of(house)}/confirmed"
    answer = owner.post(path, placement="cart", confirmed_on=day)
    assert "HUB-TAG-004" in answer.text


def test_every_version_is_named_with_its_person(owner: Person, house: House) -> None:
    keep(owner, house, "payment-method", "<i>第一</i>")
    keep(owner, house, "payment-method", "<i>第二</i>")
    text = owner.text(page_of(house))
    assert "見本 花子" in text
    assert "&lt;i&gt;第一&lt;/i&gt;" in text
    first = re.findall(r"/tag/versions/(\w+)/restore", text)[0]
    owner.post(f"{page_of(house)}/versions/{first}/restore")
    assert newest(house, Placement.PAYMENT_METHOD).body == "<i>第一</i>".encode()


def test_a_decision_about_the_tag_is_audited(owner: Person, house: House) -> None:
    keep(owner, house, "cart")
    rows = house.parts.store.of(house.merchant_id).read(
        lambda scope: scope.connection.execute(audit.select()).all()
    )
    assert rows[-1].action == "tag_material"
    assert rows[-1].detail["placement"] == "cart"


def test_what_is_left_out_is_said(owner: Person, house: House) -> None:
    keep(owner, house, "cart", "<p onclick='x()'>a</p><script>document.write(1)")
    text = owner.text(page_of(house))
    assert "p onclick=" in text
    assert "document.write を使うタグ" in text


def test_a_clerk_changes_nothing(app: Flask, house: House) -> None:
    clerk = logged_in(app, CLERK)
    assert keep(clerk, house, "cart") == 403
    assert "登録して表示する" not in clerk.text(page_of(house))


def test_the_preview_cannot_reach_the_console(owner: Person, house: House) -> None:
    keep(owner, house, "cart")
    answer = owner.get(f"{page_of(house)}/preview?placement=cart")
    assert "sandbox allow-scripts" in answer.headers["Content-Security-Policy"]
    assert "allow-same-origin" not in answer.headers["Content-Security-Policy"]
    framing = owner.get(page_of(house))
    assert "frame-src 'self'" in framing.headers["Content-Security-Policy"]
    assert 'sandbox="allow-scripts"' in framing.text


def test_the_connections_page_shows_what_to_paste(owner: Person) -> None:
    text = owner.text("/console/connections")
    assert "data-atobarai=&#34;cart&#34;" in text
    assert re.search(r"/tag/[0-9a-f]{16}\.js", text)


def test_the_test_of_a_connection_says_what_to_do(owner: Person, house: House) -> None:
    answer = owner.post(f"/console/shops/{house.shop_id}/test")
    assert answer.status_code == 200
    assert "決済会社から、判断できる返事がありませんでした" in answer.text
    assert "次にすること" in answer.text
