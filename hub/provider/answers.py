"""What an answer says; whatever is not exactly understood raises (3.5).

A credit refusal (`result=OK`, a verdict of NG) and a refused call (`result=NG`) are
different things (api 1), and so is an answer about another transaction.
"""

import re

from hub.provider.errors import Unread, UnreadableAnswerError
from hub.provider.port import (
    Accepted,
    AlreadyCancelled,
    Operation,
    PrintData,
    ProviderAnswer,
    ProviderError,
    Refused,
    Screened,
    Verdict,
)
from hub.provider.profile import Profile
from hub.provider.xml_codec import Node, parse

IN_REVIEW = "審査中"
_AUTO = {
    "OK": Verdict.PASSED,
    "NG": Verdict.FAILED,
    IN_REVIEW: Verdict.STARTED,
}
# After a decision by a person the automatic field stays 審査中 (api 3).
_MANUAL = {
    "": Verdict.STARTED,
    "OK": Verdict.PASSED,
    "NG": Verdict.FAILED,
    "保留": Verdict.HELD,
}
_ID = re.compile(r"[0-9A-Za-z_-]{1,40}")


def understand(
    operation: Operation, raw: bytes, *, sent_id: str, profile: Profile
) -> ProviderAnswer:
    """Return what an answer says; raises UnreadableAnswerError.

    `sent_id` is what the answer must name: our order number for a registration, the
    transaction id otherwise; "" compares nothing.
    """
    root = parse(raw, cap_bytes=profile.cap_bytes(operation))
    if root.name != "response":
        raise UnreadableAnswerError(Unread.WRONG_ROOT)
    result = root.text_of("result")
    if result == "NG":
        return _refused(operation, root, profile)
    if result != "OK":
        raise UnreadableAnswerError(Unread.UNKNOWN_RESULT)
    if _errors(root):
        raise UnreadableAnswerError(Unread.CONTRADICTION)
    return _taken(operation, root, sent_id=sent_id, profile=profile)


def _errors(root: Node) -> tuple[ProviderError, ...]:
    block = root.child("errors")
    if block is None:
        return ()
    return tuple(
        ProviderError(
            point=error.text_of("errorPoint"),
            code=error.text_of("errorCode"),
            message=error.text_of("errorMessage"),
        )
        for error in block.all("error")
        if error.children
    )


def _refused(operation: Operation, root: Node, profile: Profile) -> ProviderAnswer:
    info = root.child("transactionInfo")
    is_registration = operation is Operation.REGISTER
    if is_registration and info and info.text_of("transactionId"):
        # A refused call makes no transaction; an id says that there is one.
        raise UnreadableAnswerError(Unread.CONTRADICTION)
    errors = _errors(root)
    is_gone = any(e.code == profile.already_cancelled_code for e in errors)
    if is_gone and not is_registration:
        return AlreadyCancelled()
    return Refused(
        errors=errors,
        are_credentials=any(e.point in profile.credential_points for e in errors),
    )


def _taken(
    operation: Operation, root: Node, *, sent_id: str, profile: Profile
) -> ProviderAnswer:
    is_print = operation is Operation.FETCH_PRINT_DATA
    info = root.child("invoiceInfo" if is_print else "transactionInfo")
    if info is None:
        raise UnreadableAnswerError(Unread.MISSING)
    transaction_id = info.text_of("transactionId")
    if not _ID.fullmatch(transaction_id):
        raise UnreadableAnswerError(Unread.MISSING)
    is_registration = operation is Operation.REGISTER
    named = info.text_of("shopOrderId") if is_registration else transaction_id
    may_differ = operation is Operation.AMEND and not profile.keeps_id_on_amend
    if sent_id and named != sent_id and not may_differ:
        raise UnreadableAnswerError(Unread.OTHER_ID)
    match operation:
        case Operation.REGISTER:
            return _screened(info, transaction_id, manual=False)
        case Operation.INQUIRE:
            return _screened(info, transaction_id, manual=True)
        case Operation.AMEND if info.text_of("autoAuthoriresult"):
            return _screened(info, transaction_id, manual=False)
        case Operation.FETCH_PRINT_DATA:
            return _print_data(info, transaction_id)
        case _:
            return Accepted(provider_transaction_id=transaction_id)


def _screened(info: Node, transaction_id: str, *, manual: bool) -> Screened:
    verdict = _AUTO.get(info.text_of("autoAuthoriresult"))
    if verdict is None:
        raise UnreadableAnswerError(Unread.UNKNOWN_WORD)
    word = info.text_of("manualAuthoriresult") if manual else ""
    by_person = _MANUAL.get(word)
    if by_person is None:
        raise UnreadableAnswerError(Unread.UNKNOWN_WORD)
    if verdict is Verdict.STARTED:
        verdict = by_person
    elif by_person not in (Verdict.STARTED, verdict):
        # Goods would leave on one of two verdicts that disagree.
        raise UnreadableAnswerError(Unread.CONTRADICTION)
    return Screened(
        verdict=verdict,
        provider_transaction_id=transaction_id,
        reasons=_reasons(info) if manual else (),
    )


def _reasons(info: Node) -> tuple[str, ...]:
    block = info.child("manualAuthorireasons")
    if block is None:
        return ()
    texts = [reason.text for reason in block.all("manualAuthorireason")]
    return tuple(text for text in texts if text)


def _print_data(info: Node, transaction_id: str) -> PrintData:
    details = info.child("details")
    lines = details.all("detail") if details else ()
    return PrintData(
        provider_transaction_id=transaction_id,
        values={node.name: node.text for node in info.children if not node.children},
        lines=[{leaf.name: leaf.text for leaf in line.children} for line in lines],
    )
