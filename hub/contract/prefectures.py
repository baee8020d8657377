"""The 47 prefectures, as carts spell them."""

from hub.text.widths import narrow, without_spaces

_NAMES = (
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 "
    "栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 "
    "石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 "
    "滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 "
    "岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 "
    "佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県"
)
_ROMAN = (
    "hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma "
    "saitama chiba tokyo kanagawa niigata toyama ishikawa fukui yamanashi nagano gifu "
    "shizuoka aichi mie shiga kyoto osaka hyogo nara wakayama tottori shimane okayama "
    "hiroshima yamaguchi tokushima kagawa ehime kochi fukuoka saga nagasaki kumamoto "
    "oita miyazaki kagoshima okinawa"
)
PREFECTURES = tuple(_NAMES.split())
_ENDINGS = ("-ken", "-fu", "-to", "-do", " prefecture")
_ACCENTS = str.maketrans("ōūŌŪ", "ouOU")


def _spellings() -> dict[str, str]:
    known: dict[str, str] = {}
    romans = _ROMAN.split()
    for code, name in enumerate(PREFECTURES, start=1):
        short = name if name == "北海道" else name[:-1]
        for spelling in (name, short, f"jp-{code:02d}", romans[code - 1]):
            known[spelling] = name
    return known


_KNOWN = _spellings()


def normal_prefecture(text: str) -> str:
    """Return the official name of a prefecture, or the text where it is none we know.

    Understands 東京, 東京都(23区内), Tokyo, Tōkyō-to and JP-13. Bare numbers stay: each
    cart counts its own way.
    """
    wanted = without_spaces(narrow(text)).partition("(")[0]
    if wanted in _KNOWN:
        return _KNOWN[wanted]
    roman = narrow(text).strip().lower().translate(_ACCENTS)
    for ending in _ENDINGS:
        roman = roman.removesuffix(ending)
    return _KNOWN.get(roman, text)


def split_prefecture(text: str) -> tuple[str, str]:
    """Return the prefecture that an address begins with, "" for none, and the rest."""
    stripped = text.strip(" \u3000")
    for name in PREFECTURES:
        # Anchored: 京都 also stands inside 東京都.
        if stripped.startswith(name):
            return name, stripped[len(name) :].lstrip(" \u3000")
    return "", text
