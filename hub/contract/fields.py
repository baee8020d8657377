"""marshmallow fields for orders: strict in type, with words for the shop that sent it.

A wrong type is never mended: a total that was guessed is worse than one that is asked
for again. Every message is Japanese, then English.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from hub.contract.events import Version, version_of
from hub.contract.money import Yen

LARGEST_YEN = 9_999_999_999
_TOKYO = ZoneInfo("Asia/Tokyo")
_EARLIEST_YEAR, _LATEST_YEAR = 2000, 2099
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?"
)

_OBJECT = "オブジェクト({…})で書いてください。 / Write an object ({…})."
_REQUIRED = "必須の項目です。 / This is required."


def _words(**words: str) -> dict[str, str | list[Any] | dict[Any, Any]]:
    return {"required": _REQUIRED, "null": _REQUIRED, **words}


def _schema_words() -> dict[str, str]:
    return {"type": _OBJECT}


class DoorSchema(Schema):
    """Reads an object from outside: unknown members are passed over."""

    class Meta:
        """Carts add members without asking."""

        unknown = EXCLUDE

    error_messages = _schema_words()


class PartField(fields.Nested):
    """An object within an object."""

    default_error_messages = _words(type=_OBJECT)


class ListField(fields.List[Any]):
    """A list of one kind of thing."""

    default_error_messages = _words(
        invalid="配列([…])で書いてください。 / Write an array ([…])."
    )


class TextField(fields.Field[str]):
    """A text; absent and null are the empty text unless it `is_needed`."""

    default_error_messages = _words(
        type="文字列で書いてください。 / Write a string.",
        length="{longest}文字以内で書いてください。 / "
        "Write at most {longest} characters.",
    )

    def __init__(self, *, longest: int = 500, is_needed: bool = False) -> None:
        """Take the longest length; a needed text is trimmed, for it names something."""
        options: dict[str, Any] = {} if is_needed else {"load_default": ""}
        super().__init__(required=is_needed, allow_none=not is_needed, **options)
        self._longest = longest

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        """Read null as the empty text."""
        return super().deserialize(value, *args, **kwargs) or ""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("type")
        if len(value) > self._longest:
            raise self.make_error("length", longest=self._longest)
        if not self.required:
            return value
        if not value.strip():
            raise self.make_error("required")
        return value.strip()


class TextsField(fields.Dict):
    """An object of texts; absent and null are the empty one."""

    default_error_messages = _words(invalid=_OBJECT)

    def __init__(self, *, longest: int = 1000) -> None:
        """Take the longest length of a value."""
        super().__init__(
            keys=TextField(longest=100),
            values=TextField(longest=longest),
            allow_none=True,
            load_default=dict,
        )


class WholeField(fields.Field[int]):
    """A whole number within bounds; never a text, a fraction or true."""

    default_error_messages = _words(
        type="整数で書いてください(引用符なし)。 / "
        "Write a whole number, without quotes.",
        range="{lowest}から{highest}までの整数で書いてください。 / "
        "Write a whole number from {lowest} to {highest}.",
    )

    def __init__(self, *, lowest: int, highest: int, **options: Any) -> None:
        """Take the bounds, both allowed."""
        super().__init__(**options)
        self._lowest = lowest
        self._highest = highest

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("type")
        if not self._lowest <= value <= self._highest:
            raise self.make_error(
                "range", lowest=f"{self._lowest:,}", highest=f"{self._highest:,}"
            )
        return value


class YenField(WholeField):
    """An amount in whole yen, which may be negative (a discount)."""

    def __init__(self, **options: Any) -> None:
        """Bound the amount, so that no sum leaves the database's range."""
        super().__init__(lowest=-LARGEST_YEN, highest=LARGEST_YEN, **options)

    def _deserialize(self, *args: Any, **kwargs: Any) -> Yen:
        return Yen(super()._deserialize(*args, **kwargs))


class FlagField(fields.Field[bool]):
    """True or false, and nothing that looks like it."""

    default_error_messages = _words(
        type="true か false で書いてください。 / Write true or false."
    )

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("type")
        return value


class ChoiceField(fields.Field[StrEnum]):
    """One of the values of an enumeration."""

    default_error_messages = _words(
        choice="次のどれかを書いてください: {choices} / Write one of: {choices}"
    )

    def __init__(self, kinds: type[StrEnum], **options: Any) -> None:
        """Take the enumeration."""
        super().__init__(**options)
        self._kinds = kinds

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> StrEnum:
        if not isinstance(value, str) or value not in list(self._kinds):
            raise self.make_error("choice", choices=", ".join(self._kinds))
        return self._kinds(value)


class MomentField(fields.Field[datetime]):
    """An ISO 8601 moment; one without an offset is Japan's, as carts mean it."""

    default_error_messages = _words(
        type="日時を 2026-11-23T09:12:44+09:00 の形で書いてください。 / "
        "Write a moment like 2026-11-23T09:12:44+09:00."
    )

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> datetime:
        moment = _moment(value)
        if moment is None:
            raise self.make_error("type")
        return moment


class DayField(fields.Field[date]):
    """A day; the time of a moment given instead is that of Japan."""

    default_error_messages = _words(
        type="日付を 2026-11-23 の形で書いてください。 / Write a day like 2026-11-23."
    )

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> date:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            value = f"{value}T00:00:00"
        moment = _moment(value)
        if moment is None:
            raise self.make_error("type")
        return moment.astimezone(_TOKYO).date()


class VersionField(fields.Field[Version]):
    """The cart's own version: a non-negative whole number, or a moment."""

    default_error_messages = _words(
        type="0以上の整数か日時で書いてください。 / "
        "Write a whole number from 0, or a moment."
    )

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Version:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return version_of(value)
        moment = _moment(value)
        if moment is None:
            raise self.make_error("type")
        return version_of(moment)


def findings(error: ValidationError) -> dict[str, str]:
    """Return what is wrong where, by dotted path: {"order.lines.0.quantity": …}."""
    found: dict[str, str] = {}
    _flatten(error.messages, "", found)
    return found


def _flatten(messages: object, path: str, found: dict[str, str]) -> None:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == "_schema" else str(name)
            _flatten(inner, f"{path}.{step}".strip("."), found)
    elif isinstance(messages, list):
        found[path] = " ".join(str(message) for message in messages)
    else:
        found[path] = str(messages)


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value, 0, 40):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=_TOKYO)
