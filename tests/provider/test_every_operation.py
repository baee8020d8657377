"""Every operation × every way an answer can come (issue 3, Done when)."""

from typing import TYPE_CHECKING

import pytest

from hub.provider.client import AtodeneProvider
from hub.provider.errors import Unread
from hub.provider.port import (
    Accepted,
    Operation,
    PrintData,
    ProviderAnswer,
    Refused,
    Screened,
    Unclear,
    Verdict,
)
from tests.provider import answer_corpus as corpus
from tests.provider.answer_corpus import ID, NUMBER, auto, info, response

if TYPE_CHECKING:
    from hub.contract.http import HttpSession

O = Operation  # noqa: E741 - a column of the table reads like the table
SCREENED = Screened(verdict=Verdict.PASSED, provider_transaction_id=ID)
ACCEPTED = Accepted(provider_transaction_id=ID)
PRINTED = PrintData(provider_transaction_id=ID, values={"transactionId": ID}, lines=[])
MISSING, WORD, OTHER = (
    Unclear(code=reason.value)
    for reason in (Unread.MISSING, Unread.UNKNOWN_WORD, Unread.OTHER_ID)
)
# Operation: the answer to a plain OK, to an empty verdict, and to an unknown word
# where the verdict stands; a word that an operation does not read is passed over.
TABLE: dict[Operation, tuple[ProviderAnswer, ProviderAnswer, ProviderAnswer]] = {
    O.REGISTER: (SCREENED, WORD, WORD),
    O.INQUIRE: (SCREENED, WORD, WORD),
    O.AMEND: (SCREENED, ACCEPTED, WORD),
    O.CANCEL: (ACCEPTED, ACCEPTED, ACCEPTED),
    O.REPORT_SHIPMENT: (ACCEPTED, ACCEPTED, ACCEPTED),
    O.CHANGE_SHIPMENT_REPORT: (ACCEPTED, ACCEPTED, ACCEPTED),
    O.CANCEL_SHIPMENT_REPORT: (ACCEPTED, ACCEPTED, ACCEPTED),
}
every = pytest.mark.parametrize("operation", Operation)
CUTS = 20


class _Silent:
    def post(self, *_args: object, **_named: object) -> None:
        raise AssertionError("nothing is sent in these tests")


def read(operation: Operation, raw: bytes) -> ProviderAnswer:
    silent: HttpSession = _Silent()  # type: ignore[assignment]  # posts nothing
    provider = AtodeneProvider("http://127.0.0.1/api/", silent)
    sent_id = NUMBER if operation is O.REGISTER else ID
    return provider.read(operation, raw, sent_id=sent_id)


def taken(operation: Operation, word: str = "OK", **names: str) -> bytes:
    """Return a whole answer with result OK, as this operation's looks."""
    if operation is O.FETCH_PRINT_DATA:
        named = names.get("named", ID)
        block = f"<invoiceInfo><transactionId>{named}</transactionId></invoiceInfo>"
        return response(block)
    number = names.get("number", NUMBER if operation is O.REGISTER else "")
    return response(info(auto(word), number=number, named=names.get("named", ID)))


def plain(operation: Operation) -> ProviderAnswer:
    return PRINTED if operation is O.FETCH_PRINT_DATA else TABLE[operation][0]


@every
def test_an_ok_is_understood(operation: Operation) -> None:
    assert read(operation, taken(operation)) == plain(operation)


@every
def test_an_ng_without_an_errors_block_is_a_refusal(operation: Operation) -> None:
    expected = Refused(errors=(), are_credentials=False)
    assert read(operation, response("", "NG")) == expected


@pytest.mark.parametrize("operation", TABLE)
@pytest.mark.parametrize(("column", "word"), [(1, ""), (2, "審査済"), (2, "ok")])
def test_an_empty_verdict_and_an_unknown_word(
    operation: Operation, column: int, word: str
) -> None:
    assert read(operation, taken(operation, word)) == TABLE[operation][column]


@every
def test_an_unknown_result_is_unclear(operation: Operation) -> None:
    raw = taken(operation).replace(b"<result>OK<", "<result>受付<".encode())
    assert read(operation, raw) == Unclear(code=Unread.UNKNOWN_RESULT.value)


@every
def test_another_one_s_answer_is_unclear(operation: Operation) -> None:
    is_registration = operation is O.REGISTER
    names = {"number": "B-2"} if is_registration else {"named": "X0000000002"}
    assert read(operation, taken(operation, **names)) == OTHER


@every
def test_an_ok_without_its_block_is_unclear(operation: Operation) -> None:
    assert read(operation, response("")) == MISSING


@every
def test_a_page_of_html_with_200_is_unclear(operation: Operation) -> None:
    page = b"<html><body><h1>503 Service Unavailable</h1></body></html>"
    assert read(operation, page) == Unclear(code=Unread.WRONG_ROOT.value)


@every
@pytest.mark.parametrize("cut", range(CUTS))
def test_an_answer_cut_off_anywhere_is_unclear(operation: Operation, cut: int) -> None:
    for whole in (taken(operation), corpus.refused(corpus.error("name", "er900001"))):
        # From nothing at all to a lost last byte.
        at = (len(whole) - 1) * cut // (CUTS - 1)
        assert isinstance(read(operation, whole[:at]), Unclear)
