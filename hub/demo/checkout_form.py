"""The checkout form: what the buyer wrote becomes a draft, or sentences of help."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.contract.order import Address, Contact

from .goods import DEFERRED_LIMIT, lines_of, total_of
from .orders import Draft, PaymentMethod

PREFECTURES = tuple(
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県"
    " 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県"
    " 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県"
    " 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県"
    " 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県".split()
)
# The provider's own limits, so that the shop asks while the buyer is still there.
LONGEST = {"name": 21, "name_kana": 25, "email": 100}
LONGEST_ADDRESS = 55
PERSON = (
    "name",
    "name_kana",
    "postal_code",
    "prefecture",
    "city",
    "street",
    "building",
    "phone",
)
NEEDED = {
    "name": "お名前を入力してください。",
    "name_kana": "お名前のフリガナを入力してください。",
    "postal_code": "郵便番号を入力してください。",
    "prefecture": "都道府県を選んでください。",
    "city": "市区町村を入力してください。",
    "street": "番地を入力してください。",
    "phone": "電話番号を入力してください。",
    "email": "メールアドレスを入力してください。",
}
HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
DASHES = re.compile(r"[\s‐‑‒–—―−ーｰ-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome of a check: a draft, or errors by field name."""

    draft: Draft | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def check(
    written: Mapping[str, str], *, basket: Mapping[str, int], cart_id: str
) -> Checked:
    """Check a filled form against a basket."""
    errors: dict[str, str] = {}
    buyer = _contact(written, "", errors)
    is_elsewhere = bool(written.get("ship_elsewhere"))
    ship_to = _contact(written, "ship_", errors) if is_elsewhere else None
    method = _method(written, basket, errors)
    if errors or method is None:
        return Checked(errors=errors)
    draft = Draft(
        cart_id=cart_id,
        buyer=buyer,
        ship_to=ship_to,
        basket=basket,
        payment_method=method,
    )
    return Checked(draft=draft)


def _contact(
    written: Mapping[str, str], prefix: str, errors: dict[str, str]
) -> Contact:
    names = PERSON if prefix else (*PERSON, "email")
    tidy = {name: _tidy(name, written.get(prefix + name, "")) for name in names}
    for name, text in tidy.items():
        problem = _problem(name, text)
        if problem:
            errors[prefix + name] = problem
    address = Address(
        postal_code=tidy["postal_code"],
        prefecture=tidy["prefecture"],
        city=tidy["city"],
        street=tidy["street"],
        building=tidy["building"],
    )
    if len(address.one_line) > LONGEST_ADDRESS and prefix + "building" not in errors:
        over = len(address.one_line) - LONGEST_ADDRESS
        errors[prefix + "building"] = (
            f"住所は全体で{LONGEST_ADDRESS}文字までです。{over}文字短くしてください。"
        )
    return Contact(
        name=tidy["name"],
        name_kana=tidy["name_kana"],
        phone=tidy["phone"],
        email=tidy.get("email", ""),
        address=address,
    )


def _tidy(name: str, text: str) -> str:
    one_line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if name == "name_kana":
        kana = unicodedata.normalize("NFKC", one_line).translate(HIRAGANA_TO_KATAKANA)
        return kana.replace("-", "ー")
    if name in ("postal_code", "phone"):
        digits = DASHES.sub("", unicodedata.normalize("NFKC", one_line))
        return _hyphened(name, digits)
    if name == "email":
        return unicodedata.normalize("NFKC", one_line)
    return one_line


def _hyphened(name: str, digits: str) -> str:
    if name == "postal_code" and re.fullmatch(r"[0-9]{7}", digits):
        return f"{digits[:3]}-{digits[3:]}"
    return digits


def _problem(name: str, text: str) -> str:
    if not text:
        return NEEDED.get(name, "")
    if len(text) > LONGEST.get(name, 60):
        longest = LONGEST.get(name, 60)
        return f"{longest}文字までです。{len(text) - longest}文字短くしてください。"
    shape, sentence = SHAPES.get(name, (None, ""))
    return "" if shape is None or shape.fullmatch(text) else sentence


SHAPES = {
    "name_kana": (
        re.compile(r"[ァ-ヶー・ ]+"),
        "カタカナで入力してください(例: ミホン ハナコ)。",
    ),
    "postal_code": (
        re.compile(r"[0-9]{3}-[0-9]{4}"),
        "数字7桁で入力してください(例: 150-0001)。",
    ),
    "prefecture": (
        re.compile("|".join(PREFECTURES)),
        "都道府県を選んでください。",
    ),
    "phone": (
        re.compile(r"0[0-9]{9,10}"),
        "0から始まる10桁か11桁の番号を入力してください(例: 03-0000-0000)。",
    ),
    "email": (
        re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"),
        "「@」を含む半角英数字で入力してください(例: hanako@example.jp)。",
    ),
}


def _method(
    written: Mapping[str, str], basket: Mapping[str, int], errors: dict[str, str]
) -> PaymentMethod | None:
    try:
        method = PaymentMethod(written.get("payment_method", ""))
    except ValueError:
        errors["payment_method"] = "お支払い方法を選んでください。"
        return None
    if method is not PaymentMethod.DEFERRED:
        return method
    total = total_of(lines_of(basket, is_deferred=True))
    if not total.is_within_deferred_limit:
        errors["payment_method"] = (
            f"後払いは{DEFERRED_LIMIT}(税抜)までです。このご注文は{total.excluding_tax}"
            "(税抜)です。数量を減らすか、別のお支払い方法をお選びください。"
        )
    elif not written.get("consent"):
        errors["consent"] = (
            "注意事項をお読みのうえ、同意するにチェックを入れてください。"
        )
    return method
