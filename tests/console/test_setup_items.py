"""What the hub says of a set-up checklist's items: the tag, the mode, the settings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from hub.app import create_app
from hub.contract.embed import HubPart, ItemState, SetupItem
from hub.domain.policy import Mode
from hub.registry import Registry
from hub.store import installations, merchants
from hub.store.store import Scope
from hub.store.tables import app_installation
from tests.app_cart.bazaar import SLUG, connector, session_token
from tests.app_cart.browser import Browser
from tests.app_cart.house import SECRET, app_house
from tests.console import seed
from tests.console.seed import OWNER
from tests.house import House, running_house, same_parts

NOWHERE = "http://127.0.0.1:1/api/"


def _checklist(_connection: object) -> Iterator[SetupItem]:
    for part in HubPart:
        yield SetupItem(
            name=part.value,
            state=ItemState.UNKNOWN,
            title_ja=part.value,
            title_en=part.value,
            help_ja="助け",
            help_en="help",
            hub_part=part,
        )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Browser]]:
    """A shop whose app is installed, and whose checklist asks the hub alone."""
    folder = tmp_path_factory.mktemp("items")
    assert connector.embed is not None
    embed = replace(connector.embed, checklist=_checklist)
    registry = Registry(connectors={SLUG: replace(connector, embed=embed)})
    with running_house(folder, provider_url=NOWHERE, control_url="") as house:
        house.open()
        seed.add_people(house)
        with app_house(house) as (opened, cart):
            asked = same_parts(opened, registry=registry)
            browser = Browser(create_app(asked.parts), cart, shop="aoba")
            browser.install()
            browser.log_in(OWNER)
            fields = {"shop": "new", "name": "aoba店", "prefix": "A-"}
            assert browser.post("/console/install", **fields).status_code == 303
            yield asked, browser


@pytest.fixture(autouse=True)
def unseen(shop: tuple[House, Browser]) -> None:
    shop[0].parts.store.across.write(
        lambda across: across.connection.execute(
            update(app_installation).values(tag_seen_at=None)
        )
    )


def connection_id(house: House) -> str:
    found = house.parts.store.across.read(
        lambda across: installations.look_up(across, SLUG, "aoba")
    )
    assert found is not None
    return found.connection_id


def items(house: House, language: str = "ja") -> dict[str, dict[str, Any]]:
    """Return the items of the page within the cart's admin, by title."""
    token = session_token(SECRET, "aoba", house.clock.now() + timedelta(minutes=1))
    client = create_app(house.parts).test_client()
    answer = client.get(
        f"/embed/{SLUG}/checklist?language={language}",
        headers={"Authorization": f"Bearer {token}"},
    )
    return {one["title"]: one for one in answer.get_json()["items"]}


def note_seen(house: House, *, days_ago: int = 0) -> None:
    moment = house.clock.now() - timedelta(days=days_ago)
    house.parts.store.across.write(
        lambda across: installations.note_tag_seen(across, SLUG, "aoba", now=moment)
    )


def go_to(house: House, mode: Mode) -> None:
    def work(scope: Scope) -> None:
        (shop_id,) = set(merchants.shop_ids(scope)) - {house.shop_id}
        merchants.set_mode(scope, shop_id, mode)

    house.parts.store.of(house.merchant_id).write(work)


def test_a_tag_that_no_page_asked_for_is_to_be_placed(
    shop: tuple[House, Browser],
) -> None:
    house, _browser = shop
    found = items(house)["tag"]
    assert found["state"] == "これから"
    assert found["note"].startswith("まだ表示されていません。")


def test_a_tag_that_was_asked_for_is_there_since_then(
    shop: tuple[House, Browser],
) -> None:
    house, browser = shop
    note_seen(house, days_ago=31)
    long_ago = items(house)["tag"]
    assert long_ago["state"] == "確かめられません"
    assert long_ago["note"].startswith("最後の表示は ")
    note_seen(house)
    found = items(house)["tag"]
    assert found["state"] == "できています"
    assert found["note"].startswith("表示を確認できました(最後の表示 ")
    assert items(house, "en")["tag"]["note"].startswith("It is shown (last seen about ")
    page = browser.get(f"/console/connections/{connection_id(house)}/setup")
    assert found["note"] in page.text


@pytest.mark.parametrize(
    ("mode", "state", "said"),
    [
        (Mode.SHADOW, "これから", "いまは「影運転」です。受信して確認まで"),
        (Mode.APPROVAL, "できています", "いまは「承認制」です。担当者が承認した"),
        (Mode.AUTOMATIC, "できています", "いまは「自動」です。受信した注文を"),
    ],
)
def test_the_mode_is_said_with_what_it_means_and_where_it_changes(
    shop: tuple[House, Browser], mode: Mode, state: str, said: str
) -> None:
    house, browser = shop
    go_to(house, mode)
    found = items(house)["mode"]
    assert found["state"] == state
    assert found["note"].startswith(said)
    assert found["link"] == f"{house.parts.config.public_url}/console/connections"
    assert found["link_words"] == "後払いハブの画面を開く"
    page = browser.get(f"/console/connections/{connection_id(house)}/setup")
    assert found["note"] in page.text
    assert 'href="/console/connections"' in page.text


def test_the_settings_are_a_click_away(shop: tuple[House, Browser]) -> None:
    house, browser = shop
    path = f"/console/connections/{connection_id(house)}/settings"
    link = items(house)["settings"]["link"]
    assert link == house.parts.config.public_url + path
    assert browser.get(path).status_code == 200
