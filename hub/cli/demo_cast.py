"""What the demo needs before it starts: ports, a merchant, its shop, a person."""

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from hub.cli.installation import migrate_database
from hub.clock import TOKYO
from hub.config import Config
from hub.contract.money import Yen
from hub.contract.secret import Secret
from hub.domain.banner import BannerRules, Placement
from hub.domain.policy import Mode
from hub.flow.enroll import enroll_merchant, enroll_shop
from hub.flow.passwords import hashed
from hub.parts import assemble
from hub.store import accounts, merchants
from hub.store.accounts import MemberRole
from hub.store.store import Across, Scope

HOST = "127.0.0.1"
LOGIN = "demo@example.jp"
# What the demo shop charges for deferred payment, tax included (S19).
FEE = Yen(330)
# The sandbox's own merchant, known from its start (architecture 8).
SANDBOX_MERCHANT = ("atd000000001", "original00", "Example01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The ports of the four servers."""

    hub: int
    sandbox: int
    control: int
    shop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What the demo shop and the person are told; kept 0600 for the next start."""

    hook_url: str
    hook_secret: str
    callback_secret: str
    password: str
    tag_url: str = ""


def free_ports() -> Ports:
    """Return ports that nobody uses now."""
    sockets = [socket.socket() for _ in range(4)]
    try:
        for one in sockets:
            one.bind((HOST, 0))
        numbers = [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
    return Ports(
        hub=numbers[0], sandbox=numbers[1], control=numbers[2], shop=numbers[3]
    )


def prepare(config: Config, ports: Ports) -> dict[str, str]:
    """Make the database and who is in it, or find them from the last start."""
    migrate_database(config)
    kept = config.data_dir / "demo.json"
    if kept.exists():
        found: dict[str, str] = json.loads(kept.read_text("utf-8"))
        return found
    enrolled = asdict(_enroll(config, ports))
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(enrolled, file)
    return enrolled


def _enroll(config: Config, ports: Ports) -> Enrolled:
    parts = assemble(config)
    shop_code, link_id, password = SANDBOX_MERCHANT
    merchant_id = enroll_merchant(
        parts,
        name="見本茶舗",
        shop_code=shop_code,
        link_id=link_id,
        link_password=Secret(password),
    )
    new = enroll_shop(
        parts,
        merchant_id,
        name="見本茶舗 本店",
        connector="generic_webhook",
        settings={"callback_url": f"http://{HOST}:{ports.shop}/callbacks/atobarai"},
        mode=Mode.AUTOMATIC,
        cutover_at=datetime(2000, 1, 1, tzinfo=TOKYO),
    )
    parts.store.of(merchant_id).write(
        lambda scope: _set_banner(scope, new.shop_id, f"http://{HOST}:{ports.shop}")
    )
    console_password = secrets.token_urlsafe(12)
    now = parts.clock.now()

    def add_user(across: Across) -> None:
        user_id = accounts.add(
            across,
            login=LOGIN,
            name="見本 店長",
            password_hash=hashed(console_password),
            now=now,
        )
        accounts.join(
            across,
            merchant_id=merchant_id,
            user_id=user_id,
            role=MemberRole.OWNER,
            now=now,
        )

    parts.store.across.write(add_user)
    parts.store.close()
    return Enrolled(
        hook_url=f"{config.public_url}/hooks/generic_webhook/{new.hook_key}",
        hook_secret=new.secrets["secret"].reveal(),
        callback_secret=new.secrets["callback_secret"].reveal(),
        password=console_password,
        tag_url=f"{config.public_url}/tag/{new.tag_key}.js",
    )


def _set_banner(scope: Scope, shop_id: str, shop_url: str) -> None:
    """Let the tag name the demo shop's fee, and say where it is looked for."""
    shop = merchants.lock_shop(scope, shop_id)
    if shop is None:
        raise LookupError("the demo shop was not stored")
    pages = {
        Placement.CART: f"{shop_url}/cart",
        Placement.PAYMENT_METHOD: f"{shop_url}/payment-methods",
    }
    banner = BannerRules(page_urls=pages)
    lint = replace(shop.lint, fee=FEE)
    merchants.save_rules(scope, replace(shop, banner=banner, lint=lint))
