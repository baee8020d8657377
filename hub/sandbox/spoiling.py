"""Answers as a fault would have them: status 200, and yet not what was promised."""

from collections.abc import Callable, Mapping
from typing import Final

from hub.sandbox.calls import Answer
from hub.sandbox.faults import Fault, FaultKind

_GARBAGE: Final = b"\x00\xff\xfe<response><result>OK</res\x80\x81ult>" * 3
_HTML: Final = (
    "<!DOCTYPE html><html lang='ja'><title>メンテナンス中</title>"
    "<p>（見本）ただいまメンテナンス中です。</p></html>"
).encode()
_NO_ERRORS: Final = b"<response><result>NG</result></response>"
_NOBODYS_ID: Final = "X9999999999"
_NOBODYS_ORDER: Final = "OTHER-ORDER"
# Without a character beyond ASCII a wrong character set could not be seen.
_JAPANESE: Final = "<!--（見本）応答-->"

CONTENT_TYPES: Final[Mapping[FaultKind, str]] = {
    FaultKind.HTML_200: "text/html; charset=UTF-8",
    FaultKind.SHIFT_JIS: "application/xml; charset=Shift_JIS",
}


def spoilt(answer: Answer, fault: Fault) -> bytes:
    """Return the answer's body as this fault would have it."""
    spoil = _SPOILING.get(fault.kind)
    return spoil(answer, fault) if spoil else answer.body


def cut_at(body: bytes, fault: Fault) -> int:
    """Return how many bytes of the body still arrive."""
    return len(body) // 2 if fault.at is None else min(fault.at, len(body) - 1)


def _replaced(body: bytes, name: bytes, text: bytes) -> bytes:
    before, opening, rest = body.partition(b"<" + name + b">")
    _, closing, after = rest.partition(b"</" + name + b">")
    return before + opening + text + closing + after if closing else body


def _with_ids(body: bytes, transaction_id: str, order_id: str) -> bytes:
    changed = _replaced(body, b"transactionId", transaction_id.encode())
    return _replaced(changed, b"shopOrderId", order_id.encode())


def _others(answer: Answer, _fault: Fault) -> bytes:
    if not answer.others_id:
        return _with_ids(answer.body, _NOBODYS_ID, _NOBODYS_ORDER)
    return _with_ids(answer.body, answer.others_id, answer.others_order)


def _in_cp932(answer: Answer, encoding: str) -> bytes:
    text = answer.body.decode().replace("<response>", f"<response>{_JAPANESE}", 1)
    return text.replace("UTF-8", encoding, 1).encode("cp932", "xmlcharrefreplace")


def _twice(answer: Answer, _fault: Fault) -> bytes:
    return answer.body + b"\n" + answer.body


def _two_results(answer: Answer, _fault: Fault) -> bytes:
    head, result, rest = answer.body.partition(b"<result>OK</result>")
    if not result:
        head, result, rest = answer.body.partition(b"<result>NG</result>")
        return head + result + b"<result>OK</result>" + rest
    return head + result + b"<result>NG</result>" + rest


_SPOILING: Final[Mapping[FaultKind, Callable[[Answer, Fault], bytes]]] = {
    FaultKind.GARBAGE: lambda _answer, _fault: _GARBAGE,
    FaultKind.TRUNCATED: lambda answer, fault: answer.body[
        : cut_at(answer.body, fault)
    ],
    FaultKind.EMPTY_200: lambda _answer, _fault: b"",
    FaultKind.HTML_200: lambda _answer, _fault: _HTML,
    FaultKind.WRONG_CHARSET: lambda answer, _fault: _in_cp932(answer, "UTF-8"),
    FaultKind.SHIFT_JIS: lambda answer, _fault: _in_cp932(answer, "Shift_JIS"),
    FaultKind.DUPLICATE_ANSWER: _twice,
    FaultKind.TWO_RESULTS: _two_results,
    FaultKind.WRONG_ID: lambda answer, _fault: _with_ids(
        answer.body, _NOBODYS_ID, _NOBODYS_ORDER
    ),
    FaultKind.OTHER_ORDER: _others,
    FaultKind.NO_ERRORS: lambda _answer, _fault: _NO_ERRORS,
    FaultKind.EMPTY_RESULT: lambda answer, _fault: _replaced(
        answer.body, b"autoAuthoriresult", b""
    ),
    FaultKind.UNKNOWN_WORD: lambda answer, _fault: _replaced(
        answer.body, b"autoAuthoriresult", "確認待ち".encode()
    ),
}
