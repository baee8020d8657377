"""Merchants, their credential sets and their shops."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from hub.contract.money import Yen
from hub.contract.secret import Secret
from hub.domain.banner import BannerRules
from hub.domain.eligibility import CREDIT_LIMIT, EligibilityRules
from hub.domain.lint_rules import LintRules
from hub.domain.order_kind_policy import KindPolicies
from hub.domain.parcel_rules import ParcelRules
from hub.domain.policy import Mode
from hub.store import data_keys
from hub.store.statements import bound, change, first, only, row_of
from hub.store.store import Across, Scope
from hub.store.tables import credential_set, merchant, shop
from hub.store.types import new_id

_PASSWORD = "credential_set.link_password"  # noqa: S105 - the name of a column


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialSet:
    """What the provider knows a merchant by."""

    id: str
    shop_code: str
    link_id: str
    link_password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One shop of a merchant, with its rules; each topic has a record of its own."""

    id: str
    name: str
    credential_set_id: str
    order_number_prefix: str
    mode: Mode
    cutover_at: datetime
    rules: EligibilityRules
    parcels: ParcelRules = field(default_factory=ParcelRules)
    lint: LintRules = field(default_factory=LintRules)
    kinds: KindPolicies = field(default_factory=KindPolicies)
    banner: BannerRules = field(default_factory=BannerRules)
    app_removed_at: datetime | None = None

    def rules_document(self) -> dict[str, Any]:
        """Return the rules of every topic as the one document that is stored."""
        return {
            **_eligibility_document(self.rules),
            "parcels": self.parcels.as_document(),
            "lint": self.lint.as_document(),
            "kinds": self.kinds.as_document(),
            "banner": self.banner.as_document(),
        }


def add_merchant(
    across: Across, *, name: str, credentials: CredentialSet, now: datetime
) -> str:
    """Store a merchant with its first credential set; returns the merchant's id."""
    merchant_id = new_id(now)
    across.connection.execute(
        insert(merchant).values(id=merchant_id, name=name, created_at=now)
    )
    add_credentials(across.of(merchant_id), credentials, now=now)
    return merchant_id


def add_credentials(scope: Scope, credentials: CredentialSet, *, now: datetime) -> str:
    """Store a credential set, in force for what is registered from now on."""
    key_id = data_keys.ensure(scope, "credentials", now)
    set_id = new_id(now)
    password = credentials.link_password.reveal().encode()
    scope.connection.execute(
        insert(credential_set).values(
            merchant_id=scope.merchant_id,
            id=set_id,
            shop_code=credentials.shop_code,
            link_id=credentials.link_id,
            link_password=data_keys.seal_for(scope, key_id, password, column=_PASSWORD),
            data_key_id=key_id,
            created_at=now,
        )
    )
    return set_id


def get_credentials(scope: Scope, set_id: str) -> CredentialSet:
    """Return a credential set, retired or not: a transaction keeps its own."""
    row = only(scope, row_of(credential_set, "id"), id=set_id)
    password = data_keys.unseal_from(
        scope, row.data_key_id, row.link_password, column=_PASSWORD
    )
    return CredentialSet(
        id=row.id,
        shop_code=row.shop_code,
        link_id=row.link_id,
        link_password=Secret(password.decode()),
    )


_IN_FORCE = (
    row_of(credential_set)
    .where(credential_set.c.retired_at.is_(None))
    .order_by(credential_set.c.created_at.desc(), credential_set.c.id.desc())
)


def newest_credentials(scope: Scope) -> str:
    """Return the id of the credential set in force."""
    newest = first(scope, _IN_FORCE)
    if newest is None:
        raise LookupError("the merchant has no credential set in force")
    set_id: str = newest.id
    return set_id


def merchant_name(scope: Scope) -> str:
    """Return the merchant's name."""
    name: str = scope.connection.execute(
        select(merchant.c.name).where(merchant.c.id == scope.merchant_id)
    ).scalar_one()
    return name


def merchant_exists(across: Across, merchant_id: str) -> bool:
    """Tell whether there is such a merchant."""
    query = select(merchant.c.id).where(merchant.c.id == merchant_id)
    return across.connection.execute(query).first() is not None


def add_shop(
    scope: Scope,
    *,
    name: str,
    mode: Mode,
    cutover_at: datetime,
    now: datetime,
    order_number_prefix: str = "",
    rules: EligibilityRules | None = None,
) -> str:
    """Store a shop; returns its id."""
    shop_id = new_id(now)
    rules = rules or EligibilityRules()
    scope.connection.execute(
        insert(shop).values(
            merchant_id=scope.merchant_id,
            id=shop_id,
            name=name,
            credential_set_id=newest_credentials(scope),
            order_number_prefix=order_number_prefix,
            mode=mode.value,
            cutover_at=cutover_at,
            rules=_eligibility_document(rules),
            created_at=now,
        )
    )
    return shop_id


_SHOP = row_of(shop, "id")
# A new order refers to its shop meanwhile, which a lock for a deletion would stop.
_SHOP_ALONE = _SHOP.with_for_update(key_share=True)


def get_shop(scope: Scope, shop_id: str) -> Shop:
    """Return a shop."""
    return _shop(only(scope, _SHOP, id=shop_id))


def lock_shop(scope: Scope, shop_id: str) -> Shop | None:
    """Return a shop for a change of its rules, which no other may change meanwhile."""
    where = bound(scope, id=shop_id)
    row = scope.connection.execute(_SHOP_ALONE, where).one_or_none()
    return _shop(row) if row else None


def _shop(row: Any) -> Shop:
    rules = row.rules
    return Shop(
        id=row.id,
        name=row.name,
        credential_set_id=row.credential_set_id,
        order_number_prefix=row.order_number_prefix,
        mode=Mode(row.mode),
        cutover_at=row.cutover_at,
        rules=EligibilityRules(
            excluded_skus=frozenset(rules["excluded_skus"]),
            credit_limit=Yen(rules.get("credit_limit", int(CREDIT_LIMIT))),
            accepts_test_orders=rules["accepts_test_orders"],
        ),
        parcels=ParcelRules.from_document(rules.get("parcels", {})),
        lint=LintRules.from_document(rules.get("lint", {})),
        kinds=KindPolicies.from_document(rules.get("kinds", {})),
        banner=BannerRules.from_document(rules.get("banner", {})),
        app_removed_at=row.app_removed_at,
    )


def _eligibility_document(rules: EligibilityRules) -> dict[str, Any]:
    return {
        "excluded_skus": sorted(rules.excluded_skus),
        "credit_limit": int(rules.credit_limit),
        "accepts_test_orders": rules.accepts_test_orders,
    }


def save_rules(scope: Scope, changed: Shop) -> None:
    """Store the rules of every topic of a shop, which `lock_shop` gave."""
    values = {"rules": changed.rules_document()}
    change(scope, shop, {"id": changed.id}, values)


def set_mode(scope: Scope, shop_id: str, mode: Mode) -> None:
    """Store how far a shop lets the hub go by itself."""
    scope.connection.execute(
        update(shop)
        .where(shop.c.merchant_id == scope.merchant_id, shop.c.id == shop_id)
        .values(mode=mode.value)
    )


def mark_app(scope: Scope, shop_id: str, *, removed_at: datetime | None) -> None:
    """Store that the app which brings a shop's orders is gone, or is there again."""
    change(scope, shop, {"id": shop_id}, {"app_removed_at": removed_at})


def shops_named(across: Across, wanted: str) -> list[tuple[str, str]]:
    """Return (merchant, shop) of every shop that has this id or name."""
    query = (
        select(shop.c.merchant_id, shop.c.id)
        .where((shop.c.id == wanted) | (shop.c.name == wanted))
        .order_by(shop.c.created_at, shop.c.id)
    )
    return [(row.merchant_id, row.id) for row in across.connection.execute(query)]


def shop_ids(scope: Scope) -> list[str]:
    """Return the ids of a merchant's shops, oldest first."""
    query = (
        select(shop.c.id)
        .where(shop.c.merchant_id == scope.merchant_id)
        .order_by(shop.c.created_at, shop.c.id)
    )
    return list(scope.connection.execute(query).scalars())
