"""Adding merchants, shops and connections, as the command line and the demo do."""

import base64
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hub.contract.connector import Manifest, SettingField, SettingKind
from hub.contract.errors import HubError
from hub.contract.http import AddressRefusedError, PublicHttp
from hub.contract.secret import Secret
from hub.domain.policy import Mode
from hub.flow.tag_deeds import needs_official
from hub.flow.tools import Parts
from hub.registry import UnknownConnectorError
from hub.store import connections, merchants
from hub.store.merchants import CredentialSet
from hub.store.store import Across, Scope

SECRET_BYTES = 24


class EnrollError(HubError):
    """A merchant, shop or setting cannot be added as given."""

    code = "HUB-CONN-001"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShop:
    """A shop that was added; key and secrets are shown once."""

    shop_id: str
    connection_id: str
    hook_key: str = field(repr=False)
    tag_key: str
    secrets: Mapping[str, Secret]


def enroll_merchant(
    parts: Parts, *, name: str, shop_code: str, link_id: str, link_password: Secret
) -> str:
    """Add a merchant with what the provider knows it by; returns its id."""
    credentials = CredentialSet(
        id="", shop_code=shop_code, link_id=link_id, link_password=link_password
    )
    now = parts.clock.now()

    def work(across: Across) -> str:
        return merchants.add_merchant(
            across, name=name, credentials=credentials, now=now
        )

    return parts.store.across.write(work)


def enroll_shop(
    parts: Parts,
    merchant_id: str,
    *,
    name: str,
    connector: str,
    settings: Mapping[str, str],
    mode: Mode,
    cutover_at: datetime,
    order_number_prefix: str = "",
) -> NewShop:
    """Add a shop with one connection that has every role of its connector.

    Raises EnrollError for an unknown connector or setting, a missing one, a URL that
    would never be sent to, a second shop without a prefix of its own (architecture 2),
    or 自動 with a live provider, which the operator's banner and tag precede (S22).
    """
    if mode is Mode.AUTOMATIC and needs_official(parts):
        raise EnrollError("a new shop's tag is a sample", code="HUB-TAG-001")
    try:
        manifest = parts.registry.connector(connector).manifest
    except UnknownConnectorError as error:
        raise EnrollError(f"no connector {connector}") from error
    values, secrets = _settings(manifest, settings)
    check_urls(manifest, values, parts.callbacks)
    now = parts.clock.now()

    def work(scope: Scope) -> NewShop:
        others = [merchants.get_shop(scope, one) for one in merchants.shop_ids(scope)]
        if others and not order_number_prefix:
            raise EnrollError("a second shop needs a prefix", code="HUB-CONN-002")
        if order_number_prefix in [one.order_number_prefix for one in others]:
            raise EnrollError("another shop has this prefix", code="HUB-CONN-002")
        shop_id = merchants.add_shop(
            scope,
            name=name,
            mode=mode,
            cutover_at=cutover_at,
            order_number_prefix=order_number_prefix,
            now=now,
        )
        connection_id, hook_key, tag_key = connections.add(
            scope,
            shop_id=shop_id,
            connector=connector,
            roles=manifest.roles,
            settings=values,
            secrets=secrets,
            now=now,
        )
        return NewShop(
            shop_id=shop_id,
            connection_id=connection_id,
            hook_key=hook_key,
            tag_key=tag_key,
            secrets=secrets,
        )

    return parts.store.of(merchant_id).write(work)


def _settings(
    manifest: Manifest, given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Secret]]:
    fields = {asked.name: asked for asked in manifest.settings}
    unknown = sorted(set(given) - set(fields))
    if unknown:
        known = ", ".join(sorted(fields))
        raise EnrollError(f"no setting {', '.join(unknown)}; there are {known}")
    values: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    for name, asked in fields.items():
        value = setting_value(asked, given.get(name, ""))
        if value and asked.kind is SettingKind.SECRET:
            secrets[name] = Secret(value)
        elif value:
            values[name] = value
    return values, secrets


def check_urls(manifest: Manifest, values: Mapping[str, str], http: PublicHttp) -> None:
    """Raise EnrollError for a URL that would never be sent to."""
    for asked in manifest.settings:
        if asked.kind is not SettingKind.URL or asked.name not in values:
            continue
        try:
            http.check_url(values[asked.name])
        except AddressRefusedError as error:
            # Without the URL, which may hold a token of the merchant.
            raise EnrollError(f"{asked.name}: {error}", code="HUB-CONN-003") from error


def setting_value(asked: SettingField, given: str) -> str:
    """Return what a setting becomes; raises EnrollError for what it cannot be."""
    value = given or asked.default
    if not value and asked.is_generated:
        return new_secret()
    if not value and asked.is_required:
        raise EnrollError(f"the setting {asked.name} is missing")
    if value and asked.choices and value not in asked.choices:
        raise EnrollError(f"{asked.name} must be one of {', '.join(asked.choices)}")
    return value


def new_secret() -> str:
    """Return a new secret in the form of Standard Webhooks."""
    key = random.token_bytes(SECRET_BYTES)
    return "whsec_" + base64.b64encode(key).decode()
