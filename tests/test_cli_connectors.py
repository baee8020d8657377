"""`hub connectors`: the kit of somebody who writes a connector outside this house."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub import registry
from hub.cli import commands
from tests.connectors_under_test import DROPPED_IN, SPECIMEN


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leaves no module behind that was loaded from a folder of a test."""
    before = {name: sys.modules[name] for name in ours()}
    yield
    for name in ours():
        del sys.modules[name]
    sys.modules.update(before)


def ours() -> list[str]:
    return [n for n in sys.modules if n.split(".")[0] == registry.NAMESPACE]


def hub(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["connectors", *arguments])


@pytest.fixture
def connectors(tmp_path: Path) -> Path:
    return tmp_path / registry.NAMESPACE


def test_the_list_is_the_passports() -> None:
    done = hub("list", "--json")
    assert done.exit_code == 0
    (found,) = [
        one
        for one in json.loads(done.stdout)["connectors"]
        if one["slug"] == "generic_webhook"
    ]
    assert {"probe", "snippets"} <= set(found["capabilities"])
    assert "order.placed" in found["topics"]
    assert "orders" in found["roles"]
    assert found["version"]


def test_what_is_switched_off_is_listed_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    variable = "HUB_SHOPIFY_PAYMENTS_EXTENSION"
    monkeypatch.delenv(variable, raising=False)
    off = json.loads(hub("list", "--json").stdout)
    assert off["switched_off"] == {"shopify_payments": variable}
    assert "shopify_payments" not in {one["slug"] for one in off["connectors"]}
    assert f"{variable}=1" in hub("list").stdout
    monkeypatch.setenv(variable, "1")
    on = json.loads(hub("list", "--json").stdout)
    assert on["switched_off"] == {}
    assert "shopify_payments" in {one["slug"] for one in on["connectors"]}


def test_a_folder_that_does_not_load_is_reported(
    connectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (connectors / "broken").mkdir(parents=True)
    (connectors / "broken" / "__init__.py").write_text("import nowhere_at_all")
    monkeypatch.syspath_prepend(connectors.parent)
    for name in ours():
        del sys.modules[name]
    done = hub("list")
    assert done.exit_code == 1
    assert "FAIL broken: ModuleNotFoundError" in done.output
    assert "generic_webhook" in done.output


def test_a_new_connector_conforms_at_once(connectors: Path) -> None:
    made = hub("new", "my_cart", "--title", "わたしのカート", "--into", str(connectors))
    assert made.exit_code == 0, made.output
    done = hub("check", str(connectors / "my_cart"))
    assert done.exit_code == 0, done.output
    assert "FAIL" not in done.output


@pytest.mark.parametrize("title", ["", "My Cart", 'a "quoted" \\ title', "カート\\n"])
def test_any_title_gives_a_connector(connectors: Path, title: str) -> None:
    hub("new", "other", "--title", title, "--into", str(connectors))
    connector = registry.load_folder(connectors / "other")
    assert connector.manifest.title_ja
    assert connector.manifest.title_en.isascii()


def test_a_new_connector_dropped_in_is_found(
    connectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub("new", "my_cart", "--into", str(connectors))
    monkeypatch.syspath_prepend(connectors.parent)
    for name in ours():
        del sys.modules[name]
    found = registry.load()
    assert found.failures == ()
    assert found.connector("my_cart").manifest.slug == "my_cart"


def test_a_new_connector_never_overwrites(connectors: Path) -> None:
    hub("new", "my_cart", "--into", str(connectors))
    kept = connectors / "my_cart" / "translate.py"
    kept.write_text("mine")
    done = hub("new", "my_cart", "--into", str(connectors))
    assert done.exit_code == 1
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("slug", ["My", "a-b", "../up", "class", "1st", "", "a/b"])
def test_a_slug_that_is_no_folder_of_ours_is_refused(
    connectors: Path, slug: str
) -> None:
    assert hub("new", "--into", str(connectors), "--", slug).exit_code != 0
    assert not connectors.exists()


def test_the_check_names_the_failing_case(connectors: Path) -> None:
    hub("new", "my_cart", "--into", str(connectors))
    path = connectors / "my_cart" / "push.py"
    path.write_text(path.read_text().replace("CartGoneError(", "CartUnavailableError("))
    done = hub("check", str(connectors / "my_cart"), "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["failed"] == ["gone_is_gone"]


def test_an_installed_connector_is_checked_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(DROPPED_IN)
    for name in ours():
        del sys.modules[name]
    done = hub("check", SPECIMEN)
    assert done.exit_code == 0, done.output
    assert "ok   translate_is_pure" in done.output


def test_a_connector_that_is_nowhere_is_named() -> None:
    done = hub("check", "nobody")
    assert done.exit_code == 1
    assert "nobody" in done.output


def test_a_folder_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    done = hub("check", str(tmp_path))
    assert done.exit_code == 1
    assert "cannot be loaded" in done.output
