"""Orders and credentials that the tests of the provider share."""

from datetime import UTC, datetime

from hub.contract.money import Yen
from hub.contract.order import Address, Contact, LineItem, LineKind, Order
from hub.contract.secret import Secret
from hub.provider.port import Credentials

CREDENTIALS = Credentials(
    shop_code="atd000000001", link_id="original00", link_password=Secret("Example01")
)
ADDRESS = Address(
    postal_code="150-0001",
    prefecture="東京都",
    city="渋谷区神宮前",
    street="1-2-3",
    building="見本ハイツ405",
)
BUYER = Contact(
    name="見本 花子",
    name_kana="ミホン ハナコ",
    phone="03-0000-0000",
    email="hanako@example.jp",
    address=ADDRESS,
)
LINES = (
    LineItem(kind=LineKind.GOODS, name="ほうじ茶", unit_price=Yen(1650), quantity=2),
    LineItem(kind=LineKind.SHIPPING, name="送料", unit_price=Yen(550)),
    LineItem(kind=LineKind.FEE, name="後払い手数料", unit_price=Yen(330)),
)
ORDER = Order(
    number="A-1001",
    ordered_at=datetime(2026, 11, 23, 15, 30, tzinfo=UTC),
    buyer=BUYER,
    lines=LINES,
    total=Yen(4180),
)
