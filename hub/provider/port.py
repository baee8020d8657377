"""What the hub asks of a provider, and every answer that it may get."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from hub.contract.order import Order
from hub.contract.secret import Secret
from hub.domain.findings import Finding, Proposal


class Operation(StrEnum):
    """The calls of the wire protocol (atodene-api 2 to 6)."""

    REGISTER = "register"
    INQUIRE = "inquire"
    AMEND = "amend"
    CANCEL = "cancel"
    REPORT_SHIPMENT = "report_shipment"
    CHANGE_SHIPMENT_REPORT = "change_shipment_report"
    CANCEL_SHIPMENT_REPORT = "cancel_shipment_report"
    FETCH_PRINT_DATA = "fetch_print_data"


class Verdict(StrEnum):
    """What screening says; a word that is not understood is none of these."""

    PASSED = "passed"
    FAILED = "failed"
    STARTED = "started"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One credential set of a merchant (`linkInfo`)."""

    shop_code: str
    link_id: str
    link_password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCall:
    """A call whose bytes are fixed before anything is sent (I-09, I-12).

    `stored` is the body without the link password: what the attempt row keeps.
    `sent_id` is what the answer must name: our order number for a registration, the
    provider's transaction id otherwise.
    """

    operation: Operation
    path: str
    body: bytes = field(repr=False)
    stored: bytes = field(repr=False)
    total_seconds: float
    sent_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderError:
    """One entry of the answer's errors, verbatim."""

    point: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """The call was taken and screening says something."""

    verdict: Verdict
    provider_transaction_id: str
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The call was taken; nothing is said of screening ("unchanged", api 4)."""

    provider_transaction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyCancelled:
    """The transaction is already cancelled (er000033)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintData:
    """The strings to print on an enclosed invoice, by element name."""

    provider_transaction_id: str
    values: Mapping[str, str] = field(repr=False)
    lines: Sequence[Mapping[str, str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The call was refused (`result=NG`, R4); nothing was applied."""

    errors: Sequence[ProviderError]
    are_credentials: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Surely nothing was sent (R1)."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttled:
    """The provider asks to come later (R3); only for calls that may be repeated."""

    retry_after_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """It may have been applied (R2): no, or no understood, answer came back."""

    code: str


ProviderAnswer = (
    Screened
    | Accepted
    | AlreadyCancelled
    | PrintData
    | Refused
    | NotSent
    | Throttled
    | Unclear
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP exchange: the answer as understood, and its bytes as they came."""

    answer: ProviderAnswer
    raw: bytes = field(default=b"", repr=False)
    status: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldText:
    """One text of a request: our field, the provider's element, and its room."""

    ours: str
    element: str
    text: str = field(repr=False)
    longest: int


Spool = Callable[[bytes], None]


class Provider(Protocol):
    """The provider as `flow` sees it; `parts` chooses which one it is."""

    def lint(self, order: Order) -> Sequence[Finding]:
        """Return what the wire cannot hold: lengths, characters, required fields."""
        ...

    def propose(self, order: Order, findings: Sequence[Finding]) -> Sequence[Proposal]:
        """Return what the fields with findings could say instead."""
        ...

    def preview(self, order: Order) -> Sequence[ToldText]:
        """Return every text that a request would tell of the order."""
        ...

    def register(
        self, order: Order, *, order_number: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare a registration under our order number at the provider."""
        ...

    def amend(
        self,
        order: Order,
        *,
        order_number: str,
        provider_transaction_id: str,
        credentials: Credentials,
    ) -> PreparedCall:
        """Prepare a full replacement of the order."""
        ...

    def cancel(
        self, *, provider_transaction_id: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare a cancellation."""
        ...

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
        ...

    def cancel_shipment_report(
        self, *, provider_transaction_id: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare the cancellation of a shipment report (3)."""
        ...

    def inquire(
        self, *, provider_transaction_id: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare an inquiry of the screening result."""
        ...

    def fetch_print_data(
        self, *, provider_transaction_id: str, credentials: Credentials
    ) -> PreparedCall:
        """Prepare the fetch of an enclosed invoice's print data."""
        ...

    def send(self, call: PreparedCall, *, spool: Spool | None = None) -> Exchange:
        """Send a prepared call and read its answer; never raises for the other side.

        `spool` is given the raw answer before it is parsed, and must have stored it
        when it returns (3.5).
        """
        ...

    def read(
        self, call_operation: Operation, raw: bytes, *, sent_id: str = ""
    ) -> ProviderAnswer:
        """Understand a stored answer, as `send` does; "" compares no id."""
        ...

    def masked(self, xml: bytes) -> str:
        """Return a request or answer for the screen, personal data hidden."""
        ...
