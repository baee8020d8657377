"""Tests the connection step by step, reading only.

The Payments Apps API reads nothing but its own versions, so whether the gateway is
ready cannot be asked.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.shopify.api import Client
from connectors.shopify.probe import no_answer
from connectors.shopify.scopes import missing_scopes
from connectors.shopify.shops import API_VERSION
from hub.contract.connector import Connection
from hub.contract.errors import CartRefusedError, CartUnavailableError
from hub.contract.probe import Outcome, ProbeStep

from .manifest import SCOPES
from .paths import payments_path
from .queries import query

GRANTED = "query Granted { currentAppInstallation { accessScopes { handle } } }"


def probe(connection: Connection) -> Iterator[ProbeStep]:
    """Yield the steps; what needs the shop's answer is left out where none came."""
    path = payments_path(connection.settings)
    try:
        versions = Client(connection, path=path).ask(query("versions"), {})
        granted = Client(connection).ask(GRANTED, {})
    except (CartRefusedError, CartUnavailableError) as error:
        yield no_answer(error)
        return
    yield ProbeStep(code="HUB-TEST-171", outcome=Outcome.OK)
    yield _scopes(granted)
    yield _version(versions, connection.settings.text("api_version") or API_VERSION)


def _scopes(data: Mapping[str, Any]) -> ProbeStep:
    granted = data["currentAppInstallation"]["accessScopes"]
    missing = missing_scopes(",".join(one["handle"] for one in granted), SCOPES)
    if missing:
        return _failed("HUB-TEST-176", detail=", ".join(missing))
    return ProbeStep(code="HUB-TEST-175", outcome=Outcome.OK)


def _version(data: Mapping[str, Any], wanted: str) -> ProbeStep:
    found = {one["handle"] for one in data["publicApiVersions"] if one["supported"]}
    if wanted in found:
        return ProbeStep(code="HUB-TEST-177", outcome=Outcome.OK, detail=wanted)
    return ProbeStep(code="HUB-TEST-178", outcome=Outcome.WARNING, detail=wanted)


def _failed(code: str, *, detail: str = "") -> ProbeStep:
    return ProbeStep(code=code, outcome=Outcome.FAILED, detail=detail)
