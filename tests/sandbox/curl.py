"""Runs the lines of the sandbox's pages as a shell with curl and printf would."""

import http.client
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class _Curl:
    url: str = ""
    method: str = ""
    is_get: bool = False
    with_head: bool = False
    texts: list[str] = field(default_factory=list)
    body: bytes | None = None


def run(line: str, folder: Path) -> bytes:
    """Return what the last program of a line prints; `folder` holds its files."""
    printed = b""
    for program in line.split(" | "):
        words = shlex.split(program)
        if words[0] == "printf":
            printed = words[1].encode().decode("unicode_escape").encode("latin-1")
        elif words[0] == "tee":
            (folder / words[1]).write_bytes(printed)
        else:
            assert words[0] == "curl", program
            printed = _send(_read(words[1:], printed, folder))
    return printed


def _read(words: list[str], standard_input: bytes, folder: Path) -> _Curl:
    curl = _Curl()
    rest = iter(words)
    for word in rest:
        if word == "--data-binary":
            name = next(rest).removeprefix("@")
            at_hand = standard_input if name == "-" else (folder / name).read_bytes()
            curl.body = at_hand
        elif word == "--data-urlencode":
            name, _, text = next(rest).partition("=")
            curl.texts.append(f"{name}={quote(text, safe='')}")
        elif word == "-d":
            curl.texts.append(next(rest))
        elif word == "-X":
            curl.method = next(rest)
        elif word.startswith("-"):
            assert set(word[1:]) <= set("sGi"), word
            curl.is_get |= "G" in word
            curl.with_head |= "i" in word
        else:
            curl.url = word
    return curl


def _send(curl: _Curl) -> bytes:
    where = urlsplit(curl.url)
    path = f"{where.path}?{where.query}" if where.query else where.path
    body, text = curl.body, "&".join(curl.texts)
    if curl.is_get:
        path += f"?{text}"
    elif text:
        body = text.encode()
    method = curl.method or ("GET" if body is None else "POST")
    connection = http.client.HTTPConnection(where.netloc, timeout=20)
    try:
        connection.request(method, path, body, _FORM if body is not None else {})
        response = connection.getresponse()
        content = response.read()
    except http.client.RemoteDisconnected:
        return b""
    finally:
        connection.close()
    head = f"HTTP/1.1 {response.status} {response.reason}\r\n\r\n".encode()
    return head + content if curl.with_head else content
