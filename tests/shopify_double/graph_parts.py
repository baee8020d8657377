"""The parts of an order as GraphQL shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.shopify_double.documents import shown
from tests.shopify_double.order_book import gid

Node = dict[str, Any]


def hold(one: Node) -> Node:
    """A hold; who placed it is told as seen by the app that asks."""
    reason = one.get("reason", "OTHER")
    return {
        "__typename": "FulfillmentHold",
        "id": gid("FulfillmentHold", one["id"]),
        "reason": reason,
        "displayReason": reason.replace("_", " ").capitalize(),
        "reasonNotes": one.get("reasonNotes"),
        "handle": one.get("handle"),
        "heldByRequestingApp": one["by_us"],
    }


def utc(stamp: str | None) -> str | None:
    """A moment as GraphQL writes it."""
    if stamp is None:
        return None
    return datetime.fromisoformat(stamp).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def status(seen: Node) -> Node:
    financial = seen["financial_status"].upper()
    outstanding = int(seen["total_outstanding"])
    shipped = {"fulfilled": "FULFILLED", "partial": "PARTIALLY_FULFILLED"}
    fulfilment = shipped.get(seen["fulfillment_status"], "UNFULFILLED")
    reason = seen["cancel_reason"]
    return {
        "displayFinancialStatus": financial,
        "displayFulfillmentStatus": fulfilment,
        "cancelledAt": utc(seen["cancelled_at"]),
        "cancelReason": reason and reason.upper(),
        "closed": seen["closed_at"] is not None,
        "closedAt": utc(seen["closed_at"]),
        "createdAt": utc(seen["created_at"]),
        "processedAt": utc(seen["processed_at"]),
        "updatedAt": utc(seen["updated_at"]),
        "canMarkAsPaid": outstanding > 0 and financial != "PAID",
        "fullyPaid": financial == "PAID",
        "unpaid": financial == "PENDING",
        "merchantEditable": seen["cancelled_at"] is None,
        "tags": [one for one in seen["tags"].split(", ") if one],
    }


def sums(seen: Node) -> Node:
    names = {
        "currentSubtotalPriceSet": "current_subtotal_price",
        "currentTotalDiscountsSet": "current_total_discounts",
        "currentTotalTaxSet": "current_total_tax",
        "currentTotalPriceSet": "current_total_price",
        "currentShippingPriceSet": "current_shipping_price",
        "subtotalPriceSet": "subtotal_price",
        "totalDiscountsSet": "total_discounts",
        "totalPriceSet": "total_price",
        "originalTotalPriceSet": "total_price",
        "totalTaxSet": "total_tax",
        "totalOutstandingSet": "total_outstanding",
        "totalShippingPriceSet": "total_shipping_price",
        "totalTipReceivedSet": "total_tip_received",
    }
    sums: Node = {name: _bag(seen, member) for name, member in names.items()}
    refunded = sum(
        line["subtotal"] for one in seen["refunds"] for line in one["refund_line_items"]
    )
    return sums | {
        "totalRefundedSet": refunded if seen["financial_status"] != "pending" else 0,
        "totalReceivedSet": int(seen["total_price"]) - int(seen["total_outstanding"])
        if seen["financial_status"] == "paid"
        else 0,
        "currentTotalDutiesSet": None,
        "currentTotalAdditionalFeesSet": None,
    }


def _bag(seen: Node, member: str) -> Node:
    """The set of two monies; one yen has a decimal in GraphQL, none in REST (2.4)."""
    written = seen[f"{member}_set"]
    return {
        name: {
            "amount": f"{written[kind]['amount']}.0"
            if "." not in written[kind]["amount"]
            else written[kind]["amount"],
            "currencyCode": written[kind]["currency_code"],
        }
        for name, kind in (
            ("shopMoney", "shop_money"),
            ("presentmentMoney", "presentment_money"),
        )
    }


def plain(seen: Node) -> Node:
    return {
        "name": seen["name"],
        "number": seen["order_number"],
        "confirmationNumber": seen["confirmation_number"],
        "confirmed": seen["confirmed"],
        "currencyCode": seen["currency"],
        "presentmentCurrencyCode": seen["presentment_currency"],
        "customerLocale": seen["customer_locale"],
        "clientIp": None,
        "discountCode": next((one["code"] for one in seen["discount_codes"]), None),
        "discountCodes": [one["code"] for one in seen["discount_codes"]],
        "dutiesIncluded": seen["duties_included"],
        "edited": False,
        "email": seen["email"],
        "estimatedTaxes": seen["estimated_taxes"],
        "note": seen["note"],
        "paymentGatewayNames": seen["payment_gateway_names"],
        "paymentTerms": seen["payment_terms"],
        "phone": seen["phone"],
        "poNumber": None,
        "requiresShipping": any(one["requires_shipping"] for one in seen["line_items"]),
        "sourceName": seen["source_name"],
        "statusPageUrl": seen["order_status_url"],
        "taxesIncluded": seen["taxes_included"],
        "test": seen["test"],
        "totalCashRoundingAdjustment": {"paymentSet": 0, "refundSet": 0},
        "localizedFields": [],
        "additionalFees": [],
        "returns": [],
        "risk": {"assessments": [], "recommendation": "NONE"},
    }


def line(one: Node) -> Node:
    price, quantity = int(one["price"]), one["quantity"]
    discounts = [int(each["amount"]) for each in one["discount_allocations"]]
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", one["id"]),
        "name": one["name"],
        "title": one["title"],
        "variantTitle": one["variant_title"],
        "sku": one["sku"],
        "vendor": one["vendor"],
        "quantity": quantity,
        "currentQuantity": one["current_quantity"],
        "fulfillableQuantity": one["fulfillable_quantity"],
        "unfulfilledQuantity": one["fulfillable_quantity"],
        "refundableQuantity": one["current_quantity"],
        "nonFulfillableQuantity": 0,
        "requiresShipping": one["requires_shipping"],
        "isGiftCard": one["gift_card"],
        "taxable": one["taxable"],
        "customAttributes": [
            {"key": each["name"], "value": each["value"]} for each in one["properties"]
        ],
        "originalUnitPriceSet": price,
        "discountedUnitPriceSet": price,
        "discountedUnitPriceAfterAllDiscountsSet": (price * quantity - sum(discounts))
        // max(quantity, 1),
        "originalTotalSet": price * quantity,
        "discountedTotalSet": price * quantity,
        "totalDiscountSet": 0,
        "discountAllocations": [{"allocatedAmountSet": each} for each in discounts],
        "taxLines": [tax(each) for each in one["tax_lines"]],
        "sellingPlan": None,
        "contract": None,
        "lineItemGroup": None,
        "product": None,
        "variant": None,
        "duties": [],
    }


def shipping(one: Node) -> Node:
    return {
        "id": gid("ShippingLine", one["id"]),
        "title": one["title"],
        "code": one["code"],
        "source": one["source"],
        "carrierIdentifier": None,
        "isRemoved": one["is_removed"],
        "originalPriceSet": int(one["price"]),
        "discountedPriceSet": int(one["discounted_price"]),
        "currentDiscountedPriceSet": int(one["discounted_price"]),
        "discountAllocations": [],
        "taxLines": [tax(each) for each in one["tax_lines"]],
        "phone": None,
        "custom": False,
    }


def tax(one: Node) -> Node:
    return {
        "title": one["title"],
        "rate": one["rate"],
        "ratePercentage": one["rate"] * 100,
        "priceSet": int(one["price"]),
        "channelLiable": one["channel_liable"],
        "source": None,
    }


def refund(one: Node) -> Node:
    return {
        "id": gid("Refund", one["id"]),
        "legacyResourceId": str(one["id"]),
        "createdAt": utc(one["created_at"]),
        "processedAt": utc(one["processed_at"]),
        "updatedAt": utc(one["processed_at"]),
        "note": one["note"],
        "totalRefundedSet": 0,
        "transactions": [],
        "orderAdjustments": [],
        "refundShippingLines": [],
        "refundLineItems": [
            {
                "id": gid("RefundLineItem", each["id"]),
                "quantity": each["quantity"],
                "lineItem": line(shown(each["line_item"])),
                "subtotalSet": each["subtotal"],
                "totalTaxSet": each["total_tax"],
                "restockType": each["restock_type"].upper(),
            }
            for each in one["refund_line_items"]
        ],
    }


def transaction(kept: Node, one: Node) -> Node:
    is_manual = one["gateway"] not in ("Shopify Payments", "gift_card")
    is_manual = is_manual and "payment_id" not in one
    return {
        "id": gid("OrderTransaction", one["id"]),
        "kind": one["kind"].upper(),
        "status": one["status"].upper(),
        "gateway": one["gateway"],
        "formattedGateway": one["gateway"],
        "manualPaymentGateway": is_manual,
        "amountSet": int(one["amount"]),
        "paymentId": one.get("payment_id", f"{kept['name']}.1"),
        "test": one["test"],
        "createdAt": utc(one["created_at"]),
        "processedAt": utc(one["created_at"]),
        "errorCode": None,
        "parentTransaction": None,
    }


def address(one: Node | None, number: int) -> Node | None:
    if one is None:
        return None
    return {
        "id": gid("MailingAddress", number),
        "firstName": one["first_name"],
        "lastName": one["last_name"],
        "name": one["name"],
        "company": one["company"],
        "address1": one["address1"],
        "address2": one["address2"],
        "city": one["city"],
        "province": one["province"],
        "provinceCode": one["province_code"],
        "zip": one["zip"],
        "country": one["country"],
        "countryCode": one["country_code"],
        "countryCodeV2": one["country_code"],
        "phone": one["phone"],
        "latitude": one["latitude"],
        "longitude": one["longitude"],
    }


def customer(one: Node | None) -> Node | None:
    if one is None:
        return None
    return {
        "id": gid("Customer", one["id"]),
        "legacyResourceId": str(one["id"]),
        "email": one["email"],
        "firstName": one["first_name"],
        "lastName": one["last_name"],
        "displayName": f"{one['first_name']} {one['last_name']}",
        "phone": one["phone"],
        "defaultEmailAddress": {"emailAddress": one["email"]},
        "defaultPhoneNumber": one["phone"] and {"phoneNumber": one["phone"]},
        "defaultAddress": address(one["default_address"], one["id"]),
        "tags": [],
    }
