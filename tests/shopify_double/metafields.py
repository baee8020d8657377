"""The mutations of metafields and their definitions."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from tests.shopify_double.graph import Graph
from tests.shopify_double.order_book import gid
from tests.shopify_double.reads import kept_order, needs

if TYPE_CHECKING:
    from tests.shopify_double.engine import Context
    from tests.shopify_double.order_changes import OrderChanges

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?.*")
_WHOLE = re.compile(r"-?\d+")


class MetafieldWrites:
    """The mutations, by the names of the schema."""

    def __init__(self, book: OrderChanges) -> None:
        self._book = book

    def by_name(self) -> dict[str, Any]:
        return {
            "metafieldsSet": self.set_metafields,
            "metafieldsDelete": self.delete_metafields,
            "metafieldDefinitionCreate": self.define_metafield,
        }

    def set_metafields(
        self, context: Context, metafields: list[dict[str, Any]]
    ) -> dict[str, Any]:
        found = [self._metafield(context, one) for one in metafields]
        errors = [
            {
                "code": fault,
                "elementIndex": at,
                "field": ["metafields", str(at), "value"],
                "message": fault.capitalize(),
            }
            for at, (fault, _) in enumerate(found)
            if fault
        ]
        if errors or len(metafields) > 25:
            return {"metafields": None, "userErrors": errors}
        touched = {}
        for one, (_, made) in zip(metafields, found, strict=True):
            kept, order = self._owner(context, one["ownerId"])
            key = (made["namespace"], made["key"])
            if kept.get(key, {}).get("value") != made["value"] and order:
                touched[order["id"]] = order
            kept[key] = made
        for order in touched.values():
            self._book.touch(context.shop, order)
        return {"metafields": [made for _, made in found], "userErrors": []}

    def _owner(self, context: Context, owner: str) -> tuple[Any, Any]:
        if owner.startswith("gid://shopify/AppInstallation/"):
            return context.shop.installation_metafields, None
        needs(context, "write_orders")
        order = kept_order(context, owner)
        return (None, None) if order is None else (order["_metafields"], order)

    def _metafield(
        self, context: Context, wish: dict[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        space = Graph(context.world).namespace(wish.get("namespace"))
        kept, order = self._owner(context, wish["ownerId"])
        if kept is None:
            return "INVALID", {}
        definition = next(
            (
                one
                for one in context.shop.definitions
                if (one["namespace"], one["key"]) == (space, wish["key"]) and order
            ),
            None,
        )
        kind = wish.get("type") or (definition and definition["type"]["name"])
        if not kind:
            return "BLANK", {}
        if definition and definition["type"]["name"] != kind:
            return "INVALID_TYPE", {}
        if not _is_valid(kind, wish["value"]):
            return "INVALID_VALUE", {}
        before = kept.get((space, wish["key"]))
        if "compareDigest" in wish:
            digest = before["compareDigest"] if before else None
            if wish["compareDigest"] != digest:
                return "STALE_OBJECT", {}
        stamp = context.world.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        made_id = gid("Metafield", context.world.next_id())
        return "", {
            "__typename": "Metafield",
            "id": before["id"] if before else made_id,
            "namespace": space,
            "key": wish["key"],
            "type": kind,
            "value": wish["value"],
            "jsonValue": wish["value"],
            "compareDigest": hashlib.sha256(wish["value"].encode()).hexdigest(),
            "ownerType": "ORDER" if order else "APIPERMISSION",
            "createdAt": stamp,
            "updatedAt": stamp,
            "definition": definition,
        }

    def delete_metafields(
        self, context: Context, metafields: list[dict[str, Any]]
    ) -> dict[str, Any]:
        gone: list[Any] = []
        for one in metafields:
            kept, order = self._owner(context, one["ownerId"])
            space = Graph(context.world).namespace(one["namespace"])
            found = kept.pop((space, one["key"]), None)
            gone.append(found and {**one, "namespace": space})
            if found and order:
                self._book.touch(context.shop, order)
        return {"deletedMetafields": gone, "userErrors": []}

    def define_metafield(
        self, context: Context, definition: dict[str, Any]
    ) -> dict[str, Any]:
        space = Graph(context.world).namespace(definition.get("namespace"))
        names = (space, definition["key"], definition["ownerType"])
        taken = any(
            names == (one["namespace"], one["key"], one["ownerType"])
            for one in context.shop.definitions
        )
        if taken:
            error = {
                "code": "TAKEN",
                "field": ["definition", "key"],
                "message": "Key is in use for Order metafields on the namespace.",
            }
            return {"createdDefinition": None, "userErrors": [error]}
        made = {
            "__typename": "MetafieldDefinition",
            "id": gid("MetafieldDefinition", context.world.next_id()),
            "namespace": space,
            "key": definition["key"],
            "name": definition["name"],
            "description": definition.get("description"),
            "ownerType": definition["ownerType"],
            "type": {"name": definition["type"], "category": "TEXT"},
            "pinnedPosition": 1 if definition.get("pin") else None,
            "access": definition.get("access") or {"admin": "PUBLIC_READ_WRITE"},
            "validations": [],
        }
        context.shop.definitions.append(made)
        return {"createdDefinition": made, "userErrors": []}


def _is_valid(kind: str, value: str) -> bool:
    if not value:
        return False
    if kind == "date":
        return bool(_DATE.fullmatch(value))
    if kind == "date_time":
        return bool(_MOMENT.fullmatch(value))
    if kind == "number_integer":
        return bool(_WHOLE.fullmatch(value))
    if kind == "single_line_text_field":
        return "\n" not in value
    return True
