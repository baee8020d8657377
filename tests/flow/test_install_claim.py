"""An installed app is somebody's once, on both databases and from two threads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from hub.contract.errors import HubError
from hub.flow import install, install_care, install_claim
from hub.flow.install_claim import Place
from hub.store import credentials, installations
from hub.store.installations import Installation
from tests.app_cart.bazaar import SLUG, exchange, session_token
from tests.app_cart.double import AppCart
from tests.app_cart.house import SECRET, app_house
from tests.flow.more_shops import with_merchant
from tests.house import House

PERSON = "0" * 26


@pytest.fixture
def bazaar(house: House) -> Iterator[tuple[House, AppCart]]:
    with app_house(house) as opened:
        yield opened


@pytest.fixture
def house_(bazaar: tuple[House, AppCart]) -> House:
    return bazaar[0]


@pytest.fixture
def cart(bazaar: tuple[House, AppCart]) -> AppCart:
    return bazaar[1]


def arrive(house: House, shop: str = "aoba") -> install.Arrived:
    connector, _install = install.install_of(house.parts, SLUG)
    desk = install.desk_of(house.parts, connector)
    token = session_token(SECRET, shop, desk.now + timedelta(minutes=1))
    return install.keep(house.parts, SLUG, exchange(token, desk))


def claim(house: House, token: str, *, prefix: str = "A-") -> str:
    place = Place(new_name="あおば店", order_number_prefix=prefix)
    return install_claim.claim(
        house.parts, token, place, merchant_id=house.merchant_id, user_id=PERSON
    )


def found(house: House, shop: str = "aoba") -> Installation:
    installed = house.parts.store.across.read(
        lambda across: installations.look_up(across, SLUG, shop)
    )
    assert installed is not None
    return installed


def test_a_claim_gives_the_merchant_what_was_pending(
    house_: House, cart: AppCart
) -> None:
    connection_id = claim(house_, arrive(house_).claim_token)
    held = house_.read(lambda scope: credentials.get(scope, connection_id))
    assert held is not None
    assert held.credentials.values["access"].reveal() == cart.access["aoba"]
    assert found(house_).sealed is None
    assert install_care.enable(house_.parts, house_.merchant_id, connection_id) == ""
    assert cart.hooks["aoba"].endswith(held.hook_key)


def test_two_that_claim_at_once_make_one_connection(house_: House) -> None:
    token = arrive(house_).claim_token
    other = with_merchant(house_)

    def tried(pair: tuple[House, str]) -> str:
        try:
            return claim(pair[0], token, prefix=pair[1])
        except (LookupError, HubError):
            return ""

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(tried, [(house_, "A-"), (other, "B-")] * 2))
    assert len([one for one in made if one]) == 1
    assert found(house_).connection_id in made


def test_what_is_installed_twice_at_once_is_kept_once(house_: House) -> None:
    with ThreadPoolExecutor(3) as pool:
        arrived = list(pool.map(lambda _: arrive(house_), range(3)))
    usable = [
        one for one in arrived if install_claim.pending(house_.parts, one.claim_token)
    ]
    assert len(usable) == 1


def test_a_known_shop_goes_on_with_new_credentials_and_its_old_address(
    house_: House, cart: AppCart
) -> None:
    connection_id = claim(house_, arrive(house_).claim_token)
    before = house_.read(lambda scope: credentials.get(scope, connection_id))
    house_.parts.store.of(house_.merchant_id).write(
        lambda scope: credentials.void(scope, connection_id)
    )
    again = arrive(house_)
    assert (again.merchant_id, again.connection_id) == (
        house_.merchant_id,
        connection_id,
    )
    after = house_.read(lambda scope: credentials.get(scope, connection_id))
    assert before is not None
    assert after is not None
    assert after.hook_key == before.hook_key
    assert after.credentials.values["access"].reveal() == cart.access["aoba"]


def test_a_removal_before_the_installation_is_late(house_: House) -> None:
    early = house_.clock.now()
    house_.move_real(seconds=5)
    connection_id = claim(house_, arrive(house_).claim_token)
    store = house_.parts.store.of(house_.merchant_id)
    assert not store.write(
        lambda scope: install_care.note_removed(scope, connection_id, occurred_at=early)
    )
    assert found(house_).removed_at is None


def test_unused_credentials_are_renewed_once_for_all_sweeps(
    house_: House, cart: AppCart
) -> None:
    connection_id = claim(house_, arrive(house_).claim_token)
    install_care.enable(house_.parts, house_.merchant_id, connection_id)
    house_.move_real(hours=25)
    cart.seconds = 0.05
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: install_care.tend(house_.parts), range(2)))
    assert cart.asked["refresh"] == 1
