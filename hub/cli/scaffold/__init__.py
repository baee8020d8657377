"""Writes the folder of a new connector, complete and conforming, to be changed."""

import json
import keyword
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from string import Template

from hub import registry
from hub.contract.secret import Secret
from hub.contract.signatures import sign_standard
from hub.contract.testing.specimens import (
    SETTINGS_FILE,
    outcome_of,
    read_request,
    settings_of,
)

SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}")
# The moment of the specimens; it never moves, so that their signatures hold.
_MOMENT = datetime(2026, 11, 23, 0, 13, tzinfo=UTC)
_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"  # noqa: S105 - of the specimens only
_FOREIGN = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4"
_SETTINGS = {
    "settings": {"callback_url": "https://shop.example.jp/hub/callback"},
    "secrets": {
        "secret": [_SECRET],
        "callback_secret": ["whsec_Y2FsbGJhY2stc2VjcmV0LTI0LWJ5dGVz"],
    },
}
_FILES = (
    "__init__.py",
    "manifest.py",
    "verify.py",
    "schemas.py",
    "translate.py",
    "push.py",
    "README.md",
)
_PLACED = {
    "event": "order.placed",
    "at": "2026-11-23T09:12:44+09:00",
    "order": {
        "number": "A-1001",
        "ordered_at": "2026-11-23T09:12:40+09:00",
        "buyer": {
            "name": "見本 花子",
            "name_kana": "ミホン ハナコ",
            "phone": "03-0000-0000",
            "email": "hanako@example.jp",
            "postal_code": "150-0001",
            "prefecture": "東京都",
            "city": "渋谷区神宮前",
            "street": "1-2-3",
        },
        "items": [
            {"name": "ほうじ茶", "price": 1650, "quantity": 2},
            {"name": "送料", "price": 550},
        ],
        "total": 3850,
    },
}
_CANCELLED = {
    "event": "order.cancelled",
    "at": "2026-11-23T10:00:00+09:00",
    "order": {"number": "A-1001"},
}
_SPECIMENS = (
    ("order.placed__plain", _PLACED, _SECRET),
    ("order.placed__foreign_secret", _PLACED, _FOREIGN),
    ("order.placed__nothing_in_it", {"event": "order.placed"}, _SECRET),
    ("order.cancelled__plain", _CANCELLED, _SECRET),
)


class ScaffoldError(ValueError):
    """The folder cannot be written as asked; nothing was written."""


def write_connector(parent: Path, slug: str, *, title: str) -> Path:
    """Write the folder `parent/slug` and return it; raises ScaffoldError.

    A folder that is there already is never touched.
    """
    if not SLUG.fullmatch(slug) or keyword.iskeyword(slug):
        raise ScaffoldError(f"{slug!r} is not lower-case ASCII like my_cart")
    if any(not character.isprintable() for character in title):
        raise ScaffoldError("the title holds characters that cannot be printed")
    folder = parent / slug
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise ScaffoldError(f"{folder} cannot be made: {error.strerror}") from error
    values = _values(slug, title)
    for name in _FILES:
        _write(folder / name, _filled(name, values))
    _write(folder / "tests" / f"test_{slug}.py", _filled("test_connector.py", values))
    _write_fixtures(folder)
    return folder


def _values(slug: str, title: str) -> Mapping[str, str]:
    words = slug.replace("_", " ").capitalize()
    is_japanese = bool(re.search("[ぁ-んァ-ヶ一-龠]", title))
    title_ja = title if is_japanese else f"{title or words}(カート)"
    title_en = title if title and title.isascii() else words
    return {
        "slug": slug,
        "title_ja": title_ja,
        "title_en": title_en.replace("\\", "").replace('"', "'"),
        "title_ja_literal": json.dumps(title_ja, ensure_ascii=False),
        "title_en_literal": json.dumps(title_en, ensure_ascii=False),
    }


def _filled(name: str, values: Mapping[str, str]) -> str:
    source = resources.files("hub.cli.scaffold").joinpath(f"{name}.txt")
    return Template(source.read_text("utf-8")).substitute(values)


def _write_fixtures(folder: Path) -> None:
    fixtures = folder / "fixtures"
    _write(fixtures / SETTINGS_FILE, _json(_SETTINGS))
    for name, message in _messages(folder.name):
        _write(fixtures / f"{name}.http", message)
    # What comes of them is what the new folder itself makes of them today.
    connector = registry.load_folder(folder)
    settings = settings_of(_SETTINGS["settings"], _SETTINGS["secrets"])  # type: ignore[arg-type]  # two shapes in one table
    for name, message in _messages(folder.name):
        request = read_request(message.encode(), received_at=_MOMENT)
        outcome = outcome_of(connector, request, settings)
        expected = {"received_at": _MOMENT.isoformat(), "outcome": outcome}
        _write(fixtures / f"{name}.expected.json", _json(expected))


def _messages(slug: str) -> Iterator[tuple[str, str]]:
    for number, (name, content, secret) in enumerate(_SPECIMENS, start=1):
        body = _json(content).removesuffix("\n")
        headers = sign_standard(
            message_id=f"msg_{number:04d}",
            sent_at=_MOMENT,
            body=body.encode(),
            secrets=[Secret(secret)],
        )
        lines = [f"POST /hooks/{slug}/mihon-key HTTP/1.1"]
        lines += ["Content-Type: application/json"]
        lines += [f"{header}: {value}" for header, value in headers.items()]
        yield name, "\n".join([*lines, "", body, ""])


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
