"""The script of a shop's tag: one engine, and a literal that says what it shows."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


def script_of(placements: Mapping[str, Any]) -> bytes:
    """Return the script with what it shows; only a literal differs between shops."""
    literal = json.dumps(placements, separators=(",", ":"))
    # "</script" and "<!--" mean something where a script is pasted into a page.
    return _engine().replace("{{}}", literal.replace("<", "\\u003c")).encode("ascii")


@cache
def _engine() -> str:
    source = resources.files("hub.flow").joinpath("tag.js").read_text("utf-8")
    lines = (line.strip() for line in source.splitlines())
    kept = "\n".join(line for line in lines if line and not line.startswith("//"))
    head, end, tail = kept.rpartition("(document, {});")
    if not end or tail:
        raise ValueError("tag.js does not end with its empty literal")
    return f"{head}(document,{{{{}}}});\n"
