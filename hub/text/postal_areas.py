"""Which prefectures a postal code lies in, by its first digits.

Derived from Japan Post's list of all codes. A few post offices deliver over a
prefecture's border, and some companies' own codes lie elsewhere, so a code may have
more than one answer.
"""

from functools import cache

_RUNS = (
    "001-007 北海道; 010-019 秋田県; 020-029 岩手県; 030-039 青森県; 040-099 北海道; "
    "100-208 東京都; 210-259 神奈川県; 260-299 千葉県; 300-319 茨城県; 320-329 栃木県; "
    "330-369 埼玉県; 370-379 群馬県; 380-399 長野県; 400-409 山梨県; 410-439 静岡県; "
    "440-498 愛知県; 500-509 岐阜県; 510-519 三重県; 520-529 滋賀県; 530-599 大阪府; "
    "600-629 京都府; 630-639 奈良県; 640-649 和歌山県; 650-679 兵庫県; 680-689 鳥取県; "
    "690-699 島根県; 700-719 岡山県; 720-739 広島県; 740-759 山口県; 760-769 香川県; "
    "770-779 徳島県; 780-789 高知県; 790-799 愛媛県; 800-839 福岡県; 840-849 佐賀県; "
    "850-859 長崎県; 860-869 熊本県; 870-879 大分県; 880-889 宮崎県; 890-899 鹿児島県; "
    "900-907 沖縄県; 910-919 福井県; 920-929 石川県; 930-939 富山県; 940-959 新潟県; "
    "960-979 福島県; 980-989 宮城県; 990-999 山形県"
)
# Beside the run's own prefecture.
_ALSO = {
    "018": "青森県",
    "100": "埼玉県 千葉県",
    "121": "埼玉県",
    "174": "埼玉県",
    "220": "東京都",
    "247": "東京都",
    "311": "栃木県",
    "349": "栃木県",
    "370": "埼玉県 東京都",
    "384": "群馬県",
    "389": "群馬県 新潟県",
    "431": "愛知県",
    "498": "三重県",
    "520": "京都府",
    "539": "兵庫県",
    "563": "兵庫県",
    "618": "大阪府",
    "630": "大阪府",
    "647": "三重県 奈良県",
    "648": "奈良県",
    "684": "島根県",
    "685": "島根県",
    "811": "長崎県",
    "817": "長崎県",
    "839": "大分県",
    "848": "長崎県",
    "871": "福岡県",
    "922": "福井県",
    "939": "石川県",
    "949": "長野県",
}


def prefectures_of(postal_code: str) -> tuple[str, ...]:
    """Return the prefectures of a code like 150-0001, the likeliest first."""
    return _areas().get(postal_code[:3], ())


@cache
def _areas() -> dict[str, tuple[str, ...]]:
    areas: dict[str, tuple[str, ...]] = {}
    for run in _RUNS.split("; "):
        digits, name = run.split()
        first, last = map(int, digits.split("-"))
        for number in range(first, last + 1):
            key = f"{number:03d}"
            areas[key] = (name, *_ALSO.get(key, "").split())
    return areas
