"""The theme app extension, judged by Shopify's own theme-check."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import npm

EXTENSION = Path(__file__).parents[1] / "extensions" / "atobarai-banner"
CHECKER = "@shopify/theme-check-node"

pytestmark = pytest.mark.slow


def offenses(extension: Path, cache: Path) -> list[dict[str, Any]]:
    """Return what theme-check has against an extension, its documents being at hand."""
    package = npm.package(CHECKER)
    documents = package.parent / "theme-check-docs-updater" / "data"
    (cache / "theme-liquid-docs-nodejs").symlink_to(documents)
    done = subprocess.run(
        ["node", str(package / "dist" / "cli.js"), str(extension)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        env={"XDG_CACHE_HOME": str(cache), "PATH": _path(), "HOME": str(cache)},
    )
    found, _end = json.JSONDecoder().raw_decode(done.stdout)
    return list(found)


def _path() -> str:
    node = shutil.which("node")
    assert node
    return str(Path(node).parent)


def test_theme_check_has_nothing_against_the_extension(tmp_path: Path) -> None:
    assert offenses(EXTENSION, tmp_path) == []


def test_theme_check_would_notice(tmp_path: Path) -> None:
    copy = tmp_path / "extension"
    shutil.copytree(EXTENSION, copy)
    block = copy / "blocks" / "banner.liquid"
    block.write_text(block.read_text().replace("'banner.can_pay'", "'banner.nothing'"))
    (copy / "assets" / "atobarai.css").write_text("/* " + "x" * 100_001 + " */")
    (tmp_path / "cache").mkdir()
    found = {one["check"] for one in offenses(copy, tmp_path / "cache")}
    assert {"TranslationKeyExists", "AssetSizeAppBlockCSS"} <= found


def test_the_locales_say_the_same_things() -> None:
    def keys(document: dict[str, Any], path: str = "") -> set[str]:
        return {
            key
            for name, inner in document.items()
            for key in (
                keys(inner, f"{path}{name}.")
                if isinstance(inner, dict)
                else {f"{path}{name}"}
            )
        }

    def read(name: str) -> dict[str, Any]:
        text = (EXTENSION / "locales" / name).read_text()
        return dict(json.loads(text))

    assert keys(read("ja.default.json")) == keys(read("en.json"))
    assert keys(read("ja.default.schema.json")) == keys(read("en.schema.json"))
