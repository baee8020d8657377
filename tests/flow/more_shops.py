"""Another shop of the same merchant, or of another one, behind the same hub."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hub.contract.connector import Role
from hub.contract.secret import Secret
from hub.domain.policy import Mode
from hub.store import connections, merchants
from hub.store.merchants import CredentialSet
from tests.house import CALLBACK_SECRET, HOOK_SECRET, House


def with_shop(house: House, **options: Any) -> House:
    """Return the house as another shop of its merchant sees it."""
    now = house.clock.now()
    rules: dict[str, Any] = {
        "name": "見本二号店",
        "mode": Mode.AUTOMATIC,
        "cutover_at": now - timedelta(days=1),
        **options,
    }
    store = house.parts.store.of(house.merchant_id)
    shop_id = store.write(lambda scope: merchants.add_shop(scope, now=now, **rules))
    connection_id, hook_key, _tag = store.write(
        lambda scope: connections.add(
            scope,
            shop_id=shop_id,
            connector="generic_webhook",
            roles=tuple(Role),
            settings={"callback_url": f"http://127.0.0.1:{house.cart.port}/"},
            secrets={
                "secret": Secret(HOOK_SECRET),
                "callback_secret": Secret(CALLBACK_SECRET),
            },
            now=now,
        )
    )
    return replace(
        house, shop_id=shop_id, connection_id=connection_id, hook_key=hook_key
    )


def credentials(number: int) -> CredentialSet:
    """Return a credential set of another contract."""
    return CredentialSet(
        id="",
        shop_code=f"atd{number:09}",
        link_id=f"other{number:05}",
        link_password=Secret(f"Example{number:02}"),
    )


def let_in(house: House, found: CredentialSet) -> None:
    """Let the provider know a credential set."""
    house.control(
        "/sandbox/merchants",
        shop_code=found.shop_code,
        link_id=found.link_id,
        link_password=found.link_password.reveal(),
        name=found.shop_code,
    )


def with_merchant(house: House, number: int = 2) -> House:
    """Return the house as another merchant's shop sees it."""
    found = credentials(number)
    let_in(house, found)
    now = house.clock.now()
    merchant_id = house.parts.store.across.write(
        lambda across: merchants.add_merchant(
            across, name="見本陶器", credentials=found, now=now
        )
    )
    return with_shop(replace(house, merchant_id=merchant_id), name="見本陶器")
