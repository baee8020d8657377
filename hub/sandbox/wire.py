"""The wire port: a bare WSGI callable, because every request pays for each layer."""

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from hub import log
from hub.sandbox.company import Answer, Company
from hub.sandbox.faults import Fault, FaultKind
from hub.sandbox.screening import Call
from hub.sandbox.tables import LONGEST_BODY, Operation

_PREFIX: Final = "/api/"
_XML: Final = "application/xml; charset=UTF-8"
_PLAIN: Final = "text/plain; charset=UTF-8"
_OPERATIONS: Final = {_PREFIX + operation.value: operation for operation in Operation}
_STATUSES: Final = {
    FaultKind.STATUS_500: "500 Internal Server Error",
    FaultKind.STATUS_503: "503 Service Unavailable",
    FaultKind.STATUS_429: "429 Too Many Requests",
}
_SILENT_KINDS: Final = (
    FaultKind.APPLIED_UNANSWERED,
    FaultKind.NOT_APPLIED_UNANSWERED,
)
_SILENT_CALLS: Final = (Call.APPLIED_SILENTLY, Call.NOT_APPLIED_SILENTLY)
_HTML: Final = (
    "<!DOCTYPE html><html lang='ja'><title>メンテナンス中</title>"
    "<p>（見本）ただいまメンテナンス中です。</p></html>"
).encode()
_GARBAGE: Final = b"\x00\xff\xfe<response><result>OK</res\x80\x81ult>" * 3
_OTHER_ID: Final = "X9999999999"
_INDEX: Final = """アトディーネの検証環境(見本の決済会社)のAPI窓口です。
実在の会社ではありません。
POST /api/transaction.do        取引登録
POST /api/getauthori.do         与信審査結果取得
POST /api/modifytransaction.do  取引修正・キャンセル
POST /api/shippingrequest.do    出荷報告
POST /api/getinvoicedata.do     請求書印字データ取得
本文はUTF-8のXML 1件です。

This is the API of a pretended Atodene, a sandbox for integrators.
It is no real company. POST one UTF-8 XML document to an address above.
See docs/sandbox.md.
""".encode()

StartResponse = Callable[..., Any]
Environment = dict[str, Any]


class WireApp:
    """Answers the five calls, honestly or as a fault demands."""

    def __init__(self, company: Company) -> None:
        """Answer for this company."""
        self._company = company

    def __call__(
        self, environ: Environment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        method = environ["REQUEST_METHOD"]
        operation = _OPERATIONS.get(path)
        if operation is None:
            if path == "/" and method in ("GET", "HEAD"):
                return _send(start_response, "200 OK", _INDEX, _PLAIN)
            return _send(start_response, "404 Not Found", b"Not found.\n", _PLAIN)
        if method != "POST":
            allow = [("Allow", "POST")]
            text = b"POST one XML document.\n"
            status = "405 Method Not Allowed"
            return _send(start_response, status, text, _PLAIN, allow)
        return self._answer(operation, environ, start_response)

    def _answer(
        self, operation: Operation, environ: Environment, start_response: StartResponse
    ) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            status, text = "413 Content Too Large", b"The body is over 1 MB.\n"
            return _send(start_response, status, text, _PLAIN)
        answer = self._company.answer(operation, body)
        if answer.call in _SILENT_CALLS:
            seconds = self._company.rules.silence_seconds
            return _hang_up(environ, start_response, seconds)
        if answer.fault:
            return _spoil(answer, answer.fault, environ, start_response)
        return _send(start_response, "200 OK", answer.body, _XML)


def _send(
    start_response: StartResponse,
    status: str,
    body: bytes,
    content_type: str,
    headers: Iterable[tuple[str, str]] = (),
) -> list[bytes]:
    start_response(
        status,
        [("Content-Type", content_type), ("Content-Length", str(len(body))), *headers],
    )
    return [body]


def _spoil(
    answer: Answer, fault: Fault, environ: Environment, start_response: StartResponse
) -> Iterable[bytes]:
    log.get("sandbox").info("fault.played", kind=fault.kind.value)
    if fault.kind in _SILENT_KINDS:
        return _hang_up(environ, start_response, fault.seconds)
    if fault.kind is FaultKind.SLOW_DRIP:
        _send(start_response, "200 OK", answer.body, _XML)
        return _drip(answer.body, fault.seconds)
    time.sleep(fault.seconds)
    if fault.kind in _STATUSES:
        retry = fault.retry_after
        headers = [("Retry-After", str(retry))] if retry is not None else []
        status = _STATUSES[fault.kind]
        return _send(start_response, status, b"", _PLAIN, headers)
    if fault.kind is FaultKind.HTML_200:
        return _send(start_response, "200 OK", _HTML, "text/html; charset=UTF-8")
    if fault.kind is FaultKind.CUT_CONNECTION:
        _send(start_response, "200 OK", answer.body, _XML)
        return [answer.body[: _cut(answer.body, fault)]]
    return _send(start_response, "200 OK", _spoilt(answer.body, fault), _XML)


def _cut(body: bytes, fault: Fault) -> int:
    return len(body) // 2 if fault.at is None else min(fault.at, len(body) - 1)


def _spoilt(body: bytes, fault: Fault) -> bytes:
    """Return the body as this fault would have it."""
    if fault.kind is FaultKind.GARBAGE:
        return _GARBAGE
    if fault.kind is FaultKind.TRUNCATED:
        return body[: _cut(body, fault)]
    if fault.kind is FaultKind.WRONG_ID:
        changed = _replace_text(body, b"transactionId", _OTHER_ID.encode())
        return _replace_text(changed, b"shopOrderId", b"OTHER-ORDER")
    if fault.kind is FaultKind.NO_ERRORS:
        return b"<response><result>NG</result></response>"
    if fault.kind is FaultKind.EMPTY_RESULT:
        return _replace_text(body, b"autoAuthoriresult", b"")
    if fault.kind is FaultKind.UNKNOWN_WORD:
        return _replace_text(body, b"autoAuthoriresult", "確認待ち".encode())
    return body


def _replace_text(body: bytes, name: bytes, text: bytes) -> bytes:
    before, opening, rest = body.partition(b"<" + name + b">")
    _, closing, after = rest.partition(b"</" + name + b">")
    return before + opening + text + closing + after if closing else body


def _drip(body: bytes, seconds: float) -> Iterator[bytes]:
    pause = seconds / len(body)
    for index in range(len(body)):
        time.sleep(pause)
        yield body[index : index + 1]


def _hang_up(
    environ: Environment, start_response: StartResponse, seconds: float
) -> list[bytes]:
    """Say nothing, and after a while close the connection."""
    time.sleep(seconds)
    channel = environ["waitress.client_disconnected"].__self__
    channel.socket.shutdown(socket.SHUT_RDWR)
    start_response("200 OK", [("Content-Length", "0")])
    return []
