"""What every connector must hold, whoever wrote it; run over all that are installed.

A specimen is dropped in beside them, to prove that a folder is all it takes.
"""

import json
import logging
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from hub import registry
from hub.contract.connector import CONTRACT_NUMBER, Connector, SettingKind, Settings
from hub.contract.errors import (
    CartGoneError,
    CartRefusedError,
    CartUnavailableError,
    ForeignShopError,
    HubError,
    PayloadError,
    SignatureError,
)
from hub.contract.http import AnswerLostError, NotSentError, PublicHttp
from hub.contract.proof import Delivery, Origin, stored
from hub.contract.testing.hostile import hostile_bodies
from hub.contract.testing.persons import CANARY, MOMENT, update
from hub.contract.testing.session import ScriptedConnection, ScriptedSession, answer
from hub.contract.testing.specimens import Specimen, outcome_of, specimens
from tests.contract.raw_server import EMPTY_OK, says, serving

DROPPED_IN = Path(__file__).with_name("dropped_in") / "connectors"
SPECIMEN = "parrot"
HOSTILE = hostile_bodies()
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
PRIVATE_URLS = (
    "http://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "https://localhost:{port}/",
    "https://[::1]:{port}/",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://user@127.0.0.1:{port}/",
    "file:///etc/passwd",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A connector with its folder."""

    connector: Connector
    folder: Path

    def specimens(self) -> list[Specimen]:
        return list(specimens(self.folder / "fixtures"))

    def proven(self) -> list[Specimen]:
        return [
            s for s in self.specimens() if s.outcome.get("error") != "SignatureError"
        ]

    def a_reading(self) -> Specimen:
        """The shortest specimen that gives an event."""
        told = [s for s in self.specimens() if s.is_read and s.outcome["events"]]
        return min(told, key=lambda s: len(s.request.body))


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Iterator[registry.Registry]:
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(DROPPED_IN, folder / registry.NAMESPACE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield registry.load()


@pytest.fixture(params=[*registry.load().connectors, SPECIMEN])
def installed(request, found) -> Installed:
    module = __import__(f"{registry.NAMESPACE}.{request.param}", fromlist=["connector"])
    return Installed(
        connector=found.connector(request.param),
        folder=Path(str(module.__file__)).parent,
    )


def delivery_of(body: bytes, content_type: str = "application/json") -> Delivery:
    return stored(
        origin=Origin.SIGNED,
        topic="events",
        dedupe_key="k",
        body=body,
        received_at=MOMENT,
        content_type=content_type,
    )


def pushing(
    installed: Installed, session: Any, **values: str
) -> tuple[Connector, ScriptedConnection]:
    settings = installed.a_reading().settings
    settings = replace(settings, values={**settings.values, **values})
    connection = ScriptedConnection(settings=settings, http=session, moment=MOMENT)
    return installed.connector, connection


def push_error(installed: Installed, *answers: Any) -> HubError:
    connector, connection = pushing(installed, ScriptedSession(*answers))
    with pytest.raises((CartUnavailableError, CartRefusedError)) as caught:
        connector.push(update(), connection)
    return caught.value


def test_the_dropped_in_folder_is_found(found):
    assert SPECIMEN in found.connectors
    assert found.failures == ()


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


def longest_reading(installed: Installed) -> tuple[Any, Settings]:
    told = [s for s in installed.specimens() if s.is_read and s.outcome["events"]]
    longest = max(told, key=lambda s: len(s.request.body))
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
    document, settings = longest_reading(installed)
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
    document, settings = longest_reading(installed)
    for odd in replaced_leaves(document):
        text = json.dumps(odd, ensure_ascii=False).replace('"あ', f'"{CANARY}')
        error = unreadable(installed, text.encode(), settings)
        fields = getattr(error, "fields", "")
        told = f"{error!r} {fields} {getattr(error, '__cause__', '')}"
        assert CANARY not in told


def test_an_update_is_told_under_the_same_id_each_time(installed):
    session = ScriptedSession()
    connector, connection = pushing(installed, session)
    for _ in range(2):
        assert connector.push(update("upd_7"), connection).status == 200
    first, again = session.posted
    assert first.body == again.body
    assert "upd_7" in f"{dict(again.headers)} {again.body.decode()}"


def test_a_call_to_the_cart_is_bounded(installed):
    session = ScriptedSession()
    connector, connection = pushing(installed, session)
    connector.push(update(), connection)
    assert all(posted.total_seconds <= 30 for posted in session.posted)
    assert all(posted.cap_bytes <= 1_000_000 for posted in session.posted)


def test_gone_is_gone(installed):
    assert isinstance(push_error(installed, answer(410)), CartGoneError)


@pytest.mark.parametrize(
    ("asked", "kept"), [("30", 30), ("0", 1), ("999999", 3600), ("", None), ("x", None)]
)
def test_the_wait_that_the_cart_asks_for_is_kept_within_an_hour(installed, asked, kept):
    error = push_error(installed, answer(503, retry_after=asked))
    assert isinstance(error, CartUnavailableError)
    assert error.retry_after_seconds == kept


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 422, 429, 500, 502])
def test_no_other_answer_is_a_receipt(installed, status):
    error = push_error(installed, answer(status, b"<html>not JSON"))
    assert not isinstance(error, CartGoneError)


@pytest.mark.parametrize("lost", [NotSentError("x"), AnswerLostError("x")])
def test_a_cart_that_does_not_answer_is_told_again(installed, lost):
    assert isinstance(push_error(installed, lost), CartUnavailableError)


def test_no_push_tells_a_log_or_an_error_about_persons(installed, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    told = ""
    for status in (302, 400, 410, 500):
        error = push_error(installed, answer(status, CANARY.encode()))
        told += f"{error!r} {error.__cause__!r} {error.__context__!r}"
    captured = capsys.readouterr()
    assert CANARY not in told + caplog.text + captured.out + captured.err


def test_no_callback_reaches_a_private_network(installed):
    urls = [
        s for s in installed.connector.manifest.settings if s.kind is SettingKind.URL
    ]
    with serving(says(EMPTY_OK)) as canary:
        for field in urls:
            for url in PRIVATE_URLS:
                target = {field.name: url.replace("{port}", str(canary.port))}
                connector, connection = pushing(installed, PublicHttp(), **target)
                with pytest.raises((CartUnavailableError, CartRefusedError)):
                    connector.push(update(), connection)
    assert canary.connections == 0
