"""Credentials are renewed once, whoever asks, and are never used before they stand."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from subprocess import PIPE, Popen

import pytest

from hub.contract.connector import Connection
from hub.contract.credentials import Credentials
from hub.contract.errors import CartUnauthorizedError, CartUnavailableError
from hub.contract.secret import Secret
from hub.flow.connection_view import view_of
from hub.store import connections, credentials
from hub.store.credentials import CredentialState, StoredCredentials
from tests.app_cart.bazaar import push, renew
from tests.app_cart.double import AppCart
from tests.app_cart.house import app_house, connect
from tests.house import House


@pytest.fixture
def cart_and_house(house: House) -> Iterator[tuple[AppCart, House]]:
    with app_house(house) as (opened, cart):
        yield cart, connect(opened, cart)


@pytest.fixture
def cart(cart_and_house: tuple[AppCart, House]) -> AppCart:
    return cart_and_house[0]


@pytest.fixture
def shop(cart_and_house: tuple[AppCart, House]) -> House:
    return cart_and_house[1]


def view(house: House) -> Connection:
    now = house.clock.now()
    found = house.read(
        lambda scope: connections.get(scope, house.connection_id, now=now)
    )
    assert found is not None
    return view_of(house.parts, found)


def stored(house: House) -> StoredCredentials:
    found = house.read(lambda scope: credentials.get(scope, house.connection_id))
    assert found is not None
    return found


def access(given: Credentials) -> str:
    return given.values["access"].reveal()


def test_what_the_cart_gave_is_handed_out(shop: House) -> None:
    assert access(view(shop).credentials()) == "access-aoba-1"


def test_a_connection_without_an_app_has_no_credentials(house: House) -> None:
    with pytest.raises(CartUnauthorizedError):
        view(house).credentials()


def test_a_renewal_is_stored_before_it_is_returned(cart: AppCart, shop: House) -> None:
    given = renew(view(shop))
    assert access(given) == access(stored(shop).credentials) == "access-aoba-2"
    assert stored(shop).version == 2


def test_no_transaction_is_open_while_the_cart_is_asked(shop: House) -> None:
    def using(old: Credentials) -> Credentials:
        store = shop.parts.store.of(shop.merchant_id)
        assert store.write(lambda scope: credentials.get(scope, shop.connection_id))
        return old

    view(shop).renew(using)


def test_threads_that_find_the_access_ended_make_one_call(
    cart: AppCart, shop: House
) -> None:
    cart.seconds = 0.1
    views = [view(shop) for _ in range(4)]
    for one in views:
        one.credentials()
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(renew, views))
    assert {access(one) for one in given} == {"access-aoba-2"}
    assert cart.asked["refresh"] == 1


_OTHER = """
import sys
from pathlib import Path
from hub.config import Config
from hub.parts import assemble
from hub.contract.secret import Secret
from tests.app_cart.bazaar import renew
from tests.app_cart.house import with_app
from hub.flow.connection_view import view_of
from hub.store import connections

data, url, base, port, merchant, connection = sys.argv[1:]
config = Config(data_dir=Path(data), database_url=url, redis_url="redis://127.0.0.1:1/0")
given = {"HUB_BAZAAR_CLIENT_ID": "client-7", "HUB_BAZAAR_API_BASE": base}
parts = with_app(assemble(config), given, int(port))
now = parts.clock.now()
found = parts.store.of(merchant).read(lambda s: connections.get(s, connection, now=now))
seen = view_of(parts, found)
seen.credentials()
print("ready", flush=True)
sys.stdin.readline()
print(renew(seen).values["access"].reveal(), flush=True)
parts.store.close()
"""


def other_process(cart: AppCart, house: House) -> Popen[str]:
    config = house.parts.config
    return Popen(
        [
            *(sys.executable, "-c", _OTHER, str(config.data_dir)),
            *(config.database_url, cart.base, str(cart.port)),
            *(house.merchant_id, house.connection_id),
        ],
        stdin=PIPE,
        stdout=PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_two_processes_at_once_make_one_call(cart: AppCart, shop: House) -> None:
    cart.seconds = 0.3
    here = view(shop)
    here.credentials()
    with other_process(cart, shop) as there:
        assert there.stdout is not None
        assert there.stdin is not None
        assert there.stdout.readline() == "ready\n"
        there.stdin.write("go\n")
        there.stdin.flush()
        given = access(renew(here))
        said = there.stdout.readline().strip()
    assert given == said == "access-aoba-2"
    assert cart.asked["refresh"] == 1


def test_a_lease_of_a_process_that_died_ends(cart: AppCart, shop: House) -> None:
    now = shop.clock.now()
    dead = stored(shop)
    shop.parts.store.of(shop.merchant_id).write(
        lambda scope: credentials.lease(scope, dead, now=now)
    )
    shop.move_real(seconds=61)
    assert access(renew(view(shop))) == "access-aoba-2"


def test_a_cart_that_does_not_answer_ends_nothing(cart: AppCart, shop: House) -> None:
    cart.status = 503
    with pytest.raises(CartUnavailableError):
        renew(view(shop))
    cart.status = 0
    assert access(renew(view(shop))) == "access-aoba-2"


def test_the_credentials_before_are_kept_until_the_new_ones_are_used(
    shop: House,
) -> None:
    renew(view(shop))
    before = stored(shop).previous
    assert before is not None
    assert access(before) == "access-aoba-1"
    view(shop).credentials()
    assert stored(shop).previous is None


def test_new_ones_that_the_cart_does_not_know_are_renewed_by_those_before(
    cart: AppCart, shop: House
) -> None:
    renew(view(shop))
    cart.refresh["aoba"] = {"refresh-aoba-1"}
    assert access(renew(view(shop))) == "access-aoba-3"


def test_an_access_that_ended_is_void_until_it_is_installed_again(
    cart: AppCart, shop: House
) -> None:
    cart.forget("aoba")
    with pytest.raises(CartUnauthorizedError):
        renew(view(shop))
    assert stored(shop).state is CredentialState.VOID
    asked = cart.asked.total()
    with pytest.raises(CartUnauthorizedError):
        renew(view(shop))
    assert cart.asked.total() == asked


def test_an_end_that_is_late_does_not_void_what_was_installed_since(
    cart: AppCart, shop: House
) -> None:
    now = shop.clock.now() + timedelta(seconds=1)
    fresh = Credentials(values={"access": Secret("fresh")})

    def using(_old: Credentials) -> Credentials:
        shop.parts.store.of(shop.merchant_id).write(
            lambda scope: credentials.put_again(
                scope, shop.connection_id, fresh, now=now
            )
        )
        raise CartUnauthorizedError("of the old ones")

    with pytest.raises(CartUnauthorizedError):
        view(shop).renew(using)
    assert stored(shop).state is CredentialState.VALID
    assert access(view(shop).credentials()) == "fresh"


def test_credentials_do_not_open_for_another_merchant(shop: House) -> None:
    other = shop.parts.store.of("0" * 26)
    assert other.read(lambda scope: credentials.get(scope, shop.connection_id)) is None


def test_no_credentials_stand_in_the_database_as_they_are(shop: House) -> None:
    rows = shop.read(
        lambda scope: scope.connection.exec_driver_sql(
            "SELECT * FROM connection_credentials"
        ).all()
    )
    assert b"access-aoba" not in repr(rows).encode()
    assert "Secret(•••)" in repr(stored(shop))
    assert shop.hook_key not in repr(rows) + repr(stored(shop))


def test_what_is_told_the_cart_survives_an_access_that_ended(
    cart: AppCart, shop: House
) -> None:
    from tests.flow.specimens import order

    shop.hear(order())
    cart.access["aoba"] = "rotated elsewhere"
    update = type("Update", (), {"id": "1"})()
    assert push(update, view(shop)).status == 200
