"""接続テスト: what works of a shop's connections, step by step, without an effect."""

import secrets as random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from hub.clock import TOKYO
from hub.contract.connector import Connector, SettingKind
from hub.contract.http import (
    AddressRefusedError,
    AnswerLostError,
    NotSentError,
    OperatorHttp,
)
from hub.contract.probe import Outcome, ProbeStep
from hub.domain.banner import REQUIRED, Placement
from hub.domain.policy import Mode
from hub.flow.calls import credentials_of
from hub.flow.connection_view import view_of
from hub.flow.tag_check import Sight, look_for_tag
from hub.flow.tag_deeds import may_go_automatic, needs_official
from hub.flow.tools import Parts
from hub.provider.port import (
    Credentials,
    NotSent,
    Refused,
    Throttled,
    Unclear,
)
from hub.registry import UnknownConnectorError
from hub.store import connections, merchants
from hub.store.connections import StoredConnection
from hub.store.merchants import Shop
from hub.store.store import Scope

# No transaction has this id: the provider's begin with one letter and go on in digits.
NO_TRANSACTION = "HUB-PROBE-0"
HOOK_SECONDS = 5.0
_CAP_BYTES = 65_536
_MODES = {
    Mode.SHADOW: "HUB-TEST-161",
    Mode.APPROVAL: "HUB-TEST-162",
    Mode.AUTOMATIC: "HUB-TEST-163",
}
_SIGHTS = {
    Sight.IN_PLACE: ("HUB-TEST-151", Outcome.OK),
    Sight.ABSENT: ("HUB-TEST-152", Outcome.FAILED),
    Sight.NO_PAGE: ("HUB-TEST-153", Outcome.FAILED),
    Sight.UNREACHABLE: ("HUB-TEST-153", Outcome.FAILED),
    Sight.REFUSED: ("HUB-TEST-157", Outcome.FAILED),
    Sight.OTHER_TAG: ("HUB-TEST-156", Outcome.FAILED),
    Sight.NO_PLACE: ("HUB-TEST-158", Outcome.FAILED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopUnderTest:
    """What the test reads of a shop before it calls anybody."""

    shop: Shop
    connections: Sequence[StoredConnection]
    credentials: Credentials
    is_tag_approved: bool


def run_shop_test(parts: Parts, merchant_id: str, shop_id: str) -> Iterator[ProbeStep]:
    """Yield the steps as they end; raises LookupError where there is no such shop."""
    now = parts.clock.now()

    def read(scope: Scope) -> ShopUnderTest:
        if shop_id not in merchants.shop_ids(scope):
            raise LookupError("no such shop")
        shop = merchants.get_shop(scope, shop_id)
        return ShopUnderTest(
            shop=shop,
            connections=connections.of_shop(scope, shop_id, now=now),
            credentials=credentials_of(scope, shop.credential_set_id),
            is_tag_approved=may_go_automatic(scope, parts, shop_id),
        )

    tested = parts.store.of(merchant_id).read(read)
    for connection in tested.connections:
        yield from _connection_steps(parts, connection)
    yield _provider_step(parts, tested.credentials)
    yield from _tag_steps(parts, tested)
    yield _mode_step(tested.shop)


def _connection_steps(
    parts: Parts, connection: StoredConnection
) -> Iterator[ProbeStep]:
    try:
        connector = parts.registry.connector(connection.connector)
    except UnknownConnectorError:
        yield _step("HUB-TEST-103", Outcome.FAILED, connection.connector)
        return
    yield _settings_step(parts, connector, connection)
    yield _hook_step(parts, connection)
    if connector.probe is None:
        yield _step("HUB-TEST-139", Outcome.SKIPPED, connection.connector)
        return
    yield from connector.probe(view_of(parts, connection))


def _settings_step(
    parts: Parts, connector: Connector, connection: StoredConnection
) -> ProbeStep:
    wrong: list[str] = []
    for asked in connector.manifest.settings:
        if asked.kind is SettingKind.SECRET:
            value = "•" if connection.settings.accepted_secrets(asked.name) else ""
        else:
            value = connection.settings.text(asked.name) or asked.default
        is_missing = asked.is_required and not value
        is_no_choice = bool(asked.choices and value and value not in asked.choices)
        is_bad_url = asked.kind is SettingKind.URL and not _is_url(parts, value)
        if is_missing or is_no_choice or is_bad_url:
            wrong.append(asked.name)
    if wrong:
        return _step("HUB-TEST-102", Outcome.FAILED, ", ".join(wrong))
    return _step("HUB-TEST-101", Outcome.OK)


def _is_url(parts: Parts, value: str) -> bool:
    try:
        if value:
            parts.callbacks.check_url(value)
    except AddressRefusedError:
        return False
    return True


def _hook_step(parts: Parts, connection: StoredConnection) -> ProbeStep:
    """Knock at our own door as a stranger: only this hub answers with this code."""
    if connection.is_disabled:
        return _step("HUB-TEST-125", Outcome.FAILED)
    public = parts.config.public_url
    if needs_official(parts) and _is_on_this_machine(public):
        return _step("HUB-TEST-124", Outcome.FAILED, public)
    http = OperatorHttp([public])
    try:
        answer = http.post(
            f"{public}/hooks/{connection.connector}/{random.token_urlsafe(20)}",
            body=b"{}",
            headers={"Content-Type": "application/json"},
            total_seconds=HOOK_SECONDS,
            cap_bytes=_CAP_BYTES,
        )
    except (NotSentError, AnswerLostError):
        return _step("HUB-TEST-123", Outcome.FAILED, public)
    finally:
        http.close()
    if answer.status == 401 and b"HUB-HOOK-401" in answer.body:
        return _step("HUB-TEST-121", Outcome.OK, public)
    return _step("HUB-TEST-122", Outcome.FAILED, f"{public} HTTP {answer.status}")


def _is_on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"


def _provider_step(parts: Parts, credentials: Credentials) -> ProbeStep:
    """Ask for a transaction that cannot exist: it registers and changes nothing."""
    if not parts.config.provider_url:
        return _step("HUB-TEST-144", Outcome.FAILED)
    call = parts.provider.inquire(
        provider_transaction_id=NO_TRANSACTION, credentials=credentials
    )
    exchange = parts.provider.send(call)
    match exchange.answer:
        case Refused(are_credentials=True):
            return _step("HUB-TEST-142", Outcome.FAILED)
        # What is not understood is never "accepted".
        case NotSent(code=code) | Unclear(code=code):
            detail = f"{code} HTTP {exchange.status}" if exchange.status else code
            return _step("HUB-TEST-143", Outcome.FAILED, detail)
        case Throttled():
            return _step("HUB-TEST-143", Outcome.FAILED, f"HTTP {exchange.status}")
        case _:
            return _step("HUB-TEST-141", Outcome.OK)


def _tag_steps(parts: Parts, tested: ShopUnderTest) -> Iterator[ProbeStep]:
    pages = tested.shop.banner.page_urls
    keys = [one.tag_key for one in tested.connections if not one.is_disabled]
    for placement in REQUIRED:
        if placement not in pages or not keys:
            yield _step("HUB-TEST-154", Outcome.SKIPPED, placement.value)
        else:
            yield _tag_step(parts, keys, placement, pages[placement])
    if not tested.is_tag_approved:
        yield _step("HUB-TEST-155", Outcome.WARNING)


def _tag_step(
    parts: Parts, keys: Sequence[str], placement: Placement, url: str
) -> ProbeStep:
    seen = look_for_tag(parts.callbacks, url, tag_keys=keys, placement=placement)
    code, outcome = _SIGHTS[seen.sight]
    status = f" HTTP {seen.status}" if seen.status not in (0, 200) else ""
    return _step(code, outcome, f"{placement.value} {_without_query(url)}{status}")


def _without_query(url: str) -> str:
    # A query may hold what nobody else should read.
    return url.partition("?")[0]


def _mode_step(shop: Shop) -> ProbeStep:
    cutover = shop.cutover_at.astimezone(TOKYO)
    return _step(_MODES[shop.mode], Outcome.OK, f"{cutover:%Y-%m-%d %H:%M}")


def _step(code: str, outcome: Outcome, detail: str = "") -> ProbeStep:
    return ProbeStep(code=code, outcome=outcome, detail=detail)
