"""Every query, judged by the schema that Shopify publishes."""

import re
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    parse,
    validate,
)

from connectors.shopify import queries
from connectors.shopify.queries import query
from tests.shopify_double.engine import published_schema

HERE = Path(queries.__file__).parent
DOCUMENTS = sorted(path.stem for path in HERE.glob("*.graphql"))
OPERATIONS = [
    name
    for name in DOCUMENTS
    if not (HERE / f"{name}.graphql").read_text().startswith("fragment")
]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_query_is_valid_by_the_published_schema(name):
    assert validate(published_schema(), parse(query(name))) == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_mutation_that_demands_a_key_has_one(name):
    mutation = published_schema().type_map["Mutation"]
    assert isinstance(mutation, GraphQLObjectType)
    text = (HERE / f"{name}.graphql").read_text("utf-8")
    for one in parse(text).definitions:
        if not text.startswith("mutation"):
            continue
        assert isinstance(one, OperationDefinitionNode)
        for root in one.selection_set.selections:
            assert isinstance(root, FieldNode)
            words = mutation.fields[root.name.value].description or ""
            keyed = {each.name.value for each in root.directives or ()}
            assert "@idempotent" not in words or "idempotent" in keyed


def test_extra_11_script_tags_are_never_called():
    sources = [*HERE.parent.glob("*.py"), *HERE.glob("*.graphql")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    assert re.search("scriptTag", text, re.IGNORECASE) is None
