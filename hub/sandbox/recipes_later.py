"""Recipes: parcels, the buyer's payment and the merchant's money."""

from typing import Final

from hub.sandbox.parcels import FATES
from hub.sandbox.payments import HABITS
from hub.sandbox.recipes import (
    CANCEL,
    LOOK,
    REGISTER,
    SHIP,
    Recipe,
    call,
    days,
    desk,
    look,
    named,
)
from hub.sandbox.tables import Operation

_PARCEL: Final = "transactions/last/parcel"
_PAYMENT: Final = "transactions/last/payment"
# Ending of the tracking number: days to wait, what the transaction then says.
_WAITS: Final = {
    "0000": (14, '"not_advanced_because":"delivery_not_confirmed"'),
    "9991": (4, '"not_advanced_because":"parcel_absent"'),
    "9992": (12, '"not_advanced_because":"parcel_returned"'),
    "9993": (12, '"not_advanced_because":"parcel_lost"'),
    "9994": (13, '"what":"delivered"'),
}
_PAYS: Final = {
    "見本支払": "paid",
    "見本一部払": "partly_paid",
    "見本過払": "overpaid",
    "見本督促払": "paid",
}

PARCELS: Final = (
    Recipe(
        key="cleared",
        ja="着荷し、立替が確定する",
        en="delivered and cleared",
        lines=(REGISTER, SHIP, days(14), LOOK),
        shows='"state":"CLEARED"',
    ),
    *(
        Recipe(
            key=fate.ending,
            ja=f"{fate.ending}: {fate.ja}",
            en=f"{fate.ending}: {fate.en}",
            lines=(
                REGISTER,
                call(Operation.SHIP, tracking_number=fate.example),
                days(_WAITS[fate.ending][0]),
                LOOK,
            ),
            shows=_WAITS[fate.ending][1],
        )
        for fate in FATES
    ),
    Recipe(
        key="by-hand",
        ja="手で起こす: delivered 着荷・absent 持ち戻り・returned 返送・lost 紛失",
        en="by hand: delivered, absent, returned or lost",
        lines=(REGISTER, SHIP, desk(_PARCEL, {"event": "returned"})),
        shows='"not_advanced_because":"parcel_returned"',
    ),
    Recipe(
        key="before-invoice",
        ja="着荷したが、請求書の発行前(立替はまだ)",
        en="delivered before the invoice is issued: not advanced yet",
        lines=(REGISTER, SHIP, desk(_PARCEL, {"event": "delivered"})),
        shows='"not_advanced_because":"invoice_not_issued"',
    ),
)

PAYMENTS: Final = (
    Recipe(
        key="unpaid",
        ja="支払わない購入者(印なし)→ 督促2回",
        en="a buyer without a mark does not pay and is reminded twice",
        lines=(REGISTER, SHIP, days(42), LOOK),
        shows='"payment_state":"unpaid","reminded":2',
    ),
    *(
        Recipe(
            key=habit.mark,
            ja=f"氏名に「{habit.mark}」: {habit.ja}",
            en=f"{habit.mark} in the name: {habit.en}",
            lines=(named(f"{habit.mark}花子"), SHIP, days(42), LOOK),
            shows=f'"payment_state":"{_PAYS[habit.mark]}"',
        )
        for habit in HABITS
        if habit.mark in _PAYS
    ),
    Recipe(
        key="見本旧額払",
        ja="氏名に「見本旧額払」: 減額のあとで、最初の請求書の金額を支払う(過入金)",
        en="見本旧額払 in the name: pays the first amount after a reduction",
        lines=(
            named("見本旧額払花子"),
            SHIP,
            desk("clock", {"business_days": 1}),
            call(Operation.SHIP, type="3"),
            call(Operation.MODIFY, name="見本旧額払花子", amount="3000"),
            SHIP,
            days(28),
            LOOK,
        ),
        shows='"payment_state":"overpaid"',
    ),
    *(
        Recipe(
            key=key,
            ja=ja,
            en=en,
            lines=(
                REGISTER,
                SHIP,
                desk("clock", {"business_days": 1}),
                desk(_PAYMENT, wanted),
            ),
            shows=f'"payment_state":"{state}"',
        )
        for key, ja, en, wanted, state in (
            ("pay-all", "手で払わせる: 残り全額", "by hand: all", {}, "paid"),
            (
                "pay-some",
                "手で払わせる: 金額を指定",
                "by hand: an amount",
                {"amount": 1000},
                "partly_paid",
            ),
            (
                "pay-invoice",
                "手で払わせる: 何通目かの請求書の金額",
                "by hand: the amount of an invoice",
                {"invoice": 1},
                "paid",
            ),
        )
    ),
)

MONEY: Final = (
    Recipe(
        key="payout",
        ja="立替明細ができ、支払われる",
        en="a payout with its statement",
        lines=(REGISTER, SHIP, days(56), look("payouts/last")),
        shows='"kind":"advance"',
    ),
    Recipe(
        key="statement",
        ja="明細のCSV(profile=utf8。既定はShift_JIS。PDFは statement.pdf)",
        en="the statement as CSV; statement.pdf is the PDF",
        lines=(
            REGISTER,
            SHIP,
            days(56),
            look("payouts/last/statement.csv?profile=utf8"),
        ),
        shows='"立替"',
    ),
    Recipe(
        key="taken-back",
        ja="立替のあとで取り消す → 次の明細で差し戻す",
        en="cancelled after the advance: taken back on the next statement",
        lines=(
            desk("rules", {"cancel_days_after_clearing": 90}),
            REGISTER,
            SHIP,
            days(56),
            CANCEL,
            days(32),
            LOOK,
        ),
        shows='"what":"taken_back"',
        undo=(desk("rules", {"cancel_days_after_clearing": 30}),),
    ),
    Recipe(
        key="accounts",
        ja="加盟店ごとの条件と、次の立替を待つ金額",
        en="each merchant's terms, and what waits for the next payout",
        lines=(look("accounts"),),
        shows='"to_advance_yen"',
    ),
)
