"""What every connector must hold, whoever wrote it: its manifest, proof and reading."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from hub.contract.connector import CONTRACT_NUMBER, SettingKind, Settings
from hub.contract.errors import ForeignShopError, PayloadError, SignatureError
from hub.contract.proof import Delivery, Origin, stored
from hub.contract.testing.hostile import hostile_bodies
from hub.contract.testing.persons import CANARY, MOMENT
from hub.contract.testing.specimens import outcome_of
from tests.connectors_under_test import (
    SPECIMEN,
    Installed,
    of_every_connector,
)

pytestmark = of_every_connector

HOSTILE = hostile_bodies()
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


def delivery_of(body: bytes, content_type: str = "application/json") -> Delivery:
    return stored(
        origin=Origin.SIGNED,
        topic="events",
        dedupe_key="k",
        body=body,
        received_at=MOMENT,
        content_type=content_type,
    )


def test_the_manifest_names_itself_in_both_languages(installed):
    manifest = installed.connector.manifest
    assert manifest.slug == installed.folder.name
    assert re.fullmatch("[a-z][a-z0-9_]*", manifest.slug)
    assert JAPANESE.search(manifest.title_ja)
    assert manifest.title_en.isascii()
    assert manifest.title_en.strip()


def test_the_manifest_states_its_contract_topics_and_roles(installed):
    manifest = installed.connector.manifest
    assert manifest.contract == CONTRACT_NUMBER
    assert len(set(manifest.topics)) == len(manifest.topics) > 0
    assert len(set(manifest.roles)) == len(manifest.roles) > 0
    assert manifest.accepted_status in (200, 201, 202, 204)


def test_every_setting_is_asked_for_in_both_languages(installed):
    for field in installed.connector.manifest.settings:
        assert re.fullmatch("[a-z][a-z0-9_]*", field.name)
        assert JAPANESE.search(field.label_ja), field.name
        assert field.label_en.strip(), field.name
        assert bool(field.help_ja) == bool(field.help_en), field.name


def test_every_setting_can_be_entered(installed):
    settings = installed.connector.manifest.settings
    assert len({field.name for field in settings}) == len(settings)
    for field in settings:
        is_choice = field.kind is SettingKind.CHOICE
        assert bool(field.choices) == is_choice, field.name
        assert not is_choice or field.default in field.choices, field.name


def test_a_secret_has_no_default(installed):
    for field in installed.connector.manifest.settings:
        is_secret = field.kind is SettingKind.SECRET
        assert not (is_secret and field.default), field.name
        assert is_secret or not field.is_generated, field.name


def test_the_shop_finds_a_guide_in_japanese(installed):
    if installed.connector.manifest.slug == SPECIMEN:
        return
    guide = (installed.folder / "README.md").read_text("utf-8")
    assert "既知の制限" in guide
    for field in installed.connector.manifest.settings:
        assert field.label_ja.partition("(")[0] in guide, field.name


def test_every_specimen_comes_out_as_written(installed):
    for specimen in installed.specimens():
        outcome = outcome_of(installed.connector, specimen.request, specimen.settings)
        assert outcome == specimen.outcome, specimen.name


def test_the_specimens_show_reading_and_refusing(installed):
    outcomes = [specimen.outcome for specimen in installed.specimens()]
    assert any(outcome.get("events") for outcome in outcomes)
    assert any(outcome.get("error") == "SignatureError" for outcome in outcomes)


def test_an_unsigned_request_is_refused(installed):
    for specimen in installed.proven():
        bare = replace(specimen.request, headers=(), query="")
        with pytest.raises(SignatureError):
            installed.connector.verify(bare, specimen.settings)


def test_a_connection_without_its_secret_proves_nobody(installed):
    for specimen in installed.proven():
        empty = Settings(values=specimen.settings.values)
        with pytest.raises(SignatureError):
            installed.connector.verify(specimen.request, empty)


def test_every_changed_byte_is_refused(installed):
    specimen = installed.a_reading()
    for position in range(len(specimen.request.body)):
        changed = bytearray(specimen.request.body)
        changed[position] ^= 0x20
        with pytest.raises(SignatureError):
            installed.connector.verify(
                replace(specimen.request, body=bytes(changed)), specimen.settings
            )


def test_a_repeated_header_never_proves(installed):
    specimen = installed.a_reading()
    twice = replace(specimen.request, headers=[*specimen.request.headers] * 2)
    with pytest.raises(SignatureError):
        installed.connector.verify(twice, specimen.settings)


def test_headers_that_are_not_ascii_are_refused_and_nothing_worse(installed):
    specimen = installed.a_reading()
    odd = [(name, f"é\ud800{value}") for name, value in specimen.request.headers]
    with pytest.raises(SignatureError):
        installed.connector.verify(
            replace(specimen.request, headers=odd), specimen.settings
        )


def test_a_duplicate_has_the_same_key(installed):
    for specimen in installed.proven():
        keys = {
            installed.connector.verify(specimen.request, specimen.settings).dedupe_key
            for _ in range(2)
        }
        assert len(keys) == 1
        assert keys != {""}


def test_messages_that_differ_have_keys_that_differ(installed):
    keys = [
        installed.connector.verify(s.request, s.settings).dedupe_key
        for s in installed.proven()
    ]
    assert len(set(keys)) == len(keys)


def test_translate_is_pure(installed, monkeypatch):
    def forbidden(*_args, **_options):
        raise AssertionError("translate may not reach outside")

    monkeypatch.setattr("socket.socket", forbidden)
    monkeypatch.setattr("builtins.open", forbidden)
    for specimen in installed.specimens():
        if specimen.is_read:
            delivery = installed.connector.verify(specimen.request, specimen.settings)
            before = repr(specimen.settings)
            first = installed.connector.translate(delivery, specimen.settings)
            again = installed.connector.translate(delivery, specimen.settings)
            assert first == again
            assert repr(specimen.settings) == before


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_only_unreadable(installed, name):
    settings = installed.a_reading().settings
    started = time.monotonic()
    try:
        events = installed.connector.translate(delivery_of(HOSTILE[name]), settings)
    except (PayloadError, ForeignShopError):
        events = ()
    assert list(events) == []
    assert time.monotonic() - started < 1.0


ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    10**17,
    "",
    "あ" * 5000,
    "9" * 30,
    [],
    {},
    [[{}]],
)


def replaced_leaves(node: Any) -> Iterator[Any]:
    """Every document in which one node is something else."""
    yield from ODD_VALUES
    if isinstance(node, Mapping):
        for name, value in node.items():
            for other in replaced_leaves(value):
                yield {**node, name: other}
            yield {key: inner for key, inner in node.items() if key != name}
    elif isinstance(node, list):
        for index, value in enumerate(node[:2]):
            for other in replaced_leaves(value):
                yield [*node[:index], other, *node[index + 1 :]]


def longest_document(installed: Installed) -> tuple[Any, Settings]:
    longest = installed.longest_reading()
    return json.loads(longest.request.body.decode("utf-8-sig")), longest.settings


def unreadable(
    installed: Installed, body: bytes, settings: Settings
) -> PayloadError | ForeignShopError | None:
    try:
        installed.connector.translate(delivery_of(body), settings)
    except (PayloadError, ForeignShopError) as error:
        return error
    return None


def test_a_readable_body_with_one_odd_member_is_read_or_unreadable(installed):
    document, settings = longest_document(installed)
    answers = [
        unreadable(installed, json.dumps(odd).encode(), settings)
        for odd in replaced_leaves(document)
    ]
    assert any(answers)


def test_an_unreadable_body_names_where_in_both_languages(installed):
    for specimen in installed.specimens():
        if specimen.outcome.get("error") == "PayloadError":
            assert specimen.outcome["fields"], specimen.name
            for words in specimen.outcome["fields"].values():
                assert JAPANESE.search(words), words
                assert " / " in words


def test_an_unreadable_body_is_not_repeated_in_the_error(installed):
    document, settings = longest_document(installed)
    for odd in replaced_leaves(document):
        text = json.dumps(odd, ensure_ascii=False).replace('"あ', f'"{CANARY}')
        error = unreadable(installed, text.encode(), settings)
        fields = getattr(error, "fields", "")
        told = f"{error!r} {fields} {getattr(error, '__cause__', '')}"
        assert CANARY not in told
