"""What every connector must hold, whoever wrote it; the cases are the contract's kit.

`hub connectors check` asks the same of a stranger's folder.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hub.contract.connector import Connector, Manifest, Role
from hub.contract.errors import CartRefusedError
from hub.contract.proof import content_key, signed
from hub.contract.testing.conformance import CASES, Case, Subject, judged
from hub.contract.updates import PushReceipt
from tests.connectors_under_test import INSTALLED, SPECIMEN, of_every_connector

PARROT = next(one for one in INSTALLED if one.folder.name == SPECIMEN)


@of_every_connector
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_connector_holds_every_case(installed: Subject, case: Case) -> None:
    case.check(installed)


def believes(request: Any, _settings: Any) -> Any:
    key = content_key("cancelled", request.body)
    return signed(request, topic="cancelled", dedupe_key=key)


def crashes(*_: Any) -> Any:
    raise KeyError("order")


def remembers(_update: Any, _connection: Any) -> PushReceipt:
    return PushReceipt(status=200)


def refuses(_update: Any, _connection: Any) -> PushReceipt:
    raise CartRefusedError("never")


def reaches_out(delivery: Any, settings: Any) -> Any:
    with open("/dev/null", "rb"):  # noqa: PTH123 - what the case forbids
        return PARROT.connector.translate(delivery, settings)


def with_manifest(**changes: Any) -> Connector:
    manifest: Manifest = replace(PARROT.connector.manifest, **changes)
    return replace(PARROT.connector, manifest=manifest)


BROKEN: list[tuple[str, Callable[[], Connector]]] = [
    ("every_changed_byte_is_refused", lambda: changed(verify=believes)),
    ("an_unsigned_request_is_refused", lambda: changed(verify=believes)),
    ("a_hostile_body_is_only_unreadable", lambda: changed(translate=crashes)),
    ("translate_is_pure", lambda: changed(translate=reaches_out)),
    ("gone_is_gone", lambda: changed(push=refuses)),
    ("an_update_is_told_under_the_same_id_each_time", lambda: changed(push=remembers)),
    ("no_callback_reaches_a_private_network", lambda: changed(push=remembers)),
    (
        "the_manifest_names_itself_in_both_languages",
        lambda: with_manifest(title_ja="parrot"),
    ),
    (
        "the_manifest_states_its_contract_topics_and_roles",
        lambda: with_manifest(roles=(Role.PUSH, Role.PUSH)),
    ),
]


def changed(**functions: Any) -> Connector:
    return replace(PARROT.connector, **functions)


@pytest.mark.parametrize(("case", "made"), BROKEN, ids=[name for name, _ in BROKEN])
def test_a_connector_that_does_not_hold_a_case_is_named(
    case: str, made: Callable[[], Connector]
) -> None:
    subject = replace(PARROT, connector=made())
    faults = {verdict.case: verdict.fault for verdict in judged(subject)}
    assert faults[case]
    assert list(faults) == [each.name for each in CASES]
