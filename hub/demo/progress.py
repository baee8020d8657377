"""What the buyer is told: neutral words, no reasons, and always what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .book import Chapter
from .orders import PlacedOrder


class Stage(StrEnum):
    """Where an order stands for the buyer."""

    RECEIVED = "received"
    SCREENING = "screening"
    ON_HOLD = "on_hold"
    CHECKING = "checking"
    AUTHORIZED = "authorized"
    DECLINED = "declined"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    PAID_OTHERWISE = "paid_otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One stage in words; the tone is one of wait, ok, info, stop and plain."""

    stage: Stage
    label: str
    sentence: str
    tone: str
    step: int
    is_settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of the buyer's timeline."""

    at: datetime
    text: str


DECLINED = "後払いはご利用いただけませんでした"
CHANGED = "ご注文内容の変更を反映しました"

# What the provider's screening leads to; a state that is not listed is being looked
# at by the shop, which is all the buyer needs to know about it.
STAGE_BY_STATE = {
    "": Stage.RECEIVED,
    "RECEIVED": Stage.RECEIVED,
    "REGISTERING": Stage.RECEIVED,
    "SCREENING": Stage.SCREENING,
    "ON_HOLD": Stage.ON_HOLD,
    "AUTHORIZED": Stage.AUTHORIZED,
    "DECLINED": Stage.DECLINED,
    "SHIPMENT_REPORTED": Stage.SHIPPED,
    "CANCELLED": Stage.CANCELLED,
}

WORDS = {
    Stage.RECEIVED: Progress(
        stage=Stage.RECEIVED,
        label="受付",
        sentence="ご注文を受け付けました。後払いの審査をお願いしています。",
        tone="wait",
        step=1,
        is_settled=False,
    ),
    Stage.SCREENING: Progress(
        stage=Stage.SCREENING,
        label="審査中",
        sentence="後払いの審査中です。結果が出ると、この画面が自動で変わります。",
        tone="wait",
        step=2,
        is_settled=False,
    ),
    Stage.ON_HOLD: Progress(
        stage=Stage.ON_HOLD,
        label="確認中(保留)",
        sentence="ご注文内容を確認しています。お店からお電話かメールで"
        "お届け先などを伺うことがあります。",
        tone="wait",
        step=2,
        is_settled=False,
    ),
    Stage.CHECKING: Progress(
        stage=Stage.CHECKING,
        label="お店で確認中",
        sentence="お店で内容を確認しています。お店からのご連絡をお待ちください。",
        tone="wait",
        step=2,
        is_settled=False,
    ),
    Stage.AUTHORIZED: Progress(
        stage=Stage.AUTHORIZED,
        label="審査OK",
        sentence="後払いをご利用いただけます。発送の準備を始めました。",
        tone="ok",
        step=3,
        is_settled=True,
    ),
    Stage.DECLINED: Progress(
        stage=Stage.DECLINED,
        label="別のお支払い方法をお選びください",
        sentence="このご注文では後払いをご利用いただけませんでした。"
        "下から別の方法をお選びいただくと、ご注文はそのまま承ります。",
        tone="stop",
        step=2,
        is_settled=True,
    ),
    Stage.SHIPPED: Progress(
        stage=Stage.SHIPPED,
        label="出荷報告済み",
        sentence="商品を発送しました。請求書は別の封筒で郵送されます。"
        "届いてからお支払いください。",
        tone="info",
        step=4,
        is_settled=True,
    ),
    Stage.CANCELLED: Progress(
        stage=Stage.CANCELLED,
        label="注文キャンセル",
        sentence="ご注文はキャンセルされました。お支払いは必要ありません。",
        tone="plain",
        step=1,
        is_settled=True,
    ),
    Stage.PAID_OTHERWISE: Progress(
        stage=Stage.PAID_OTHERWISE,
        label="ご注文を承りました",
        sentence="お支払いの案内をメールでお送りします(見本のため、実際には届きません)。",
        tone="ok",
        step=1,
        is_settled=True,
    ),
}


def progress_of(order: PlacedOrder) -> Progress:
    """Return what the buyer is told about an order now."""
    return WORDS[_stage(order)]


def timeline(order: PlacedOrder, story: Sequence[Chapter]) -> list[Moment]:
    """Return what happened to an order, in the buyer's words."""
    moments = [Moment(at=order.placed_at, text="ご注文を受け付けました")]
    before = Stage.RECEIVED
    for chapter in story:
        stage = _stage_of_state(chapter.news.state)
        text = DECLINED if stage is Stage.DECLINED else WORDS[stage].label
        if stage is before:
            text = CHANGED if chapter.news.kind == "transaction.changed" else ""
        if text and stage is not Stage.CANCELLED:
            moments.append(Moment(at=chapter.received_at, text=text))
        before = stage
    if order.shipment:
        parcel = order.shipment
        text = f"発送しました({parcel.carrier} 送り状番号 {parcel.tracking_number})"
        moments.append(Moment(at=parcel.shipped_at, text=text))
    if order.cancelled_at:
        moments.append(Moment(at=order.cancelled_at, text="注文キャンセル"))
    return sorted(moments, key=lambda moment: moment.at)


def is_awaited(order: PlacedOrder) -> bool:
    """Tell whether the hub's next word on an order is expected soon."""
    if order.cancelled_at or not order.is_deferred:
        return False
    told = progress_of(order)
    is_reporting = order.shipment is not None and told.stage is not Stage.SHIPPED
    return is_reporting or not told.is_settled


def _stage_of_state(state: str) -> Stage:
    return STAGE_BY_STATE.get(state, Stage.CHECKING)


def _stage(order: PlacedOrder) -> Stage:
    if order.cancelled_at:
        return Stage.CANCELLED
    if not order.is_deferred:
        return Stage.PAID_OTHERWISE
    return _stage_of_state(order.news.state if order.news else "")
