"""What becomes of a parcel: its tracking number's ending decides, or a person.

The example numbers hold the carriers' check digit (the first eleven modulo 7), so that
a client that checks it lets them through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from hub.sandbox.errors import DeskError
from hub.sandbox.records import Transaction
from hub.sandbox.rules import Rules
from hub.sandbox.tables import State

DELIVERED: Final = "delivered"
ABSENT: Final = "absent"
RETURNED: Final = "returned"
LOST: Final = "lost"
EVENTS: Final = (DELIVERED, ABSENT, RETURNED, LOST)
_ENDING: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What happens to parcels whose tracking number ends so, and after how long."""

    ending: str
    first: str
    first_days: int
    then: str = ""
    then_days: int = 0
    ja: str
    en: str

    @property
    def example(self) -> str:
        """Return a tracking number of this fate that passes the check digit."""
        for body in range(44_441_375, 44_441_385):
            number = f"{body}{self.ending}"
            if int(number[:-1]) % 7 == int(number[-1]):
                return number
        raise ValueError(f"No number ending in {self.ending} has its check digit.")


FATES: Final = (
    Fate(
        ending="0000",
        first="",
        first_days=0,
        ja="着荷をいつまでも確認できない → 立替されない",
        en="delivery is never confirmed, so nothing is advanced",
    ),
    Fate(
        ending="9991",
        first=ABSENT,
        first_days=0,
        then=DELIVERED,
        then_days=3,
        ja="持ち戻り(不在)→ 3日後に着荷",
        en="taken back once (nobody in), delivered 3 days later",
    ),
    Fate(
        ending="9992",
        first=ABSENT,
        first_days=0,
        then=RETURNED,
        then_days=7,
        ja="持ち戻り → 7日後に店舗へ返送 → 立替されない",
        en="taken back, returned to the shop after 7 days: nothing is advanced",
    ),
    Fate(
        ending="9993",
        first=LOST,
        first_days=5,
        ja="紛失 → 立替されない",
        en="lost on the way: nothing is advanced",
    ),
    Fate(
        ending="9994",
        first=DELIVERED,
        first_days=10,
        ja="遅れて着荷(10日多くかかる)",
        en="delivered 10 days later than usual",
    ),
)
_BY_ENDING: Final[Mapping[str, Fate]] = {fate.ending: fate for fate in FATES}
_PLAIN: Final = Fate(ending="", first=DELIVERED, first_days=0, ja="", en="")


def _fate(tracking_number: str) -> Fate:
    return _BY_ENDING.get(tracking_number.replace("-", "")[-_ENDING:], _PLAIN)


def sent(at: datetime, tracking_number: str, rules: Rules) -> dict[str, Any]:
    """Return what a parcel that leaves now changes in its transaction."""
    fate = _fate(tracking_number)
    days = timedelta(days=rules.delivery_days + fate.first_days)
    return {
        "parcel": "",
        "parcel_plan": fate.first,
        "deliver_at": at + days if fate.first else None,
        "delivered_at": None,
        "clear_at": None,
    }


def happened(transaction: Transaction, event: str, at: datetime) -> Transaction:
    """Return the transaction after something happened to its parcel."""
    fate = _fate(transaction.tracking_number)
    is_first = event == fate.first and not transaction.parcel
    following = fate.then if is_first else ""
    return transaction.moved(
        at,
        DELIVERED if event == DELIVERED else f"parcel_{event}",
        parcel=event,
        parcel_plan=following,
        deliver_at=at + timedelta(days=fate.then_days) if following else None,
        delivered_at=at if event == DELIVERED else None,
        clear_at=None,
    )


def check_event(transaction: Transaction, event: str) -> None:
    """Refuse what cannot happen to this parcel; raises DeskError."""
    if event not in EVENTS:
        raise DeskError(
            f"event must be one of {list(EVENTS)}. Nothing was changed.",
            ja="荷物に起きることを選んでください。何も変わっていません。",
        )
    if transaction.state is not State.SHIPPED or transaction.delivered_at:
        raise DeskError(
            f"{transaction.transaction_id} has no parcel on its way "
            f"({transaction.state}). Nothing was changed.",
            ja="運送中の荷物がありません。何も変わっていません。",
        )
