"""Recipes: the five calls, and what goes wrong on the way."""

from typing import Final

from hub.sandbox.recipes import (
    CANCEL,
    ENCLOSED,
    LOOK,
    PRINT_DATA,
    REGISTER,
    RESULT,
    SHIP,
    Recipe,
    call,
    days,
    desk,
    look,
)
from hub.sandbox.tables import Operation

_MODIFY: Final = Operation.MODIFY
_DROP_FAULTS: Final = "curl -s -X DELETE CONTROL/sandbox/faults"

CALLS: Final = (
    Recipe(
        key="register",
        ja="取引登録 → 審査OK",
        en="register: approved",
        lines=(REGISTER,),
        shows="<autoAuthoriresult>OK",
    ),
    Recipe(
        key="result",
        ja="審査結果を聞く",
        en="ask the result",
        lines=(REGISTER, RESULT),
        shows="<manualAuthoriresult>",
    ),
    Recipe(
        key="lower",
        ja="減額する(再審査なし。結果は空)",
        en="a lower amount: not screened again, empty result",
        lines=(REGISTER, call(_MODIFY, amount="3000")),
        shows="<autoAuthoriresult></autoAuthoriresult>",
    ),
    Recipe(
        key="raise",
        ja="増額する(再審査)",
        en="a higher amount: screened again",
        lines=(REGISTER, call(_MODIFY, amount="9800")),
        shows="<autoAuthoriresult>OK",
    ),
    Recipe(
        key="raise-ng",
        ja="増額の再審査でNG",
        en="a higher amount, declined",
        lines=(REGISTER, call(_MODIFY, amount="59800")),
        shows="<autoAuthoriresult>NG",
    ),
    Recipe(
        key="cancel",
        ja="取り消す",
        en="cancel",
        lines=(REGISTER, CANCEL, LOOK),
        shows='"state":"CANCELLED"',
    ),
    Recipe(
        key="ship",
        ja="出荷報告",
        en="report the shipment",
        lines=(REGISTER, SHIP, LOOK),
        shows='"state":"SHIPPED"',
    ),
    Recipe(
        key="ship-changed",
        ja="出荷報告の変更(deliveryType 2)",
        en="change the report (deliveryType 2)",
        lines=(
            REGISTER,
            SHIP,
            call(Operation.SHIP, type="2", carrier="11", tracking_number="12345678901"),
            LOOK,
        ),
        shows='"what":"report_changed"',
    ),
    Recipe(
        key="ship-cancelled",
        ja="出荷報告の取消(deliveryType 3)",
        en="cancel the report (deliveryType 3)",
        lines=(REGISTER, SHIP, call(Operation.SHIP, type="3"), LOOK),
        shows='"what":"report_cancelled"',
    ),
    Recipe(
        key="enclosed",
        ja="請求書同梱: 登録 → 印字データ → 出荷報告",
        en="enclosed invoice: register, print data, report",
        lines=(ENCLOSED, PRINT_DATA, SHIP),
        shows="<result>OK",
    ),
    Recipe(
        key="expired",
        ja="与信期限切れ(審査から90日)",
        en="the approval expires after 90 days",
        lines=(REGISTER, days(91), LOOK),
        shows='"state":"EXPIRED"',
    ),
)

FAULTS: Final = (
    Recipe(
        key="applied_unanswered",
        ja="処理したが無応答(台帳には載る)",
        en="applied, then silence: it is in the ledger",
        lines=(
            desk(
                "faults",
                {"kind": "applied_unanswered", "operation": "transaction.do"},
            ),
            call(Operation.REGISTER, order="LOST-3"),
            look("ledger?requests=0&shop_order_id=LOST-3"),
        ),
        shows='"transaction_id":"X',
    ),
    Recipe(
        key="late_apply",
        ja="無応答のあと、2時間後に処理",
        en="silence, and the effect two hours later",
        lines=(
            desk(
                "faults",
                {
                    "kind": "late_apply",
                    "operation": "transaction.do",
                    "apply_after_hours": 2,
                },
            ),
            call(Operation.REGISTER, order="LATE-1"),
            desk("clock", {"hours": 3}),
            look("ledger?requests=0&shop_order_id=LATE-1"),
        ),
        shows='"transaction_id":"X',
    ),
    Recipe(
        key="status_503",
        ja="1件の注文だけ、取り消すまで HTTP 503",
        en="HTTP 503 for one order until removed",
        lines=(
            desk(
                "faults",
                {"kind": "status_503", "times": 0, "shop_order_id": "A-1001"},
            ),
            call(Operation.REGISTER, flags="-si", order="A-1001"),
        ),
        shows="503 Service Unavailable",
        undo=(_DROP_FAULTS,),
    ),
)
