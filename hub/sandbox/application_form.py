"""The application form: its fields, what each may hold, and a filled-in sample."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from hub.sandbox.applications import Form
from hub.sandbox.errors import FormError
from hub.sandbox.papers import MerchantKind
from hub.sandbox.terms import CYCLES, PLANS

_Text = tuple[str, str]

_TEL: Final = re.compile(r"0[0-9]{9,10}")
_ZIP: Final = re.compile(r"[0-9]{3}-?[0-9]{4}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+\.[^@\s]+")
_LONGEST_WISH: Final = timedelta(days=366)
_MOST_YEN: Final = 9_999_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One text of the form; `limit` in characters, `shape` is the browser's type."""

    name: str
    ja: str
    en: str
    limit: int
    shape: str = "text"
    sample: str = ""


FIELDS: Final = (
    Field(name="company", ja="会社名・屋号", en="Company", limit=60, sample="見本商店"),
    Field(
        name="representative",
        ja="代表者名",
        en="Representative",
        limit=21,
        sample="見本一郎",
    ),
    Field(name="person", ja="担当者名", en="Contact", limit=21, sample="見本花子"),
    Field(
        name="email",
        ja="メールアドレス",
        en="E-mail",
        limit=100,
        shape="email",
        sample="shop@example.com",
    ),
    Field(
        name="tel",
        ja="電話番号",
        en="Phone",
        limit=15,
        shape="tel",
        sample="098-000-0000",
    ),
    Field(
        name="postal_code",
        ja="郵便番号",
        en="Postal code",
        limit=8,
        sample="900-0000",
    ),
    Field(
        name="address",
        ja="所在地",
        en="Address",
        limit=100,
        sample="沖縄県見本市例町1-2-3",
    ),
    Field(
        name="shop_name", ja="店舗名", en="Shop name", limit=60, sample="見本商店 本店"
    ),
    Field(
        name="shop_url",
        ja="ショップのURL",
        en="Shop URL",
        limit=200,
        shape="url",
        sample="https://shop.example.com/",
    ),
    Field(
        name="goods",
        ja="取扱商品",
        en="Goods",
        limit=300,
        sample="例の茶葉、急須",
    ),
)
CHECKS: Final = ("excludes_restricted", "has_proof")
NUMBERS: Final = ("cycle", "expected_yen")
DAYS: Final = ("contacted_on", "wished_on")
NAMES: Final = (
    *("kind", *(field.name for field in FIELDS), "plan"),
    *(*CHECKS, *NUMBERS, *DAYS),
)


def sample(kind: MerchantKind = MerchantKind.CORPORATION) -> dict[str, Any]:
    """Return a form that is taken as it stands."""
    is_alone = kind is MerchantKind.SOLE_PROPRIETOR
    return {
        "kind": kind.value,
        **{field.name: field.sample for field in FIELDS},
        "plan": "B",
        "cycle": 2,
        "expected_yen": 500_000,
        "excludes_restricted": False,
        "has_proof": is_alone,
    }


def read_form(wanted: Mapping[str, Any], *, today: date) -> Form:
    """Return the form that JSON or a page brings; raises FormError with every fault."""
    faults: dict[str, _Text] = {
        name: ("この項目はありません", f"unknown; known are {list(NAMES)}")
        for name in sorted(set(wanted) - set(NAMES))
    }
    read: dict[str, Any] = {}
    for name, reader in _READERS.items():
        try:
            read[name] = reader(wanted.get(name), today)
        except _FaultError as fault:
            faults[name] = fault.text
    if faults:
        raise FormError(faults)
    return Form(**read)


def changed_form(form: Form, changes: Mapping[str, Any], *, today: date) -> Form:
    """Return the form with some answers replaced; raises FormError."""
    before = {name: value for name, value in asdict(form).items() if value is not None}
    return read_form({**before, **changes}, today=today)


class _FaultError(ValueError):
    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.text = (ja, en)


def _text_of(field: Field) -> Callable[[Any, date], str]:
    def read(value: Any, _today: date) -> str:
        text = "" if value is None else str(value).strip()
        if not text:
            raise _FaultError("入力してください", "is missing")
        if len(text) > field.limit:
            raise _FaultError(
                f"{field.limit}文字以内で入力してください",
                f"has more than {field.limit} characters",
            )
        if field.name in _SHAPES:
            _SHAPES[field.name](text)
        return text

    return read


def _check_tel(text: str) -> None:
    if not _TEL.fullmatch(text.replace("-", "")):
        raise _FaultError("0から始まる10桁か11桁の番号です", "has 10 or 11 digits")


def _check_zip(text: str) -> None:
    if not _ZIP.fullmatch(text):
        raise _FaultError("7桁の数字です", "has seven digits")


def _check_email(text: str) -> None:
    if not _EMAIL.fullmatch(text):
        raise _FaultError("メールアドレスの形ではありません", "is no e-mail address")


def _check_url(text: str) -> None:
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address or any(character.isspace() for character in text):
        raise _FaultError(
            "http:// か https:// で始まるURLです", "begins with http:// or https://"
        )


_SHAPES: Final[Mapping[str, Callable[[str], None]]] = {
    "tel": _check_tel,
    "postal_code": _check_zip,
    "email": _check_email,
    "shop_url": _check_url,
}


def _kind(value: Any, _today: date) -> MerchantKind:
    try:
        return MerchantKind(str(value))
    except ValueError as error:
        kinds = [kind.value for kind in MerchantKind]
        raise _FaultError("法人か個人事業主です", f"is one of {kinds}") from error


def _plan(value: Any, _today: date) -> str:
    plan = str(value).upper()
    if plan not in PLANS:
        raise _FaultError("A〜Dのどれかです", f"is one of {list(PLANS)}")
    return plan


def _cycle(value: Any, _today: date) -> int:
    if str(value) not in map(str, CYCLES):
        raise _FaultError("月1〜3回のどれかです", f"is one of {list(CYCLES)}")
    return int(str(value))


def _yen(value: Any, _today: date) -> int:
    text = str(value).replace(",", "").strip()
    if not (text.isascii() and text.isdecimal()) or int(text) > _MOST_YEN:
        raise _FaultError("0以上の整数(円)です", "is whole yen, 0 or more")
    return int(text)


def _check(value: Any, _today: date) -> bool:
    return value in (True, "1", "on")


def _day(value: Any) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise _FaultError("日付は YYYY-MM-DD です", "is written YYYY-MM-DD") from error


def _contacted(value: Any, today: date) -> date:
    day = _day(value) or today
    if day > today:
        raise _FaultError("今日までの日付です", f"is not later than {today}")
    return day


def _wished(value: Any, today: date) -> date | None:
    day = _day(value)
    if day and day > today + _LONGEST_WISH:
        raise _FaultError("1年以内の日付です", "lies within a year")
    return day


_READERS: Final[Mapping[str, Callable[[Any, date], Any]]] = {
    "kind": _kind,
    **{field.name: _text_of(field) for field in FIELDS},
    "plan": _plan,
    "cycle": _cycle,
    "expected_yen": _yen,
    **dict.fromkeys(CHECKS, _check),
    "contacted_on": _contacted,
    "wished_on": _wished,
}
