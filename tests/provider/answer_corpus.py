"""Answers of a provider, a proxy or a stranger, and what each of them means (G9).

They stand in `corpus/answers.jsonl`: a name, the call that was answered, the bytes
(as `text`, or `base64` where they are not UTF-8), and the answer as understood.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub.provider.errors import Unread
from hub.provider.port import (
    Accepted,
    AlreadyCancelled,
    Operation,
    PrintData,
    ProviderAnswer,
    ProviderError,
    Refused,
    Screened,
    Unclear,
    Verdict,
)

ID, NUMBER = "X0000000001", "A-1001"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
Row = tuple[str, Operation, bytes, ProviderAnswer | None]

REGISTER = Operation.REGISTER


def response(inner: str, result: str = "OK") -> bytes:
    """Return a response in UTF-8."""
    text = f"{HEAD}<response><result>{result}</result>{inner}</response>"
    return text.encode()


def info(inner: str = "", *, number: str = "", named: str = ID) -> str:
    """Return the block about a transaction."""
    order = f"<shopOrderId>{number}</shopOrderId>" if number else ""
    return (
        f"<transactionInfo>{order}<transactionId>{named}</transactionId>"
        f"{inner}</transactionInfo>"
    )


def auto(word: str) -> str:
    """Return the automatic verdict."""
    return f"<autoAuthoriresult>{word}</autoAuthoriresult>"


def error(point: str, code: str, message: str = "（例）指摘") -> str:
    """Return one entry of the errors block."""
    return (
        f"<error><errorPoint>{point}</errorPoint><errorCode>{code}</errorCode>"
        f"<errorMessage>{message}</errorMessage></error>"
    )


def refused(*errors: str, inner: str = "") -> bytes:
    """Return a response that refuses the call."""
    return response(f"{inner}<errors>{''.join(errors)}</errors>", "NG")


def registered(word: str, *, number: str = NUMBER, named: str = ID) -> bytes:
    """Return the answer of a registration."""
    return response(info(auto(word), number=number, named=named))


PASSED = registered("OK")
CUTS = 20


def rows() -> Iterator[Row]:
    """Yield the rows of the file, and those too large to be written down."""
    corpus = Path(__file__).parent / "corpus" / "answers.jsonl"
    for line in corpus.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["name"], Operation(row["call"]), _raw(row), _answer(row["answer"])
    yield from _too_large()


def _raw(row: dict[str, Any]) -> bytes:
    if "base64" in row:
        return base64.b64decode(row["base64"])
    text: str = row["text"]
    return text.encode()


def _answer(written: dict[str, Any]) -> ProviderAnswer | None:
    """Return the expected answer; None where any unclear answer will do."""
    match written["kind"]:
        case "Screened":
            return Screened(
                verdict=Verdict(written["verdict"]),
                provider_transaction_id=written["id"],
                reasons=tuple(written["reasons"]),
            )
        case "Accepted":
            return Accepted(provider_transaction_id=written["id"])
        case "AlreadyCancelled":
            return AlreadyCancelled()
        case "PrintData":
            return PrintData(
                provider_transaction_id=written["id"],
                values=written["values"],
                lines=written["lines"],
            )
        case "Refused":
            return _refused(written)
        case "Unclear":
            return Unclear(code=written["code"]) if "code" in written else None
        case kind:
            raise ValueError(kind)


def _refused(written: dict[str, Any]) -> Refused:
    errors = tuple(
        ProviderError(point=point, code=code, message=message)
        for point, code, message in written["errors"]
    )
    return Refused(errors=errors, are_credentials=written["are_credentials"])


def _too_large() -> Iterator[Row]:
    entity = f'<!DOCTYPE r [<!ENTITY a "{"x" * 9_000}">]>'
    bomb = f"{entity}<response><result>{'&a;' * 900}</result></response>"
    deep = "<a>" * 5_000 + "</a>" * 5_000
    wide = f"<a>{'x' * 1_000_000}</a>"
    yield "quadratic entity", REGISTER, bomb.encode(), _unread(Unread.FORBIDDEN_MARKUP)
    yield "nested 5,000 deep", REGISTER, response(info(deep)), _unread(Unread.NOT_XML)
    yield "over the cap", REGISTER, response(wide), _unread(Unread.TOO_LARGE)


def _unread(reason: Unread) -> Unclear:
    return Unclear(code=reason.value)


ROWS: list[Row] = list(rows())
