"""Two merchants with people and orders in many states, made through the real loop."""

from dataclasses import replace
from typing import Any

from hub.clock import tokyo_date
from hub.domain.known import State
from hub.domain.policy import Mode
from hub.flow import passwords
from hub.store import accounts
from hub.store.accounts import MemberRole
from hub.store.store import Across
from tests.flow.specimens import order, shipped
from tests.house import House

PASSWORD = "midori no ocha 405"
OWNER, CLERK, VIEWER, FOREIGN = (
    "hanako@example.jp",
    "jiro@example.jp",
    "sumire@example.jp",
    "other@example.jp",
)
# One hash for all, because making one is slow on purpose.
_HASH = passwords.hashed(PASSWORD)


def add_person(house: House, login: str, name: str, role: MemberRole) -> str:
    """Store a person who serves the house's merchant."""
    now = house.clock.now()

    def work(across: Across) -> str:
        found = accounts.find(across, login)
        user_id = (
            found.id
            if found
            else accounts.add(
                across, login=login, name=name, password_hash=_HASH, now=now
            )
        )
        accounts.join(
            across,
            merchant_id=house.merchant_id,
            user_id=user_id,
            role=role,
            now=now,
        )
        return user_id

    return house.parts.store.across.write(work)


def add_people(house: House) -> None:
    """Store an owner, a clerk and a viewer."""
    add_person(house, OWNER, "見本 花子", MemberRole.OWNER)
    add_person(house, CLERK, "見本 次郎", MemberRole.CLERK)
    add_person(house, VIEWER, "見本 すみれ", MemberRole.VIEWER)


def second_merchant(house: House, *, mode: Mode = Mode.AUTOMATIC) -> House:
    """Return another merchant of the same hub, with a person and an order."""
    other = replace(house, _receivers=[])
    other.open(mode=mode, name="見本雑貨")
    add_person(other, FOREIGN, "見本 ほかの店", MemberRole.OWNER)
    return other


def placed(number: str, name: str, price: int, *, ordered_at: str, **more: Any) -> Any:
    """Return an order as a cart sends it."""
    return order(number, name=name, price=price, ordered_at=ordered_at, **more)


def fill(house: House) -> None:
    """Send orders that end in every state that a clerk meets."""
    # Of the shop's day: the day of UTC began before the cut-over, seen from Tokyo.
    today = tokyo_date(house.clock.now()).isoformat()

    def at(clock: str) -> str:
        return f"{today}T{clock}:00+09:00"

    house.hear(placed("1011", "見本 一郎", 4150, ordered_at=at("08:10")))
    house.hear(shipped("1011"))
    house.hear(placed("1017", "見本 すみれ", 1760, ordered_at=at("08:32")))
    house.hear(placed("1018", "見本NG 四郎", 2480, ordered_at=at("08:40")))
    house.hear(placed("1019", "見本保留 次郎", 6040, ordered_at=at("08:51")))
    house.hear(placed("1020", "見本目視 三郎", 3300, ordered_at=at("09:02")))
    house.hear(placed("1021", "見本拒否 五郎", 1980, ordered_at=at("09:11")))
    house.hear(placed("1022", "見本無応答 六郎", 2750, ordered_at=at("09:20")))
    house.hear(placed("1023", "見本 七海", 30_000, ordered_at=at("09:31")))
    house.hear(placed("1024", "見本目視 花子", 3346, ordered_at=at("09:40")))
    house.hear(shipped("1024", tracking="444413758714"))
    house.hear(placed("0988", "見本 昔", 1200, ordered_at="2020-11-01T10:00:00+09:00"))
    house.send({"type": "order.placed", "order": "読めない受信データ"})
    house.settle()
    house.until(lambda: house.state("1019") is State.ON_HOLD)
