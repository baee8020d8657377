"""The texts that are printed on an enclosed invoice, in published order (api 6).

167 columns: 81 texts, 15 lines of 5, 11 texts. The two misspelt names are the wire's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hub.contract.order import InvoiceDelivery
from hub.domain.known import Known, State
from hub.domain.wanted import Wanted


def _numbered(name: str, first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{name}{number}" for number in range(first, last + 1))


BEFORE_LINES = (
    *("zip", "address1", "address2", "companyName", "sectionName", "name"),
    *("siteNameTitle", "siteName", "shopOrderIdTitle", "shopOrderId"),
    *_numbered("descriptionText", 1, 5),
    "billServiceName",
    *_numbered("billServiceInfo", 1, 4),
    "billState1",
    *_numbered("billFirstGreet", 1, 4),
    *_numbered("expand", 1, 10),
    *("billedAmountTitle", "billedAmount", "billedFeeTax"),
    *("billOrderdayTitle", "shopOrderDate", "billSendDateTitle", "billSendDate"),
    *("billDeadlineDateTitle", "billDeadlineDate"),
    *("transactionIdTitle", "transactionId", "billBankInfomation"),
    *("bankNameTitle", "bankName", "bankCode"),
    *("branchNameTitle", "branchName", "branchCode"),
    *("bankAccountNumberTitle", "bankAccountKind", "bankAccountNumber"),
    *("bankAccountNameTitle", "bankAccountName"),
    *("receiptBillDeadlineDate", "receiptName", "invoiceBarcode"),
    *("receiptCompanyTitle", "receiptCompany", "docketbilledAmount"),
    *("docketCompanyName", "docketSectionName", "docketName"),
    *("docketTransactionIdTitle", "docketTransactionId"),
    *("voucherCompanyName", "voucherSectionName", "voucherCustomerFullName"),
    *("voucherTransactionIdTitle", "voucherTransactionId"),
    *("voucherBilledAmount", "voucherBilledFeeTax", "revenueStampRequired"),
    *("goodsTitle", "goodsAmountTitle", "goodsPriceTitle", "goodsSubtotalTitle"),
)
LINE = ("goods", "goodsAmount", "goodsPrice", "goodsSubtotal", "goodsExpand")
MOST_LINES = 15
AFTER_LINES = ("detailInfomation", *_numbered("expand", 11, 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePrintData:
    """One invoice's texts by element name; what the answer left out reads as ""."""

    values: Mapping[str, str] = field(repr=False)
    lines: Sequence[Mapping[str, str]] = field(repr=False)

    def row(self) -> tuple[str, ...]:
        """Return the 167 texts in the order of `columns`."""
        lines = [*self.lines, *([{}] * (MOST_LINES - len(self.lines)))]
        return (
            *(self.values.get(name, "") for name in BEFORE_LINES),
            *(line.get(name, "") for line in lines for name in LINE),
            *(self.values.get(name, "") for name in AFTER_LINES),
        )


def columns() -> tuple[str, ...]:
    """Return the names of the 167 columns; those of a line carry its number."""
    lines = (f"{name}{no}" for no in range(1, MOST_LINES + 1) for name in LINE)
    return (*BEFORE_LINES, *lines, *AFTER_LINES)


def is_enclosed(wanted: Wanted) -> bool:
    """Tell whether the shop prints this order's invoice itself (S7).

    Goods for somebody else never carry it: the provider then mails it (api 7.5).
    """
    order = wanted.told
    if order is None or order.ship_to is not None:
        return False
    return order.invoice_delivery is InvoiceDelivery.ENCLOSED


def lacks_print_data(wanted: Wanted, known: Known) -> bool:
    """Tell whether the invoice to enclose is still to be fetched.

    A change after the fetch makes what was printed worthless (api 6).
    """
    return (
        known.state is State.AUTHORIZED
        and is_enclosed(wanted)
        and known.print_data_of != known.registered
    )
