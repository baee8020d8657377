"""Requests and answers for the screen: personal values hidden, credentials gone."""

import re

from hub.provider.errors import UnreadableAnswerError
from hub.provider.xml_codec import Node, indented, parse

HIDDEN = "●●"
# An allow-list, because a block-list forgets: everything else is taken for personal.
_SHOWN = frozenset(
    {
        "result",
        "shopOrderId",
        "shopOrderDate",
        "transactionId",
        "autoAuthoriresult",
        "manualAuthoriresult",
        "manualAuthorireason",
        "errorPoint",
        "errorCode",
        "errorMessage",
        "billedAmount",
        "expand1",
        "expand2",
        "service",
        "goods",
        "goodsPrice",
        "goodsAmount",
        "goodsSubtotal",
        "updateTypeFlag",
        "deliveryType",
        "deliveryCompanyCode",
        "deliverySlipNo",
        "invoiceDate",
        "billSendDate",
        "billDeadlineDate",
    }
)
_CREDENTIALS = frozenset({"shopCode", "linkId", "linkPassword"})
# In the free fields of print data (api 6) the names of the lines' fields come again.
_PRINT_BLOCK = "invoiceInfo"
_PERSONAL_IN_PRINT = re.compile(r"expand[0-9]+")
_DIGIT = re.compile(r"[0-9０-９]")
_MOSTLY_DIGITS = re.compile(r"[0-9０-９ ()+.\-]+")


def masked(xml: bytes) -> str:
    """Return a document with every personal value hidden, one element a line.

    A document that cannot be read is not shown at all.
    """
    try:
        root = parse(xml, cap_bytes=len(xml))
    except UnreadableAnswerError:
        return f"(XMLとして読めない {len(xml):,} バイト)"
    return indented(_hidden(root, is_print=False))


def masked_value(text: str) -> str:
    """Return a personal value as its first character or as the shape of its digits."""
    if not text:
        return ""
    if _MOSTLY_DIGITS.fullmatch(text):
        return _DIGIT.sub("●", text)
    is_safe = len(text) > 1 and not _DIGIT.match(text)
    return (text[0] if is_safe else "") + HIDDEN


def _hidden(node: Node, *, is_print: bool) -> Node:
    if node.children:
        is_print = is_print or node.name == _PRINT_BLOCK
        children = tuple(_hidden(child, is_print=is_print) for child in node.children)
        return Node(node.name, "", children)
    if node.name in _CREDENTIALS:
        return Node(node.name, HIDDEN if node.text else "")
    is_free_text = is_print and _PERSONAL_IN_PRINT.fullmatch(node.name)
    if node.name in _SHOWN and not is_free_text:
        return node
    return Node(node.name, masked_value(node.text))
