"""The operator's HTML, read into the tree that the tag builds without innerHTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html as parser
from lxml.etree import ParserError

# [name, attributes, *children]; a child is such a list or a text.
Node = list[Any] | str

# What a banner and a tag never need, and what would change the page around them.
_DROPPED = frozenset(
    "applet base body embed form frame frameset head html input link meta object"
    " portal select template textarea title".split()
)
_URLS = ("href", "src", "action", "formaction", "poster", "xlink:href")
_RUNS = re.compile(r"(?:javascript|vbscript|data:(?!image/))", re.IGNORECASE)
# A browser reads a URL without these.
_UNREAD = re.compile(r"[\x00-\x20]")
_CASED = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}
_WRITES = re.compile(r"\bdocument\s*\.\s*write(?:ln)?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """What the tag can build, and what of the original it cannot.

    `left_out` names elements and attributes; `writes` tells of document.write, which
    does nothing in a script that comes later.
    """

    nodes: list[Node]
    left_out: tuple[str, ...]
    writes: bool


def read_markup(html: str) -> Markup:
    """Read HTML as a browser's fragment; anything is read, nothing raises."""
    left_out: set[str] = set()
    nodes = list(_fragment(html, left_out))
    return Markup(
        nodes=nodes,
        left_out=tuple(sorted(left_out)),
        writes=bool(_WRITES.search(html)),
    )


def _fragment(html: str, left_out: set[str]) -> Iterator[Node]:
    # libxml2 ends a text at NUL.
    cleaned = html.replace("\0", "")
    try:
        parts: Any = parser.fragments_fromstring(cleaned)
    except (ParserError, ValueError):
        return
    for part in parts:
        if isinstance(part, str):
            yield part
        else:
            yield from _element(part, left_out)
            if part.tail:
                yield part.tail


def _element(element: Any, left_out: set[str]) -> Iterator[Node]:
    name = element.tag
    if not isinstance(name, str):
        return  # a comment or a processing instruction
    if name in _DROPPED or ":" in name:
        left_out.add(f"<{name}>")
        return
    node: list[Any] = [name, dict(_attributes(element, left_out))]
    if name == "iframe":
        yield node  # its text is for browsers without frames
        return
    if element.text:
        node.append(element.text)
    for child in element:
        node.extend(_element(child, left_out))
        if child.tail:
            node.append(child.tail)
    yield node


def _attributes(element: Any, left_out: set[str]) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        is_code = name.startswith("on") or name == "srcdoc"
        if is_code or (name in _URLS and _RUNS.match(_UNREAD.sub("", value))):
            left_out.add(f"{element.tag} {name}=")
        elif re.fullmatch(r"[a-z][a-z0-9-]*", name):
            yield _CASED.get(name, name), value
