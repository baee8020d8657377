"""What the pages say, Japanese and English side by side."""

from datetime import date, datetime
from typing import Final

from hub.clock import TOKYO
from hub.sandbox.faults import FaultKind
from hub.sandbox.tables import State

_WEEKDAYS: Final = {"ja": "月火水木金土日", "en": "Mon Tue Wed Thu Fri Sat Sun".split()}

# State: Japanese, English, colour, what it means for the shop in both languages.
STATES: Final = {
    State.REVIEW: (
        "審査中",
        "Under review",
        "info",
        "目視審査の結果を待っています。まだ発送できません。",
        "Waiting for the manual review. Do not ship yet.",
    ),
    State.HOLD: (
        "保留",
        "On hold",
        "wait",
        "店舗の確認が必要です。理由の項目を直して取引修正すると再審査します。",
        "The shop must act: correct the named field and send a change.",
    ),
    State.APPROVED: (
        "審査OK",
        "Approved",
        "ok",
        "発送できます。出荷報告を待っています。",
        "May ship. Waiting for the shipping report.",
    ),
    State.REFUSED: (
        "審査NG",
        "Declined",
        "stop",
        "発送できません。店舗は取引を取り消します。",
        "Do not ship. The shop cancels this transaction.",
    ),
    State.SHIPPED: (
        "出荷報告済み",
        "Shipment reported",
        "ok",
        "出荷報告を受け付けました。請求書と着荷確認へ進みます。",
        "The report was taken. Invoice and delivery confirmation follow.",
    ),
    State.CLEARED: (
        "立替確定",
        "Cleared",
        "ok",
        "着荷を確認し、加盟店への立替が確定しました。",
        "Delivery is confirmed and the payout to the merchant is final.",
    ),
    State.CANCELLED: (
        "取消済み",
        "Cancelled",
        "calm",
        "この取引は取り消されました。請求はありません。",
        "This transaction was cancelled. Nothing will be billed.",
    ),
    State.EXPIRED: (
        "与信期限切れ",
        "Expired",
        "stop",
        "与信の有効期限が過ぎました。発送するには登録し直します。",
        "The approval has run out. Register again before shipping.",
    ),
}
HISTORY: Final = {
    "registered": ("取引登録", "Registered", "info"),
    "manual_ok": ("目視審査 OK", "Manual review: OK", "ok"),
    "manual_ng": ("目視審査 NG", "Manual review: NG", "stop"),
    "manual_hold": ("目視審査 保留", "Manual review: on hold", "wait"),
    "changed": ("取引修正", "Changed", "info"),
    "cancelled": ("取引の取消", "Cancelled", "stop"),
    "expired": ("与信期限切れ", "Approval expired", "stop"),
    "reported": ("出荷報告", "Shipment reported", "ok"),
    "report_changed": ("出荷報告の変更", "Report changed", "info"),
    "report_cancelled": ("出荷報告の取消", "Report cancelled", "wait"),
    "print_data_fetched": (
        "請求書印字データ取得(支払期限を確定)",
        "Print data fetched (due date fixed)",
        "info",
    ),
    "invoice_issued": ("請求書を発行", "Invoice issued", "ok"),
    "delivered": ("着荷確認", "Delivery confirmed", "ok"),
    "cleared": ("立替確定", "Cleared", "ok"),
    "parcel_absent": ("持ち戻り(不在)", "Taken back, nobody in", "wait"),
    "parcel_returned": ("店舗へ返送", "Returned to the shop", "stop"),
    "parcel_lost": ("荷物の紛失", "Parcel lost", "stop"),
    "reminded": ("督促を送付", "Buyer reminded", "wait"),
    "paid": ("購入者の支払い(全額)", "Buyer paid in full", "ok"),
    "partly_paid": ("購入者の支払い(不足)", "Buyer paid too little", "wait"),
    "overpaid": ("購入者の支払い(過入金)", "Buyer paid too much", "wait"),
    "paid_out": ("立替明細に計上", "Entered into a payout", "ok"),
    "taken_back": ("立替の差戻しを計上", "Advance taken back", "stop"),
}
# Why a reported transaction is not advanced: Japanese, English.
NOT_ADVANCED: Final = {
    "parcel_absent": (
        "荷物は持ち戻りです。再配達で着荷すると立替へ進みます。",
        "The parcel was taken back; it is advanced once it is delivered.",
    ),
    "parcel_returned": (
        "荷物は店舗へ返送され、立替されません。再発送は出荷報告の変更、中止は取消です。",
        "Returned to the shop: not advanced. Change the report to resend, or cancel.",
    ),
    "parcel_lost": (
        "荷物は紛失しました。このままでは立替されません。再発送なら出荷報告の変更をしてください。",
        "The parcel is lost: not advanced. Change the report to resend.",
    ),
    "delivery_not_confirmed": (
        "着荷をまだ確認できていません。確認できるまで立替されません。",
        "Delivery is not confirmed; nothing is advanced before.",
    ),
    "invoice_not_issued": (
        "請求書の発行を待っています。発行後に立替へ進みます。",
        "Waiting for the invoice; the advance follows.",
    ),
    "clearing_runs": (
        "立替の確定を待っています。",
        "The advance is about to be final.",
    ),
}
# Each switch of the rules: Japanese, English.
RULES: Final = {
    "review_seconds": ("目視審査にかかる秒数", "seconds of a manual review"),
    "silence_seconds": (
        "氏名の印による無応答で、接続を保つ秒数",
        "seconds for which a magic silence holds the connection",
    ),
    "limit_yen": ("この金額(税込)を超えるとNG", "declined above it, yen with tax"),
    "approval_days": ("与信の有効日数", "life of an approval in days"),
    "cancel_days_after_clearing": (
        "立替確定後に取り消せる日数",
        "days after clearing in which it can be cancelled",
    ),
    "delivery_days": ("出荷報告から着荷までの日数", "days from report to delivery"),
    "clearing_business_days": (
        "請求書と着荷から立替確定までの営業日数",
        "business days from invoice and delivery to clearing",
    ),
    "due_days": ("請求書の発行から支払期限までの日数", "days from issue to due date"),
    "payment_days": (
        "印のある購入者が支払うまでの日数",
        "days after which a buyer with a mark pays",
    ),
    "reminder_days": ("期限から最初の督促までの日数", "days from due date to reminder"),
    "reminder_interval_days": ("督促の間隔の日数", "days between reminders"),
    "reminders": ("督促の回数(0 はしない)", "number of reminders, 0 for none"),
    "paper_post_days": ("加盟申込の書類の郵送日数", "days of an applicant's papers"),
    "check_sum": (
        "明細の合計と請求金額の一致を確かめる",
        "lines must add up to billedAmount",
    ),
    "refuse_address_spaces": (
        "住所の空白を拒否する",
        "refuse spaces in addresses",
    ),
}
PAYMENTS: Final = {
    "unpaid": ("未払い", "unpaid", "calm"),
    "partly_paid": ("一部支払い(不足)", "paid too little", "wait"),
    "paid": ("支払い済み", "paid", "ok"),
    "overpaid": ("過入金", "paid too much", "wait"),
}
FAULTS: Final = {
    FaultKind.APPLIED_UNANSWERED: ("処理したが無応答", "applied, then silence"),
    FaultKind.NOT_APPLIED_UNANSWERED: ("処理せず無応答", "not applied, silence"),
    FaultKind.LATE_APPLY: (
        "無応答のあと、遅れて処理",
        "silence; takes effect only later",
    ),
    FaultKind.STATUS_429: ("HTTP 429(処理しない)", "HTTP 429, not applied"),
    FaultKind.STATUS_500: ("HTTP 500(処理しない)", "HTTP 500, not applied"),
    FaultKind.STATUS_502: ("HTTP 502(処理しない)", "HTTP 502, not applied"),
    FaultKind.STATUS_503: ("HTTP 503(処理しない)", "HTTP 503, not applied"),
    FaultKind.STATUS_504: ("HTTP 504(処理しない)", "HTTP 504, not applied"),
    FaultKind.GARBAGE: ("壊れた応答", "garbage bytes"),
    FaultKind.TRUNCATED: ("途中で切れたXML", "XML cut short"),
    FaultKind.CUT_CONNECTION: ("応答途中で切断", "connection cut mid-answer"),
    FaultKind.EMPTY_200: ("空の200(処理しない)", "empty 200, not applied"),
    FaultKind.HTML_200: ("HTMLを200で返す(処理しない)", "HTML with 200, not applied"),
    FaultKind.WRONG_CHARSET: (
        "UTF-8と名乗るShift_JIS",
        "Shift_JIS bytes that claim to be UTF-8",
    ),
    FaultKind.SHIFT_JIS: ("Shift_JISと名乗って返す", "honest Shift_JIS"),
    FaultKind.DUPLICATE_ANSWER: ("同じ応答が2つ続く", "the answer twice in a row"),
    FaultKind.TWO_RESULTS: ("resultが2つ(OKとNG)", "two results, OK and NG"),
    FaultKind.WRONG_ID: ("存在しない取引の番号を返す", "an id that nobody has"),
    FaultKind.OTHER_ORDER: (
        "別の注文の番号を返す(実在する直近の取引)",
        "the ids of another, existing order",
    ),
    FaultKind.NO_ERRORS: (
        "errorsのないNG(処理しない)",
        "NG without errors, not applied",
    ),
    FaultKind.EMPTY_RESULT: ("審査結果が空", "empty screening result"),
    FaultKind.UNKNOWN_WORD: ("未知の審査結果", "unknown word as the result"),
    FaultKind.SLOW_DRIP: ("1バイトずつ遅く返す", "one byte at a time"),
    FaultKind.DELAY: ("遅れて返す", "answer after a delay"),
}


def short_day(day: date | None, language: str) -> str:
    """Return a day as people say it: 11/24(火)."""
    if not day:
        return ""
    return f"{day.month}/{day.day}({_WEEKDAYS[language][day.weekday()]})"


def long_day(day: date | None, language: str) -> str:
    """Return a day in full."""
    return f"{day.year}/{short_day(day, language)}" if day else ""


def moment(at: datetime | None, language: str) -> str:
    """Return a moment in Japan's time."""
    if not at:
        return ""
    local = at.astimezone(TOKYO)
    return f"{long_day(local.date(), language)} {local:%H:%M}"


def yen(amount: int) -> str:
    """Return an amount as it is read."""
    return f"{amount:,}円"
