"""What travels on the wire: operations, elements, lengths, codes.

Read from atodene-api 1 to 7 for this program alone: the hub's provider room has its own
reading, so that one misreading cannot be right on both sides.
"""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final


@unique
class Operation(StrEnum):
    """The five calls that the company answers."""

    REGISTER = "transaction.do"
    RESULT = "getauthori.do"
    MODIFY = "modifytransaction.do"
    SHIP = "shippingrequest.do"
    PRINT_DATA = "getinvoicedata.do"


@unique
class State(StrEnum):
    """Where a transaction stands (atodene-api 7.1)."""

    REVIEW = "REVIEW"
    HOLD = "HOLD"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    SHIPPED = "SHIPPED"
    CLEARED = "CLEARED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


@unique
class Kind(StrEnum):
    """What an element's text must look like."""

    TEXT = "text"
    ASCII = "ascii"
    ZIP = "zip"
    TEL = "tel"
    EMAIL = "email"
    DATE = "date"
    AMOUNT = "amount"
    PRICE = "price"
    QUANTITY = "quantity"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One leaf element: its name, longest length in characters, and shape."""

    name: str
    limit: int
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()


OK: Final = "OK"
NG: Final = "NG"
IN_REVIEW: Final = "審査中"
ON_HOLD: Final = "保留"

SEPARATE: Final = "2"
ENCLOSED: Final = "3"
CANCEL: Final = "1"
CHANGE: Final = "2"
REPORT: Final = "1"
CHANGE_REPORT: Final = "2"
CANCEL_REPORT: Final = "3"

LONGEST_BODY: Final = 1_048_576
MOST_LINES: Final = 15

LINK: Final = (
    Element(name="shopCode", limit=12, kind=Kind.ASCII, required=True),
    Element(name="linkId", limit=10, kind=Kind.ASCII, required=True),
    Element(name="linkPassword", limit=15, kind=Kind.ASCII, required=True),
)
BROWSER: Final = (
    Element(name="httpHeader", limit=1000),
    Element(name="deviceInfo", limit=1000),
)
CUSTOMER: Final = (
    Element(name="shopOrderId", limit=50, kind=Kind.ASCII, required=True),
    Element(name="shopOrderDate", limit=10, kind=Kind.DATE, required=True),
    Element(name="name", limit=21, required=True),
    Element(name="kanaName", limit=25),
    Element(name="zip", limit=8, kind=Kind.ZIP, required=True),
    Element(name="address", limit=55, required=True),
    Element(name="companyName", limit=30),
    Element(name="sectionName", limit=30),
    Element(name="tel", limit=15, kind=Kind.TEL, required=True),
    Element(name="email", limit=100, kind=Kind.EMAIL, required=True),
    Element(name="billedAmount", limit=6, kind=Kind.AMOUNT, required=True),
    Element(name="expand1", limit=2, kind=Kind.CHOICE, choices=("00", "01", "02")),
    Element(
        name="service",
        limit=2,
        kind=Kind.CHOICE,
        required=True,
        choices=(SEPARATE, ENCLOSED),
    ),
)
SHIP_TO: Final = (
    Element(name="shipName", limit=21, required=True),
    Element(name="shipKananame", limit=25),
    Element(name="shipZip", limit=8, kind=Kind.ZIP, required=True),
    Element(name="shipAddress", limit=55, required=True),
    Element(name="shipCompanyName", limit=30),
    Element(name="shipSectionName", limit=30),
    Element(name="shipTel", limit=15, kind=Kind.TEL, required=True),
)
DETAIL: Final = (
    Element(name="goods", limit=150, required=True),
    Element(name="goodsPrice", limit=6, kind=Kind.PRICE, required=True),
    Element(name="goodsAmount", limit=5, kind=Kind.QUANTITY, required=True),
    Element(name="expand2", limit=50),
    Element(name="expand3", limit=50),
    Element(name="expand4", limit=50),
)
TRANSACTION_ID: Final = Element(
    name="transactionId", limit=11, kind=Kind.ASCII, required=True
)
RESULT_INFO: Final = (TRANSACTION_ID,)
MODIFY_INFO: Final = (
    Element(
        name="updateTypeFlag",
        limit=1,
        kind=Kind.CHOICE,
        required=True,
        choices=(CANCEL, CHANGE),
    ),
    TRANSACTION_ID,
)

CARRIERS: Final = {
    "11": "佐川急便",
    "12": "ヤマト運輸",
    "13": "日本通運",
    "14": "西濃運輸",
    "15": "郵便書留",
    "16": "ゆうパック",
    "18": "福山通運",
    "20": "新潟運輸",
    "21": "名鉄運輸",
    "23": "信州名鉄運輸",
    "26": "トールエクスプレス",
    "27": "エコ配",
    "28": "翌朝10時便",
    "29": "トナミ運輸",
    "30": "セイノースーパーエクスプレス",
    "31": "大川配送サービス",
    "32": "プラスサービス",
}

CANCEL_REPORT_INFO: Final = (
    Element(
        name="deliveryType",
        limit=1,
        kind=Kind.CHOICE,
        required=True,
        choices=(REPORT, CHANGE_REPORT, CANCEL_REPORT),
    ),
    TRANSACTION_ID,
)
SHIP_INFO: Final = (
    *CANCEL_REPORT_INFO,
    Element(
        name="deliveryCompanyCode",
        limit=2,
        kind=Kind.CHOICE,
        required=True,
        choices=tuple(CARRIERS),
    ),
    Element(name="deliverySlipNo", limit=20, kind=Kind.ASCII, required=True),
    Element(name="invoiceDate", limit=10, kind=Kind.DATE),
)

# What each operation's request may hold, for the notes on misspelt elements.
KNOWN_ELEMENTS: Final = (
    frozenset(
        element.name
        for group in (LINK, BROWSER, CUSTOMER, SHIP_TO, DETAIL, MODIFY_INFO, SHIP_INFO)
        for element in group
    )
    | {"linkInfo", "browserInfo", "customer", "ship", "details", "detail"}
    | {"transactionInfo"}
)

ALREADY_CANCELLED: Final = "er000033"

# Only er000033 is known of the real company; every er9… is this sandbox's own.
ERROR_TEXTS: Final = {
    "er000033": ("この取引は取消済みです", "The transaction is already cancelled"),
    "er900001": ("必須項目がありません", "A required element is missing or empty"),
    "er900002": ("文字数が上限を超えています", "The text is longer than allowed"),
    "er900003": ("使用できない文字があります", "A character is outside CP932"),
    "er900004": ("半角カナは使用できません", "Half-width kana is not accepted"),
    "er900005": ("数値の形式が正しくありません", "The number is malformed"),
    "er900006": ("指定できない値です", "The value is not one of the permitted"),
    "er900007": (
        "日付はYYYY/MM/DDで指定してください",
        "The date must be written YYYY/MM/DD",
    ),
    "er900008": ("郵便番号の形式が正しくありません", "The postal code is malformed"),
    "er900009": ("電話番号の形式が正しくありません", "The phone number is malformed"),
    "er900010": (
        "メールアドレスの形式が正しくありません",
        "The e-mail address is malformed",
    ),
    "er900011": ("明細は15行までです", "More than 15 detail lines"),
    "er900012": (
        "明細の合計と請求金額が一致しません",
        "The lines do not add up to billedAmount",
    ),
    "er900013": (
        "同梱の場合、配送先は購入者と同じでなければなりません",
        "service=3 needs the same address for buyer and ship-to",
    ),
    "er900014": ("同じ要素が複数あります", "An element occurs twice"),
    "er900015": ("住所に空白は使用できません", "Spaces in the address (rule switch)"),
    "er900016": (
        "配送伝票番号は英数字とハイフンで5～20文字です",
        "The tracking number must be 5 to 20 letters, digits or hyphens",
    ),
    "er900020": ("加盟店コードが正しくありません", "The shop code is unknown"),
    "er900021": ("接続先特定IDが正しくありません", "The link id is wrong"),
    "er900022": ("連携パスワードが正しくありません", "The password is wrong"),
    "er900023": (
        "ご利用開始日より前です",
        "The merchant's first day has not come yet",
    ),
    "er900030": ("XMLとして読み取れません", "The body is not well-formed XML"),
    "er900031": ("DTDは使用できません", "A document type declaration is refused"),
    "er900032": ("request要素がありません", "The root element is not request"),
    "er900033": ("文字コードはUTF-8にしてください", "The body is not UTF-8"),
    "er900040": ("該当する取引がありません", "No such transaction of this merchant"),
    "er900041": (
        "現在の取引状態ではこの操作はできません",
        "The transaction's state does not permit this",
    ),
    "er900042": (
        "請求書印字データを取得してから出荷報告してください",
        "service=3: fetch the invoice print data before reporting",
    ),
    "er900043": (
        "請求書同梱の取引ではありません",
        "Print data exist only for service=3",
    ),
    "er900044": ("取消可能期間を過ぎています", "The cancellation period is over"),
    "er900045": ("与信の有効期限が切れています", "The approval has expired"),
    "er900046": (
        "出荷報告後の変更はできません。出荷報告を取り消してください",
        "After the shipping report a change is refused: cancel the report first",
    ),
    "er900047": (
        "審査が完了していないため出荷報告できません",
        "The screening has not passed, so nothing may be reported",
    ),
    "er900048": (
        "立替確定後は出荷報告を変更できません",
        "After clearing the shipping report is final",
    ),
    "er900050": (
        "（見本拒否）この内容では登録できません",
        "The specimen mark asked for a refused call",
    ),
}
