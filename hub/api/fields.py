"""The API's values: moments with Z, yen with a currency, texts without traps."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

CURRENCY = "JPY"
LONGEST_TEXT = 500
_KEPT_CONTROLS = "\n\t"
# What `_is_control` refuses, for the document.
_NO_CONTROLS = "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$"


class UtcField(fields.AwareDateTime):
    """A moment of RFC 3339; told in UTC with Z, read with any offset."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return None if value is None else utc_text(value)


def utc_text(moment: datetime) -> str:
    """Return a moment as the API writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class PlainText(fields.String):
    """A text without control characters, which databases and logs stumble over."""

    def __init__(self, *, longest: int = LONGEST_TEXT, **options: Any) -> None:
        """Take how long it may be."""
        metadata = {"pattern": _NO_CONTROLS, **options.pop("metadata", {})}
        super().__init__(
            validate=validate.Length(min=1, max=longest), metadata=metadata, **options
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **rest)
        if any(_is_control(character) for character in text):
            raise ValidationError(
                "制御文字は使えません。 / Control characters cannot be used."
            )
        return text


def _is_control(character: str) -> bool:
    is_control = unicodedata.category(character) in ("Cc", "Cs")
    return is_control and character not in _KEPT_CONTROLS


class MoneySchema(Schema):
    """Whole yen, tax included."""

    class Meta:
        """Let clients of a later version pass over what they do not know."""

        unknown = EXCLUDE

    amount = fields.Integer(required=True)
    currency = fields.Constant(
        CURRENCY, required=True, metadata={"type": "string", "enum": [CURRENCY]}
    )


def money(amount: int | None) -> dict[str, int] | None:
    """Return an amount as a document, None where it is not known."""
    return None if amount is None else {"amount": int(amount)}
