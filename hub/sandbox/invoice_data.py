"""The print data of an enclosed invoice: 167 texts in the published order."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from hub.sandbox.records import Transaction
from hub.sandbox.wire_xml import elements

_ISSUER: Final = "見本決済サービス（検証環境）"
_NUMBER_TITLE: Final = "お問合せ番号"
_BANK_NOTICE: Final = (
    "（見本）この請求書は検証環境が作成したものです。お支払いはできません。"
)
_STAMP_LIMIT: Final = 50_000


def print_data(transaction: Transaction) -> str:
    """Return the inner XML of invoiceInfo."""
    head = elements((*_addressee(transaction), *_greeting(), *_bill(transaction)))
    slip = elements((*_bank(transaction), *_stubs(transaction), *_titles()))
    return head + slip + _details(transaction) + elements(_tail(transaction))


def written_day(day: date | None) -> str:
    """Return a day as it is printed."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日" if day else ""


def _addressee(transaction: Transaction) -> Iterator[tuple[str, str]]:
    customer = transaction.customer
    yield "zip", _hyphenated(customer["zip"])
    yield "address1", customer["address"][:30]
    yield "address2", customer["address"][30:]
    for name in ("companyName", "sectionName", "name"):
        yield name, customer[name]
    yield "siteNameTitle", "ご利用店"
    yield "siteName", f"見本店舗 {transaction.merchant}"
    yield "shopOrderIdTitle", "ご注文番号"
    yield "shopOrderId", transaction.shop_order_id


def _hyphenated(postal_code: str) -> str:
    digits = postal_code.replace("-", "")
    return f"{digits[:3]}-{digits[3:]}"


def _greeting() -> Iterator[tuple[str, str]]:
    yield "descriptionText1", "（見本）店舗からのお知らせ欄です。"
    for number in range(2, 6):
        yield f"descriptionText{number}", ""
    yield "billServiceName", _ISSUER
    yield "billServiceInfo1", "〒000-0000"
    yield "billServiceInfo2", "見本県見本市例町1-2-3"
    yield "billServiceInfo3", "電話 000-000-0000"
    yield "billServiceInfo4", ""
    yield "billState1", "請求書"
    yield "billFirstGreet1", "このたびはお買い上げいただき、"
    yield "billFirstGreet2", "誠にありがとうございます。"
    yield "billFirstGreet3", "下記のとおりご請求申し上げます。"
    yield "billFirstGreet4", ""
    yield "expand1", "お問合せ先"
    yield "expand2", "000-000-0000"
    for number in range(3, 11):
        yield f"expand{number}", ""


def _yen(amount: int) -> str:
    return f"{amount:,}円"


def _fee_tax(transaction: Transaction) -> str:
    return f"(内消費税{transaction.billed_amount * 10 // 110:,}円)"


def _bill(transaction: Transaction) -> Iterator[tuple[str, str]]:
    yield "billedAmountTitle", "ご請求額"
    yield "billedAmount", _yen(transaction.billed_amount)
    yield "billedFeeTax", _fee_tax(transaction)
    yield "billOrderdayTitle", "ご注文日"
    year, month, day = transaction.customer["shopOrderDate"].split("/")
    yield "shopOrderDate", f"{year}年{month}月{day}日"
    yield "billSendDateTitle", "請求書発行日"
    yield "billSendDate", written_day(transaction.bill_sent_on)
    yield "billDeadlineDateTitle", "お支払期限日"
    yield "billDeadlineDate", written_day(transaction.due_on)
    yield "transactionIdTitle", _NUMBER_TITLE
    yield "transactionId", transaction.transaction_id


def _bank(transaction: Transaction) -> Iterator[tuple[str, str]]:
    yield "billBankInfomation", _BANK_NOTICE
    yield "bankNameTitle", "金融機関名"
    yield "bankName", "見本銀行"
    yield "bankCode", "(0000)"
    yield "branchNameTitle", "支店名"
    yield "branchName", "見本支店"
    yield "branchCode", "(000)"
    yield "bankAccountNumberTitle", "口座番号"
    yield "bankAccountKind", "普通"
    yield "bankAccountNumber", f"{transaction.no % 10_000_000:07d}"
    yield "bankAccountNameTitle", "口座名義"
    yield "bankAccountName", "ミホンケッサイサービス"
    yield "receiptBillDeadlineDate", written_day(transaction.due_on)
    yield "receiptName", transaction.customer["name"]
    yield "invoiceBarcode", _barcode(transaction)
    yield "receiptCompanyTitle", "収納代行会社"
    yield "receiptCompany", _ISSUER


def _barcode(transaction: Transaction) -> str:
    due = transaction.due_on.strftime("%y%m%d") if transaction.due_on else "000000"
    body = f"91000000{transaction.no:021d}0{due}0{transaction.billed_amount:06d}"
    weights = (3 if index % 2 == 0 else 1 for index in range(len(body)))
    total = sum(
        int(digit) * weight
        for digit, weight in zip(reversed(body), weights, strict=True)
    )
    return f"{body}{-total % 10}"


def _stubs(transaction: Transaction) -> Iterator[tuple[str, str]]:
    customer = transaction.customer
    yield "docketbilledAmount", _yen(transaction.billed_amount)
    yield "docketCompanyName", customer["companyName"]
    yield "docketSectionName", customer["sectionName"]
    yield "docketName", customer["name"]
    yield "docketTransactionIdTitle", _NUMBER_TITLE
    yield "docketTransactionId", transaction.transaction_id
    yield "voucherCompanyName", customer["companyName"]
    yield "voucherSectionName", customer["sectionName"]
    yield "voucherCustomerFullName", customer["name"]
    yield "voucherTransactionIdTitle", _NUMBER_TITLE
    yield "voucherTransactionId", transaction.transaction_id
    yield "voucherBilledAmount", _yen(transaction.billed_amount)
    yield "voucherBilledFeeTax", _fee_tax(transaction)
    needs_stamp = transaction.billed_amount >= _STAMP_LIMIT
    yield "revenueStampRequired", "収入印紙" if needs_stamp else ""


def _titles() -> Iterator[tuple[str, str]]:
    yield "goodsTitle", "商品名"
    yield "goodsAmountTitle", "数量"
    yield "goodsPriceTitle", "単価"
    yield "goodsSubtotalTitle", "金額"


def _details(transaction: Transaction) -> str:
    lines = []
    for detail in transaction.details:
        price, quantity = int(detail["goodsPrice"]), int(detail["goodsAmount"])
        line = elements(
            (
                ("goods", detail["goods"]),
                ("goodsAmount", f"{quantity:,}"),
                ("goodsPrice", f"{price:,}"),
                ("goodsSubtotal", f"{price * quantity:,}"),
                ("goodsExpand", ""),
            )
        )
        lines.append(f"<detail>{line}</detail>")
    return f"<details>{''.join(lines)}</details>"


def _tail(transaction: Transaction) -> Iterator[tuple[str, str]]:
    yield "detailInfomation", "（見本）金額は税込です。"
    yield "expand11", "00000-0-000000"
    yield "expand12", "見本決済サービス"
    yield "expand13", f"{transaction.no:039d}"
    yield "expand14", f"{transaction.billed_amount:044d}"
    yield "expand15", transaction.customer["address"][:30]
    yield "expand16", "."
    for number in range(17, 21):
        yield f"expand{number}", ""
