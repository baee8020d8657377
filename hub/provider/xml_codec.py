"""XML out, built by API; XML in, hardened, as plain nodes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from hub.provider.errors import Unread, UnreadableAnswerError, UnsendableTextError

DEEPEST = 8
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BLANKS = " \t\r\n"
_BOM = b"\xef\xbb\xbf"
# lxml reads Shift_JIS without 髙 and its like, and not windows-31j at all, so the
# Japanese sets are decoded here (dependencies 5).
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms932": "cp932",
    "cp932": "cp932",
    "csshiftjis": "cp932",
    "cswindows31j": "cp932",
    "euc-jp": "euc_jp",
}
# The lists of the protocol; any other element that comes twice is refused.
_LISTS = frozenset({"error", "manualAuthorireason", "detail"})


@dataclass(frozen=True, slots=True)
class Node:
    """One element: a text, or children; both empty where it is empty."""

    name: str
    text: str = ""
    children: Sequence["Node"] = ()

    def child(self, name: str) -> "Node | None":
        """Return the child of a name, or None."""
        return next((node for node in self.children if node.name == name), None)

    def text_of(self, name: str) -> str:
        """Return the text of a child, "" where it is empty or absent."""
        node = self.child(name)
        return node.text if node else ""

    def all(self, name: str) -> Iterator["Node"]:
        """Return every child of a name."""
        return (node for node in self.children if node.name == name)


def build(root: Node) -> bytes:
    """Return a document in UTF-8, empty elements in their long form.

    Raises UnsendableTextError for a text that XML forbids.
    """
    return _HEAD + etree.tostring(_element(root), encoding="UTF-8")


def parse(raw: bytes, *, cap_bytes: int) -> Node:
    """Return the root of a document; raises UnreadableAnswerError.

    Whatever could be read in two ways is refused: a document type, markup within a
    text, an element that comes twice.
    """
    if len(raw) > cap_bytes:
        raise UnreadableAnswerError(Unread.TOO_LARGE)
    text = _decoded(raw.removeprefix(_BOM).strip(_BLANKS.encode()))
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableAnswerError(Unread.FORBIDDEN_MARKUP)
    plain = _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text
    try:
        root = etree.fromstring(plain.encode("utf-8"), _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableAnswerError(Unread.NOT_XML) from error
    return _node(root, depth=1)


def indented(root: Node) -> str:
    """Return a document for the screen, one element a line."""
    element = _element(root)
    etree.indent(element)
    return str(etree.tostring(element, encoding="unicode"))


def _element(node: Node) -> etree._Element:
    element = etree.Element(node.name)
    _fill(element, node)
    return element


def _fill(element: etree._Element, node: Node) -> None:
    try:
        # An empty text, unlike none, is written <x></x>; the self-closed form is
        # refused by the provider according to one of its clients (api 1).
        element.text = node.text
    except ValueError as error:
        raise UnsendableTextError(node.name) from error
    for child in node.children:
        _fill(etree.SubElement(element, child.name), child)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
    )


def _decoded(raw: bytes) -> str:
    declared = _ENCODING.match(raw[:200])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    codec = _CODECS.get(name)
    if codec is None:
        raise UnreadableAnswerError(Unread.WRONG_CHARSET)
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableAnswerError(Unread.WRONG_CHARSET) from error


def _node(element: etree._Element, *, depth: int) -> Node:
    if depth > DEEPEST:
        raise UnreadableAnswerError(Unread.TOO_LARGE)
    name = element.tag
    text = element.text or ""
    if len(element) == 0:
        return Node(name, text.strip(_BLANKS))
    children: list[Node] = []
    seen: set[str] = set()
    for child in element:
        # Comments, instructions and entities have no name; next to a text they could
        # hide half of it.
        if not isinstance(child.tag, str):
            raise UnreadableAnswerError(Unread.FORBIDDEN_MARKUP)
        if child.tag in seen and child.tag not in _LISTS:
            raise UnreadableAnswerError(Unread.REPEATED)
        seen.add(child.tag)
        text += child.tail or ""
        children.append(_node(child, depth=depth + 1))
    if text.strip(_BLANKS):
        raise UnreadableAnswerError(Unread.NOT_XML)
    return Node(name, "", tuple(children))
