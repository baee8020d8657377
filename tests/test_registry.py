"""A folder dropped in is found; a broken one is reported and stops nobody."""

import sys
from dataclasses import replace

import pytest

from hub import registry
from hub.config import Config
from hub.contract.connector import SettingField, SettingKind
from tests.connectors_under_test import INSTALLED, SPECIMEN

GOOD = """
from hub.contract.connector import Connector, Manifest

def refuse(*_):
    raise NotImplementedError

connector = Connector(
    manifest=Manifest(
        slug="{slug}", title_ja="見本", title_en="Specimen", contract={contract},
        settings=(), topics=(), roles=(),
    ),
    verify=refuse, translate=refuse, push=refuse,
)
"""


@pytest.fixture
def drop(tmp_path, monkeypatch):
    """Drops a folder into the namespace package, as a stranger's wheel does."""
    monkeypatch.syspath_prepend(tmp_path)
    # A namespace package looks its folders up anew when sys.path has changed.
    for name in [n for n in sys.modules if n.split(".")[0] == registry.NAMESPACE]:
        monkeypatch.delitem(sys.modules, name)

    def dropped(slug: str, source: str) -> registry.Registry:
        folder = tmp_path / registry.NAMESPACE / slug
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text(source, "utf-8")
        return registry.load()

    return dropped


def reason_of(found: registry.Registry, slug: str) -> str:
    return next(f.reason for f in found.failures if f.slug == slug)


def test_the_installed_connectors_load_without_a_failure():
    found = registry.load()
    assert "generic_webhook" in found.connectors
    assert found.failures == ()


def test_a_folder_dropped_in_is_found(drop):
    found = drop("specimen", GOOD.format(slug="specimen", contract=1))
    assert found.connector("specimen").manifest.title_en == "Specimen"


def test_a_folder_that_does_not_import_is_reported_and_stops_nobody(drop):
    found = drop("broken", "import a_module_that_nobody_has")
    assert "a_module_that_nobody_has" in reason_of(found, "broken")
    assert "generic_webhook" in found.connectors


def test_a_folder_that_is_not_python_is_reported(drop):
    assert "SyntaxError" in reason_of(drop("broken", "def"), "broken")


def test_a_folder_without_a_connector_is_reported(drop):
    assert "Connector(...)" in reason_of(drop("empty", ""), "empty")


def test_a_connector_under_another_name_is_reported(drop):
    found = drop("here", GOOD.format(slug="there", contract=1))
    assert "'there'" in reason_of(found, "here")


def test_a_connector_of_another_contract_is_reported(drop):
    found = drop("future", GOOD.format(slug="future", contract=99))
    assert "contract 99" in reason_of(found, "future")


def test_a_connector_that_is_not_installed_is_named():
    with pytest.raises(registry.UnknownConnectorError, match="nowhere"):
        registry.load().connector("nowhere")


def test_the_specimen_of_the_conformance_suite_is_found_by_its_folder_alone():
    assert SPECIMEN in {each.folder.name for each in INSTALLED}


SWITCHED = GOOD.replace("settings=(),", 'settings=(), switch="on",')


def test_a_connector_that_is_not_switched_on_is_as_good_as_not_installed(drop):
    found = drop("specimen", SWITCHED.format(slug="specimen", contract=1))
    off = found.switched(lambda manifest: not manifest.switch)
    with pytest.raises(registry.UnknownConnectorError):
        off.connector("specimen")
    assert "specimen" in off.switched_off
    assert "generic_webhook" in off.connectors
    on = off.switched(lambda _manifest: True)
    assert on.connector("specimen") is found.connector("specimen")
    assert not on.switched_off


@pytest.mark.parametrize(("value", "is_on"), [("1", True), ("", False), ("0", False)])
def test_a_switch_is_an_app_setting_of_the_operator(tmp_path, value, is_on):
    asked = SettingField(
        name="on", kind=SettingKind.TEXT, label_ja="見本", label_en="Specimen"
    )
    manifest = replace(
        registry.load().connector("generic_webhook").manifest,
        slug="specimen",
        app_settings=(asked,),
        switch="on",
    )
    environment = {"HUB_SPECIMEN_ON": value} if value else {}
    config = Config(data_dir=tmp_path, environment=environment)
    assert config.is_on(manifest) is is_on
    assert config.is_on(replace(manifest, switch=""))
