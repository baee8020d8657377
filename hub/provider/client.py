"""The provider over HTTP: calls are prepared, sent once, and their answers read."""

import time
from collections.abc import Mapping, Sequence
from datetime import date

from hub import log
from hub.contract.http import (
    AnswerLostError,
    HttpAnswer,
    HttpSession,
    NotSentError,
)
from hub.contract.order import Order
from hub.domain.findings import Finding, Proposal
from hub.provider import requests
from hub.provider.answers import understand
from hub.provider.counted import counted
from hub.provider.errors import UnreadableAnswerError
from hub.provider.lint import lint
from hub.provider.masking import masked
from hub.provider.port import (
    Credentials,
    Exchange,
    NotSent,
    Operation,
    PreparedCall,
    ProviderAnswer,
    Spool,
    ToldText,
    Unclear,
)
from hub.provider.preview import preview
from hub.provider.profile import Profile
from hub.provider.proposals import proposals
from hub.provider.statuses import TAKEN, without_body
from hub.provider.xml_codec import Node, build

_PATHS: Mapping[Operation, str] = {
    Operation.REGISTER: "transaction.do",
    Operation.INQUIRE: "getauthori.do",
    Operation.AMEND: "modifytransaction.do",
    Operation.CANCEL: "modifytransaction.do",
    Operation.REPORT_SHIPMENT: "shippingrequest.do",
    Operation.CHANGE_SHIPMENT_REPORT: "shippingrequest.do",
    Operation.CANCEL_SHIPMENT_REPORT: "shippingrequest.do",
    Operation.FETCH_PRINT_DATA: "getinvoicedata.do",
}


class AtodeneProvider:
    """The provider at one base address; implements the port."""

    def __init__(
        self, base_url: str, http: HttpSession, profile: Profile | None = None
    ) -> None:
        """Take the address that ends before the operations' paths."""
        self.profile = profile or Profile()
        self._base = base_url.rstrip("/") + "/"
        self._http = http
        self._log = log.get("provider")
        self._headers = requests.headers(self.profile.basic_auth)

    def lint(self, order: Order) -> Sequence[Finding]:
        """Return what the wire cannot hold: lengths, characters, required fields."""
        return lint(order, self.profile)

    def propose(self, order: Order, findings: Sequence[Finding]) -> Sequence[Proposal]:
        """Return what the fields with findings could say instead."""
        return proposals(order, findings, self.profile)

    def preview(self, order: Order) -> Sequence[ToldText]:
        """Return every text that a request would tell of the order."""
        return preview(order, self.profile)

    def register(
        self, order: Order, *, order_number: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare a registration under our order number at the provider."""
        blocks = requests.order_blocks(
            order, order_number=order_number, profile=self.profile
        )
        return self._prepared(
            Operation.REGISTER,
            credentials,
            blocks=(requests.browser_info(order), *blocks),
            sent_id=order_number,
        )

    def amend(
        self,
        order: Order,
        *,
        order_number: str,
        provider_transaction_id: str,
        credentials: Credentials,
    ) -> PreparedCall:
        """Prepare a full replacement of the order."""
        info = requests.transaction_info(
            [
                ("updateTypeFlag", requests.CHANGE),
                ("transactionId", provider_transaction_id),
            ]
        )
        blocks = requests.order_blocks(
            order, order_number=order_number, profile=self.profile
        )
        return self._prepared(
            Operation.AMEND,
            credentials,
            blocks=(info, *blocks),
            sent_id=provider_transaction_id,
        )

    def cancel(
        self, *, provider_transaction_id: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare a cancellation."""
        return self._about(
            Operation.CANCEL,
            credentials,
            [
                ("updateTypeFlag", requests.CANCEL),
                ("transactionId", provider_transaction_id),
            ],
        )

    def report_shipment(
        self,
        *,
        provider_transaction_id: str,
        carrier_code: str,
        tracking_number: str,
        is_change: bool,
        credentials: Credentials,
        issue_on: date | None = None,
    ) -> PreparedCall:
        """Prepare a shipment report (1), or a change of it (2).

        `issue_on` is the day of the invoice, sent where the profile says so (no. 17).
        """
        operation = (
            Operation.CHANGE_SHIPMENT_REPORT if is_change else Operation.REPORT_SHIPMENT
        )
        return self._about(
            operation,
            credentials,
            [
                (
                    "deliveryType",
                    requests.CHANGE_REPORT if is_change else requests.REPORT,
                ),
                ("transactionId", provider_transaction_id),
                ("deliveryCompanyCode", carrier_code),
                ("deliverySlipNo", tracking_number),
                ("invoiceDate", requests.invoice_date(issue_on, self.profile)),
            ],
        )

    def cancel_shipment_report(
        self, *, provider_transaction_id: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare the cancellation of a shipment report (3)."""
        return self._about(
            Operation.CANCEL_SHIPMENT_REPORT,
            credentials,
            [
                ("deliveryType", requests.CANCEL_REPORT),
                ("transactionId", provider_transaction_id),
                ("deliveryCompanyCode", ""),
                ("deliverySlipNo", ""),
                ("invoiceDate", ""),
            ],
        )

    def inquire(
        self, *, provider_transaction_id: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare an inquiry of the screening result."""
        return self._about(
            Operation.INQUIRE,
            credentials,
            [("transactionId", provider_transaction_id)],
        )

    def fetch_print_data(
        self, *, provider_transaction_id: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare the fetch of an enclosed invoice's print data."""
        return self._about(
            Operation.FETCH_PRINT_DATA,
            credentials,
            [("transactionId", provider_transaction_id)],
        )

    def send(self, call: PreparedCall, *, spool: Spool | None = None) -> Exchange:
        """Send a prepared call and read its answer; never raises for the other side.

        `spool` is given the raw answer before it is parsed. An answer that could not
        be spooled is read all the same: it is all there is.
        """
        return counted(call.operation, self._send(call, spool))

    def _send(self, call: PreparedCall, spool: Spool | None) -> Exchange:
        started = time.monotonic()
        try:
            answer = self._http.post(
                self._base + call.path,
                body=call.body,
                headers=self._headers,
                total_seconds=call.total_seconds,
                cap_bytes=self.profile.cap_bytes(call.operation),
            )
        except NotSentError as error:
            return Exchange(
                answer=NotSent(code=error.code), seconds=time.monotonic() - started
            )
        except AnswerLostError as error:
            return Exchange(
                answer=Unclear(code=error.code), seconds=time.monotonic() - started
            )
        seconds = time.monotonic() - started
        if answer.status == TAKEN and spool is not None:
            self._spool(spool, answer.body)
        return Exchange(
            answer=self._understood(call, answer),
            raw=answer.body,
            status=answer.status,
            seconds=seconds,
        )

    def read(
        self, call_operation: Operation, raw: bytes, *, sent_id: str = ""
    ) -> ProviderAnswer:
        """Understand a stored answer, as `send` does.

        `sent_id` is the call's; without it the answer's id is not compared.
        """
        try:
            return understand(
                call_operation, raw, sent_id=sent_id, profile=self.profile
            )
        except UnreadableAnswerError as error:
            return Unclear(code=error.reason.value)

    def masked(self, xml: bytes) -> str:
        """Return a request or answer for the screen, personal data hidden."""
        return masked(xml)

    def _about(
        self,
        operation: Operation,
        credentials: Credentials,
        texts: Sequence[tuple[str, str]],
    ) -> PreparedCall:
        return self._prepared(
            operation,
            credentials,
            blocks=(requests.transaction_info(texts),),
            sent_id=dict(texts)["transactionId"],
        )

    def _prepared(
        self,
        operation: Operation,
        credentials: Credentials,
        *,
        blocks: Sequence[Node],
        sent_id: str,
    ) -> PreparedCall:
        request = Node("request", children=(requests.link_info(credentials), *blocks))
        return PreparedCall(
            operation=operation,
            path=_PATHS[operation],
            body=build(request),
            stored=build(requests.without_password(request)),
            total_seconds=self.profile.total_seconds(operation),
            sent_id=sent_id,
        )

    def _understood(self, call: PreparedCall, answer: HttpAnswer) -> ProviderAnswer:
        if answer.status == TAKEN:
            return self.read(call.operation, answer.body, sent_id=call.sent_id)
        return without_body(call.operation, answer, self.profile)

    def _spool(self, spool: Spool, raw: bytes) -> None:
        try:
            spool(raw)
        except OSError as error:
            self._log.error("spool_failed", error_type=type(error).__name__)
