"""Tests the connection step by step, reading only."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.contract.connector import Connection
from hub.contract.errors import (
    CartRefusedError,
    CartUnauthorizedError,
    CartUnavailableError,
)
from hub.contract.probe import Outcome, ProbeStep

from .api import Client
from .gateways import is_ours, named_methods
from .manifest import MANIFEST
from .metafields import DEFINITIONS
from .queries import query
from .scopes import missing_scopes
from .shops import API_VERSION
from .subscriptions import constant_of


def probe(connection: Connection) -> Iterator[ProbeStep]:
    """Yield the steps; what needs the shop's answer is left out where none came."""
    try:
        client = Client(connection)
        data = client.ask(query("probe"), {})
    except (CartRefusedError, CartUnavailableError) as error:
        yield no_answer(error)
        return
    yield ProbeStep(code="HUB-TEST-171", outcome=Outcome.OK)
    yield _scopes(data)
    yield _version(client.version)
    yield _webhooks(data)
    yield _definitions(data)
    yield _methods(data, connection)


def no_answer(error: CartRefusedError | CartUnavailableError) -> ProbeStep:
    """Return the step of a shop that turned the app away, refused, or was silent."""
    if isinstance(error, CartUnauthorizedError):
        return _failed("HUB-TEST-172")
    if isinstance(error, CartRefusedError):
        return _failed("HUB-TEST-173", detail=error.code)
    return _failed("HUB-TEST-174")


def _scopes(data: Mapping[str, Any]) -> ProbeStep:
    granted = data["currentAppInstallation"]["accessScopes"]
    missing = missing_scopes(",".join(one["handle"] for one in granted))
    return _all_there(missing, ok="HUB-TEST-175", lacking="HUB-TEST-176")


def _version(answered: str) -> ProbeStep:
    if answered in ("", API_VERSION):
        return ProbeStep(code="HUB-TEST-177", outcome=Outcome.OK, detail=API_VERSION)
    detail = f"{API_VERSION} → {answered[:20]}"
    return ProbeStep(code="HUB-TEST-178", outcome=Outcome.WARNING, detail=detail)


def _webhooks(data: Mapping[str, Any]) -> ProbeStep:
    there = {one["topic"] for one in data["webhookSubscriptions"]["nodes"]}
    missing = [one for one in MANIFEST.topics if constant_of(one) not in there]
    return _all_there(missing, ok="HUB-TEST-179", lacking="HUB-TEST-181")


def _definitions(data: Mapping[str, Any]) -> ProbeStep:
    there = {one["key"] for one in data["metafieldDefinitions"]["nodes"]}
    missing = [one.key for one in DEFINITIONS if one.key not in there]
    if missing:
        return ProbeStep(
            code="HUB-TEST-183", outcome=Outcome.WARNING, detail=", ".join(missing)
        )
    return ProbeStep(code="HUB-TEST-182", outcome=Outcome.OK)


def _methods(data: Mapping[str, Any], connection: Connection) -> ProbeStep:
    """Compare what the merchant typed with what recent orders were paid by."""
    if not named_methods(connection.settings):
        return _failed("HUB-TEST-184")
    orders = data["orders"]["nodes"]
    seen = sorted({name for one in orders for name in one["paymentGatewayNames"]})
    if is_ours(seen, connection.settings):
        return ProbeStep(code="HUB-TEST-185", outcome=Outcome.OK)
    detail = ", ".join(seen)
    return ProbeStep(code="HUB-TEST-186", outcome=Outcome.WARNING, detail=detail)


def _all_there(missing: Sequence[str], *, ok: str, lacking: str) -> ProbeStep:
    if missing:
        return _failed(lacking, detail=", ".join(missing))
    return ProbeStep(code=ok, outcome=Outcome.OK)


def _failed(code: str, *, detail: str = "") -> ProbeStep:
    return ProbeStep(code=code, outcome=Outcome.FAILED, detail=detail)
