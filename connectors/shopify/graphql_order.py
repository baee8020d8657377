"""The order as it is read anew: queries/order.graphql, of API 2026-10."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from hub.contract.connector import Settings
from hub.contract.fields import (
    DoorSchema,
    FlagField,
    ListField,
    MomentField,
    PartField,
    TextField,
)
from hub.contract.order import Browser

from .gateways import is_ours
from .schemas import AmountField, CustomerSchema, RateField, count_field, loaded, maybe
from .shop_order import (
    OrderHead,
    ShopAddress,
    ShopFulfillment,
    ShopLine,
    ShopOrder,
)

_TIP, _DUTIES = "チップ", "関税"
_ZERO = Decimal(0)
_SIGNS = {"SALE": 1, "CAPTURE": 1, "REFUND": -1}
# A person took the money by hand: that is what marks our own orders as paid.
_BY_HAND = "manual"


_SCHEMA = DoorSchema.from_dict
_HEAD = _SCHEMA(
    {
        "id": TextField(is_needed=True),
        "name": TextField(longest=100, is_needed=True),
        "updatedAt": MomentField(required=True),
        "cancelledAt": MomentField(allow_none=True, load_default=None),
        "cancelReason": TextField(),
        "paymentGatewayNames": ListField(TextField(), required=True),
        "statusPageUrl": TextField(longest=2000),
    }
)()
_MONEY = _SCHEMA({"amount": AmountField(required=True)})
_SET = _SCHEMA({"shopMoney": PartField(_MONEY, required=True)})
_TAX = _SCHEMA({"rate": RateField(allow_none=True, load_default=None)})
_ALLOCATION = _SCHEMA({"allocatedAmountSet": PartField(_SET, required=True)})
_PLAN = _SCHEMA({"name": TextField()})
_ATTRIBUTE = _SCHEMA({"key": TextField(), "value": TextField(longest=5000)})
_TRACKING = _SCHEMA({"company": TextField(), "number": TextField(longest=2000)})


def _list(schema: Any) -> ListField:
    return ListField(PartField(schema), load_default=list)


def _nodes(schema: Any) -> PartField:
    inner = _SCHEMA({"nodes": ListField(PartField(schema), required=True)})
    return PartField(inner, required=True)


_ADDRESS = _SCHEMA(
    {
        "firstName": TextField(),
        "lastName": TextField(),
        "name": TextField(),
        "company": TextField(),
        "address1": TextField(),
        "address2": TextField(),
        "city": TextField(),
        "province": TextField(),
        "provinceCode": TextField(longest=20),
        "zip": TextField(longest=50),
        "countryCodeV2": TextField(longest=20),
        "phone": TextField(longest=100),
    }
)
_LINE = _SCHEMA(
    {
        "name": TextField(longest=1000),
        "title": TextField(longest=1000),
        "sku": TextField(),
        "quantity": count_field(required=True),
        "currentQuantity": count_field(required=True),
        "originalUnitPriceSet": PartField(_SET, required=True),
        "discountAllocations": _list(_ALLOCATION),
        "taxLines": _list(_TAX),
        "requiresShipping": FlagField(allow_none=True, load_default=None),
        "sellingPlan": maybe(_PLAN),
    }
)
_METHOD = _SCHEMA({"methodType": TextField(longest=50)})
_PART = _SCHEMA({"status": TextField(), "deliveryMethod": maybe(_METHOD)})
_PARTS = _SCHEMA({"nodes": _list(_PART)})
_SHIPPING = _SCHEMA(
    {
        "title": TextField(),
        "isRemoved": FlagField(allow_none=True, load_default=None),
        "taxLines": _list(_TAX),
    }
)
_TRANSACTION = _SCHEMA(
    {
        "kind": TextField(),
        "status": TextField(),
        "gateway": TextField(),
        "amountSet": PartField(_SET, required=True),
    }
)
_FULFILLMENT = _SCHEMA(
    {
        "legacyResourceId": TextField(longest=20, is_needed=True),
        "status": TextField(is_needed=True),
        "createdAt": MomentField(required=True),
        "updatedAt": MomentField(required=True),
        "trackingInfo": _list(_TRACKING),
    }
)
_ORDER = _SCHEMA(
    {
        "createdAt": MomentField(required=True),
        "test": FlagField(required=True),
        "sourceName": TextField(),
        "currencyCode": TextField(longest=20, is_needed=True),
        "presentmentCurrencyCode": TextField(longest=20),
        "taxesIncluded": FlagField(required=True),
        "displayFinancialStatus": TextField(),
        "email": TextField(),
        "phone": TextField(longest=100),
        "clientIp": TextField(longest=100),
        "tags": ListField(TextField(), load_default=list),
        "customAttributes": _list(_ATTRIBUTE),
        "customer": maybe(CustomerSchema),
        "billingAddress": maybe(_ADDRESS),
        "shippingAddress": maybe(_ADDRESS),
        "currentTotalPriceSet": PartField(_SET, required=True),
        "totalOutstandingSet": PartField(_SET, required=True),
        "totalTipReceivedSet": maybe(_SET),
        "currentTotalDutiesSet": maybe(_SET),
        "currentTotalTaxSet": PartField(_SET, required=True),
        "currentShippingPriceSet": PartField(_SET, required=True),
        "transactions": _list(_TRANSACTION),
        "shippingLines": _nodes(_SHIPPING),
        "lineItems": _nodes(_LINE),
        "fulfillmentOrders": maybe(_PARTS),
    }
)()
_SHIPPED = _SCHEMA(
    {"displayFulfillmentStatus": TextField(), "fulfillments": _list(_FULFILLMENT)}
)()


def graphql_head(document: object, *, read_at: datetime | None) -> OrderHead:
    """Return what is asked of a document first; raises PayloadError."""
    members = loaded(_HEAD, document)
    return OrderHead(
        reference=members["id"],
        number=members["name"].removeprefix("#"),
        changed_at=members["updatedAt"],
        cancelled_at=members["cancelledAt"],
        cancel_reason=members["cancelReason"],
        gateways=tuple(members["paymentGatewayNames"]),
        status_url=members["statusPageUrl"],
        read_at=read_at,
    )


def graphql_fulfillments(document: object) -> tuple[Sequence[ShopFulfillment], bool]:
    """Return an order's fulfilments, and whether nothing of it is left to ship."""
    members = loaded(_SHIPPED, document)
    made = tuple(
        ShopFulfillment(
            number=one["legacyResourceId"],
            status=one["status"].lower(),
            created_at=one["createdAt"],
            changed_at=one["updatedAt"],
            tracked=tuple((t["company"], t["number"]) for t in one["trackingInfo"]),
        )
        for one in members["fulfillments"]
    )
    return made, members["displayFulfillmentStatus"].upper() == "FULFILLED"


def graphql_order(document: object, head: OrderHead, settings: Settings) -> ShopOrder:
    """Return the whole order of a document; raises PayloadError."""
    members = loaded(_ORDER, document)
    customer = members["customer"] or {"email": "", "phone": ""}
    shown = [one for one in members["shippingLines"]["nodes"] if not one["isRemoved"]]
    address = members["clientIp"]
    return ShopOrder(
        head=head,
        ordered_at=members["createdAt"],
        is_test=members["test"],
        source=members["sourceName"],
        currency=members["currencyCode"].upper(),
        presentment=members["presentmentCurrencyCode"].strip().upper(),
        taxes_included=members["taxesIncluded"],
        financial_status=members["displayFinancialStatus"].lower(),
        email=members["email"] or customer["email"],
        phones=(members["phone"], customer["phone"]),
        tags=tuple(members["tags"]),
        attributes=tuple((a["key"], a["value"]) for a in members["customAttributes"]),
        billing=_address(members["billingAddress"]),
        shipping=_address(members["shippingAddress"]),
        total=_amount(members["currentTotalPriceSet"]),
        outstanding=_amount(members["totalOutstandingSet"]),
        paid_elsewhere=_paid(members["transactions"], settings, by_us=False),
        received=_paid(members["transactions"], settings, by_us=True),
        extras=(
            (_TIP, _amount(members["totalTipReceivedSet"])),
            (_DUTIES, _amount(members["currentTotalDutiesSet"])),
        ),
        tax=_amount(members["currentTotalTaxSet"]),
        shipping_fee=_amount(members["currentShippingPriceSet"]),
        shipping_title=shown[0]["title"] if shown else "",
        shipping_rates=_rates(shown[0]) if shown else (),
        lines=tuple(map(_line, members["lineItems"]["nodes"])),
        methods=_methods(members["fulfillmentOrders"]),
        browser=Browser(address=address) if address else None,
    )


def _methods(members: Mapping[str, Any] | None) -> tuple[str, ...]:
    parts = members["nodes"] if members else ()
    return tuple(
        (one["deliveryMethod"] or {"methodType": ""})["methodType"].upper()
        for one in parts
        if one["status"].upper() != "CANCELLED"
    )


def _amount(members: Mapping[str, Any] | None) -> Decimal:
    amount: Decimal = members["shopMoney"]["amount"] if members else _ZERO
    return amount


def _paid(
    transactions: Sequence[Mapping[str, Any]], settings: Settings, *, by_us: bool
) -> Decimal:
    """Return what was paid, less what was given back, by our method or by others."""
    return sum(
        (
            _SIGNS.get(one["kind"].upper(), 0) * _amount(one["amountSet"])
            for one in transactions
            if one["status"].upper() == "SUCCESS"
            and _is_by_us(one["gateway"], settings) is by_us
        ),
        _ZERO,
    )


def _is_by_us(gateway: str, settings: Settings) -> bool:
    return gateway.strip().lower() == _BY_HAND or is_ours([gateway], settings)


def _address(members: Mapping[str, Any] | None) -> ShopAddress | None:
    if members is None:
        return None
    return ShopAddress(
        first_name=members["firstName"],
        last_name=members["lastName"],
        name=members["name"],
        company=members["company"],
        address1=members["address1"],
        address2=members["address2"],
        city=members["city"],
        province=members["province"],
        province_code=members["provinceCode"],
        zip=members["zip"],
        country=members["countryCodeV2"],
        phone=members["phone"],
    )


def _rates(members: Mapping[str, Any]) -> tuple[Decimal, ...]:
    rates = (one["rate"] for one in members["taxLines"])
    return tuple(rate for rate in rates if rate is not None)


def _line(members: Mapping[str, Any]) -> ShopLine:
    shares = (_amount(a["allocatedAmountSet"]) for a in members["discountAllocations"])
    return ShopLine(
        name=members["name"] or members["title"],
        sku=members["sku"],
        price=_amount(members["originalUnitPriceSet"]),
        quantity=members["quantity"],
        current=members["currentQuantity"],
        discount=sum(shares, _ZERO),
        rates=_rates(members),
        plan=(members["sellingPlan"] or {"name": ""})["name"],
        is_sent=members["requiresShipping"] is not False,
    )
