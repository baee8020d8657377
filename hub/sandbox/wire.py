"""The wire port: a bare WSGI callable, because every request pays for each layer."""

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from hub import log
from hub.sandbox.calls import Answer
from hub.sandbox.company import Company
from hub.sandbox.faults import SILENT, STATUSES, Fault, FaultKind
from hub.sandbox.screening import Call
from hub.sandbox.spoiling import CONTENT_TYPES, cut_at, spoilt
from hub.sandbox.tables import LONGEST_BODY, Operation

_PREFIX: Final = "/api/"
_INDEX_PATHS: Final = ("/", "/api", "/api/")
_XML: Final = "application/xml; charset=UTF-8"
_PLAIN: Final = "text/plain; charset=UTF-8"
_OPERATIONS: Final = {_PREFIX + operation.value: operation for operation in Operation}
_SILENT_CALLS: Final = (Call.APPLIED_SILENTLY, Call.NOT_APPLIED_SILENTLY)
_INDEX: Final = """アトディーネの検証環境(見本の決済会社)のAPI窓口です。
実在の会社ではありません。
POST /api/transaction.do        取引登録
POST /api/getauthori.do         与信審査結果取得
POST /api/modifytransaction.do  取引修正・キャンセル
POST /api/shippingrequest.do    出荷報告
POST /api/getinvoicedata.do     請求書印字データ取得
本文はUTF-8のXML 1件です。どの結果の起こし方も、操作用ポートの最初の画面にあります。

This is the API of a pretended Atodene, a sandbox for integrators.
It is no real company. POST one UTF-8 XML document to an address above.
The first page of the control port shows how to make every outcome happen.
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
            if path in _INDEX_PATHS and method in ("GET", "HEAD"):
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
    if fault.kind in SILENT:
        return _hang_up(environ, start_response, fault.seconds)
    if fault.kind is FaultKind.SLOW_DRIP:
        _send(start_response, "200 OK", answer.body, _XML)
        return _drip(answer.body, fault.seconds)
    time.sleep(fault.seconds)
    if fault.kind in STATUSES:
        retry = fault.retry_after
        headers = [("Retry-After", str(retry))] if retry is not None else []
        return _send(start_response, STATUSES[fault.kind], b"", _PLAIN, headers)
    if fault.kind is FaultKind.CUT_CONNECTION:
        _send(start_response, "200 OK", answer.body, _XML)
        return [answer.body[: cut_at(answer.body, fault)]]
    content_type = CONTENT_TYPES.get(fault.kind, _XML)
    return _send(start_response, "200 OK", spoilt(answer, fault), content_type)


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
