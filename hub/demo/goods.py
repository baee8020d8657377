"""What the shop sells, and the arithmetic of one basket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.contract.money import Yen, sum_of
from hub.contract.order import LineItem, LineKind

MOST_OF_ONE = 20
DEFERRED_LIMIT = Yen(50_000)  # before tax, per buyer (atodene-service S14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One article; the price includes tax at its rate."""

    sku: str
    name: str
    unit: str
    price: Yen
    tax_rate: int
    picture: str
    picture_text: str
    story: str


GOODS = (
    Goods(
        sku="TEA-01",
        name="見本山 煎茶",
        unit="100g 茶筒入り",
        price=Yen(1_620),
        tax_rate=8,
        picture="sencha.svg",
        picture_text="青海波の紙を巻いた緑の茶筒と、煎茶の入った湯のみ",
        story="朝霧のかかる南向きの畑で摘んだ一番茶。すっきりした渋みと長い余韻。",
    ),
    Goods(
        sku="TEA-02",
        name="深炒りほうじ茶",
        unit="80g 袋入り",
        price=Yen(1_080),
        tax_rate=8,
        picture="hojicha.svg",
        picture_text="茶色い紙袋のほうじ茶と、こぼれた茶葉",
        story="砂炒りでゆっくり香ばしく。食後にも、眠る前にも似合う一杯。",
    ),
    Goods(
        sku="POT-01",
        name="朱泥の急須",
        unit="300ml 深蒸し用の茶こし付き",
        price=Yen(4_400),
        tax_rate=10,
        picture="kyusu.svg",
        picture_text="横手のついた朱色の急須",
        story="手になじむ丸みと、最後の一滴まで切れのよい注ぎ口。",
    ),
)
BY_SKU = {goods.sku: goods for goods in GOODS}

SHIPPING = LineItem(
    kind=LineKind.SHIPPING, name="送料", unit_price=Yen(550), tax_rate=10
)
DEFERRED_FEE = LineItem(
    kind=LineKind.FEE, name="後払い手数料", unit_price=Yen(330), tax_rate=10
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a set of lines comes to."""

    including_tax: Yen
    excluding_tax: Yen
    tax_by_rate: Mapping[int, Yen]

    @property
    def is_within_deferred_limit(self) -> bool:
        """Tell whether deferred payment may be offered for it."""
        return self.excluding_tax <= DEFERRED_LIMIT


def lines_of(
    basket: Mapping[str, int], *, is_deferred: bool = False
) -> tuple[LineItem, ...]:
    """Return the lines of a basket in the shop's order: goods, shipping, fee."""
    goods = tuple(
        LineItem(
            kind=LineKind.GOODS,
            name=article.name,
            sku=article.sku,
            unit_price=article.price,
            quantity=basket[article.sku],
            tax_rate=article.tax_rate,
        )
        for article in GOODS
        if basket.get(article.sku, 0) > 0
    )
    if not goods:
        return ()
    return (*goods, SHIPPING, *((DEFERRED_FEE,) if is_deferred else ()))


def total_of(lines: Sequence[LineItem]) -> Total:
    """Return the total; tax is cut to whole yen once per rate, as on an invoice."""
    rates = sorted({line.tax_rate or 0 for line in lines})
    tax = {}
    for rate in rates:
        gross = sum(line.amount for line in lines if (line.tax_rate or 0) == rate)
        tax[rate] = Yen(gross * rate // (100 + rate))
    gross = sum_of([line.amount for line in lines])
    return Total(
        including_tax=gross,
        excluding_tax=gross - sum(tax.values()),
        tax_by_rate=tax,
    )
