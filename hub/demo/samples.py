"""Invented buyers who fill the checkout form; the sandbox knows the names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One invented buyer and what the sandbox does with the name."""

    key: str
    outcome: str
    name: str
    name_kana: str


SAMPLES = (
    Sample(
        key="ok", outcome="すぐに審査OK", name="見本 花子", name_kana="ミホン ハナコ"
    ),
    Sample(
        key="review",
        outcome="審査中のあと審査OK",
        name="見本審査中 茂",
        name_kana="ミホンシンサチュウ シゲル",
    ),
    Sample(
        key="hold",
        outcome="保留(住所の確認)",
        name="見本保留 結衣",
        name_kana="ミホンホリュウ ユイ",
    ),
    Sample(
        key="declined",
        outcome="審査NG",
        name="見本NG 次郎",
        name_kana="ミホンエヌジー ジロウ",
    ),
)
ADDRESS = {
    "postal_code": "150-0001",
    "prefecture": "東京都",
    "city": "渋谷区神宮前",
    "street": "1-2-3",
    "building": "見本ハイツ405",
    "phone": "045-000-1234",
    "email": "hanako@example.jp",
}


def filled(key: str) -> dict[str, str]:
    """Return the checkout form's fields for a sample; empty for an unknown key."""
    for sample in SAMPLES:
        if sample.key == key:
            return {"name": sample.name, "name_kana": sample.name_kana, **ADDRESS}
    return {}
