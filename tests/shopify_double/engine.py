"""Executes GraphQL against the published schema; what is invalid there fails here."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    build_client_schema,
    execute_sync,
    get_named_type,
    parse,
    validate,
)
from graphql import version as graphql_version

from tests.npm import package
from tests.shopify_double.world import API_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shopify_double.world import Shop, Token, World

MUTATION_COST = 10
# Mutations that demand @idempotent(key:) (shopify.md, section 0 item 5).
IDEMPOTENT = ("refundCreate",)


def published_schema(api: str = "admin") -> GraphQLSchema:
    """An API's schema as Shopify ships it; skips the test without npm."""
    return _read(api)


@cache
def _read(api: str) -> GraphQLSchema:
    folder = package("@shopify/dev-mcp")
    packed = folder / "dist" / "data" / f"{api}_{API_VERSION}.json.gz"
    # Building it takes two seconds of every test process, reading it a half.
    kept = packed.with_suffix(f".{graphql_version}.{sys.hexversion:x}.pickle")
    if kept.exists():
        schema: GraphQLSchema = pickle.loads(kept.read_bytes())
        return schema
    document = json.loads(gzip.decompress(packed.read_bytes()))
    schema = build_client_schema(document["data"], assume_valid=True)
    keep(schema, kept)
    return schema


def keep(schema: GraphQLSchema, kept: Path) -> None:
    """Write the schema for the next process; another one may do so at once."""
    before = sys.getrecursionlimit()
    # Its types lead from one to the next, thousands deep.
    sys.setrecursionlimit(100_000)
    try:
        raw = pickle.dumps(schema)
    finally:
        sys.setrecursionlimit(before)
    mine = kept.with_suffix(f".{os.getpid()}")
    mine.write_bytes(raw)
    mine.replace(kept)


@dataclass
class Context:
    """Who asks: resolvers see the world as this app in this shop."""

    world: World
    shop: Shop
    token: Token


class Engine:
    """Queries and mutations by name: functions of a context and the arguments."""

    def __init__(
        self, queries: dict[str, Any], mutations: dict[str, Any], *, api: str = "admin"
    ) -> None:
        self._api = api
        # The APIs name the root of their mutations differently.
        self._roots = {
            "QueryRoot": queries,
            "Mutation": mutations,
            "MutationRoot": mutations,
        }
        self.single_query_cap = 1000.0

    def execute(self, context: Context, request: dict[str, Any]) -> dict[str, Any]:
        """Return the body of the answer, errors and cost included."""
        schema = published_schema(self._api)
        try:
            document = parse(str(request.get("query") or ""))
        except GraphQLError as error:
            return {"errors": [error.formatted]}
        errors = validate(schema, document)
        if errors:
            return {"errors": [one.formatted for one in errors]}
        variables = request.get("variables") or {}
        cost = _cost(document, variables)
        if refusal := self._refused(context, cost):
            return refusal
        result = execute_sync(
            schema,
            document,
            context_value=context,
            variable_values=variables,
            operation_name=request.get("operationName"),
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value["__typename"],
        )
        context.shop.bucket.level -= cost
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [one.formatted for one in result.errors]
        return answer | {"extensions": {"cost": _told(context, cost, actual=cost)}}

    def _refused(self, context: Context, cost: float) -> dict[str, Any] | None:
        if cost > self.single_query_cap:
            words = f"Query cost is {cost:.0f}, which exceeds the single query max cost"
            error = _error(f"{words} limit ({self.single_query_cap:.0f}).")
            error["extensions"] = {"code": "MAX_COST_EXCEEDED", "cost": cost}
        elif context.shop.bucket.available(context.world.now()) < cost:
            error = _error("Throttled") | {"extensions": {"code": "THROTTLED"}}
        else:
            return None
        told = _told(context, cost, actual=None)
        return {"errors": [error], "extensions": {"cost": told}}

    def _resolve(self, source: Any, info: Any, **arguments: Any) -> Any:
        name, parent = info.field_name, info.parent_type.name
        if parent in self._roots:
            value = self._root(parent, info, arguments)
        elif name not in source:
            raise GraphQLError(f"the double does not speak {parent}.{name}")
        else:
            value = source[name]
            if callable(value):
                value = value(**arguments)
        return _shaped(value, get_named_type(info.return_type), arguments)

    def _root(self, parent: str, info: Any, arguments: dict[str, Any]) -> Any:
        resolver = self._roots[parent].get(info.field_name)
        if resolver is None:
            raise GraphQLError(f"the double does not speak {parent}.{info.field_name}")
        if info.field_name in IDEMPOTENT:
            names = [one.name.value for one in info.field_nodes[0].directives]
            if "idempotent" not in names:
                raise GraphQLError("The @idempotent directive is required.")
        return resolver(info.context, **arguments)


def _shaped(value: Any, named: Any, arguments: dict[str, Any]) -> Any:
    """Write lists as connections and yen as money, where the schema asks for them."""
    if named.name.endswith("Connection") and isinstance(value, list):
        return _connection(value, arguments)
    if named.name == "MoneyBag" and isinstance(value, int):
        money = {"amount": f"{value}.0", "currencyCode": "JPY"}
        return {"shopMoney": money, "presentmentMoney": money}
    return value


def _connection(values: list[Any], arguments: dict[str, Any]) -> dict[str, Any]:
    first, last = arguments.get("first"), arguments.get("last")
    if not first and not last:
        raise GraphQLError("you must provide one of first or last")
    if max(first or 0, last or 0) > 250:
        raise GraphQLError("first or last is more than 250")
    start = int(arguments["after"]) + 1 if arguments.get("after") else 0
    shown = values[start : start + first] if first else values[-(last or 0) :]
    # A long list is rendered only where it is looked at.
    shown = [one() if callable(one) else one for one in shown]
    edges = [
        {"cursor": str(start + at), "node": value} for at, value in enumerate(shown)
    ]
    page = {
        "hasNextPage": bool(first) and start + len(shown) < len(values),
        "hasPreviousPage": start > 0,
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }
    return {"nodes": shown, "edges": edges, "pageInfo": page}


def _error(message: str) -> dict[str, Any]:
    return {"message": message}


def _told(context: Context, cost: float, *, actual: float | None) -> dict[str, Any]:
    bucket = context.shop.bucket
    return {
        "requestedQueryCost": int(cost),
        "actualQueryCost": None if actual is None else int(actual),
        "throttleStatus": {
            "maximumAvailable": bucket.most,
            "currentlyAvailable": int(bucket.available(context.world.now())),
            "restoreRate": bucket.restore_rate,
        },
    }


def _cost(document: Any, variables: dict[str, Any]) -> float:
    """One per object, times the page of a connection, ten per mutation (3.2)."""
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    cost = 0.0
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            inner = _objects(one.selection_set, fragments, variables)
            writes = one.operation.value == "mutation"
            cost += inner + writes * MUTATION_COST * len(one.selection_set.selections)
    return cost


def _objects(selections: Any, fragments: Any, variables: dict[str, Any]) -> float:
    cost = 0.0
    for one in selections.selections if selections else ():
        if isinstance(one, FragmentSpreadNode):
            fragment = fragments[one.name.value]
            cost += _objects(fragment.selection_set, fragments, variables)
        elif isinstance(one, InlineFragmentNode):
            cost += _objects(one.selection_set, fragments, variables)
        elif isinstance(one, FieldNode) and one.selection_set:
            inner = _objects(one.selection_set, fragments, variables)
            cost += _own_cost(one.name.value) + inner * _page(one, variables)
    return cost


def _own_cost(name: str) -> int:
    # Money is counted as a value: how Shopify counts its sets is not documented.
    return 0 if name.endswith(("Set", "Money", "Info", "edges")) else 1


def _page(field: FieldNode, variables: dict[str, Any]) -> int:
    for argument in field.arguments or ():
        if argument.name.value in ("first", "last"):
            value: Any = argument.value
            name = getattr(getattr(value, "name", None), "value", None)
            return int(variables.get(name, 1) if name else value.value)
    return 1
