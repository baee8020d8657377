"""Kinds of members, of which the API's answers and its OpenAPI document are made."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from hub.api.fields import UtcField


def said(text: str, **more: Any) -> dict[str, Any]:
    """Return the description of a member."""
    return {"description": text, **more}


def id_field(text: str = "", **options: Any) -> fields.String:
    """Return a field that holds one of our ids."""
    more = said(text) if text else {}
    return fields.String(
        required=True, metadata={"pattern": "^[0-9a-z]{26}$", **more}, **options
    )


def one_of(kinds: Any, text: str = "", **options: Any) -> fields.String:
    """Return a field that holds one of an enumeration's values."""
    values = [kind.value for kind in kinds]
    return fields.String(
        required=True,
        validate=validate.OneOf(values),
        metadata=said(text) if text else {},
        **options,
    )


def text_field(text: str = "", **options: Any) -> fields.String:
    """Return a field that holds a text, "" where there is none."""
    metadata = said(text) if text else {}
    return fields.String(required=True, metadata=metadata, **options)


def moment_field(text: str = "", *, may_lack: bool = False) -> UtcField:
    """Return a field that holds a moment, null where there is none."""
    metadata = said(text) if text else {}
    return UtcField(required=True, allow_none=may_lack, metadata=metadata)


def part(schema: type[Schema], text: str = "", *, may_lack: bool = False) -> Any:
    """Return a field that holds an object, null where there is none."""
    metadata = said(text) if text else {}
    return fields.Nested(schema, required=True, allow_none=may_lack, metadata=metadata)


def parts(schema: type[Schema]) -> Any:
    """Return a field that holds a list of objects."""
    return fields.List(fields.Nested(schema), required=True)


class Telling(Schema):
    """What is answered; a later version may tell more members."""

    class Meta:
        """Let clients of a later version pass over what they do not know."""

        unknown = EXCLUDE
