"""XML in, hardened; XML out, long-form and in the published order."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import local
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from hub.sandbox.tables import ERROR_TEXTS, KNOWN_ELEMENTS

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<response>'
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class WireError:
    """One entry of the errors block."""

    point: str
    code: str

    @property
    def message(self) -> str:
        """Return the Japanese text that goes with the code."""
        return ERROR_TEXTS[self.code][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A request as sections of texts; missing sections are None."""

    sections: Mapping[str, Mapping[str, str]]
    details: Sequence[Mapping[str, str]] | None
    repeated: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class UnreadableError(ValueError):
    """The body is no request; the wire error says why."""

    def __init__(self, code: str) -> None:
        """Keep the code that the answer will carry."""
        super().__init__(ERROR_TEXTS[code][1])
        self.error = WireError(point="request", code=code)


@dataclass(slots=True)
class _Findings:
    repeated: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class _Parsers(local):
    """One parser for each thread: building one costs a third of a parse."""

    def __init__(self) -> None:
        self.parser = _make_parser()


def _make_parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


_PARSERS: Final = _Parsers()


def parse(body: bytes) -> Document:
    """Read a request.

    Raises UnreadableError where the body is no well-formed, plain UTF-8 request.
    """
    root = _root(body)
    findings = _Findings()
    sections: dict[str, Mapping[str, str]] = {}
    details: list[Mapping[str, str]] | None = None
    for child in root:
        name = str(child.tag)
        if name == "details":
            details = [*(details or ()), *_details(child, findings)]
            continue
        if name in sections:
            findings.repeated.append(name)
        sections[name] = _leaves(child, findings)
    return Document(
        sections=sections,
        details=details,
        repeated=tuple(findings.repeated),
        unknown=tuple(dict.fromkeys(findings.unknown)),
    )


def _root(body: bytes) -> etree._Element:
    text = body.removeprefix(_BOM)
    declared = _DECLARED.match(text[:200])
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        raise UnreadableError("er900033")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError("er900033") from error
    if b"<!DOCTYPE" in text:
        raise UnreadableError("er900031")
    # A NUL lets the parser guess UTF-16, past the look for DOCTYPE above.
    if b"\0" in text:
        raise UnreadableError("er900030")
    try:
        root = etree.fromstring(text.strip(), _PARSERS.parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("er900030") from error
    if root.tag != "request":
        raise UnreadableError("er900032")
    return root


def _details(parent: etree._Element, findings: _Findings) -> list[Mapping[str, str]]:
    details = []
    for child in parent:
        if child.tag == "detail":
            details.append(_leaves(child, findings))
        else:
            findings.unknown.append(str(child.tag))
    return details


def _leaves(parent: etree._Element, findings: _Findings) -> Mapping[str, str]:
    if parent.tag not in KNOWN_ELEMENTS:
        findings.unknown.append(str(parent.tag))
    leaves: dict[str, str] = {}
    for child in parent:
        name = str(child.tag)
        if name not in KNOWN_ELEMENTS:
            findings.unknown.append(name)
            continue
        if name in leaves:
            findings.repeated.append(name)
        leaves[name] = (child.text or "").strip(" \t\r\n")
    return leaves


def element(name: str, text: str) -> str:
    """Return one element in its long form, also when empty."""
    return f"<{name}>{escape(text)}</{name}>"


def elements(texts: Iterable[tuple[str, str]]) -> str:
    """Return elements one after another."""
    return "".join(element(name, text) for name, text in texts)


def accepted(container: str, inner: str) -> bytes:
    """Return the answer of a call that was taken."""
    text = f"{_HEAD}<result>OK</result><{container}>{inner}</{container}></response>"
    return text.encode()


def refused(errors: Sequence[WireError]) -> bytes:
    """Return the answer of a call that was refused, every reason listed."""
    entries = "".join(
        "<error>"
        f"{element('errorPoint', error.point)}"
        f"{element('errorCode', error.code)}"
        f"{element('errorMessage', error.message)}"
        "</error>"
        for error in errors
    )
    text = f"{_HEAD}<result>NG</result><errors>{entries}</errors></response>"
    return text.encode()
