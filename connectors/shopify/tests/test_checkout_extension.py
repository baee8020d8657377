"""The checkout UI extension, judged by the types that Shopify publishes."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import npm

EXTENSION = Path(__file__).parents[1] / "extensions" / "atobarai-checkout"

pytestmark = pytest.mark.slow


def complaints(folder: Path, *, wrong: bool = False) -> str:
    """Return what the compiler has against a copy of the extension."""
    modules = npm.package("@shopify/ui-extensions").parents[1]
    copy = folder / "extension"
    shutil.copytree(EXTENSION, copy)
    (copy / "node_modules").symlink_to(modules)
    if wrong:
        notice = copy / "src" / "InvoiceNotice.jsx"
        notice.write_text(notice.read_text().replace("settings", "setings"))
    done = subprocess.run(
        ["node", str(modules / "typescript" / "bin" / "tsc"), "-p", str(copy)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout


def test_the_compiler_has_nothing_against_the_extension(tmp_path: Path) -> None:
    assert complaints(tmp_path) == ""


def test_the_compiler_would_notice(tmp_path: Path) -> None:
    assert "setings" in complaints(tmp_path, wrong=True)


def test_the_locales_say_the_same_things() -> None:
    japanese, english = (
        json.loads((EXTENSION / "locales" / name).read_text())
        for name in ("ja.default.json", "en.json")
    )
    assert japanese.keys() == english.keys()
