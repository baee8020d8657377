"""The banner, the tag and the manual that an approved merchant gets: samples (S22).

The real company provides its own when its review ends. These are drawn here, say 見本
wherever they are shown, and are good for trying out how a shop's pages carry them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from hub.sandbox.records import Merchant

_SVG: Final = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 468 60" \
width="468" height="60" role="img" aria-label="後払い(見本)">
<rect width="468" height="60" rx="6" fill="#0f5e63"/>
<text x="20" y="38" font-size="22" font-weight="700" fill="#fff" \
font-family="sans-serif">後払い 商品到着後にお支払い</text>
<rect x="386" y="14" width="64" height="32" rx="4" fill="#fff"/>
<text x="418" y="36" font-size="18" font-weight="700" fill="#b3261e" \
text-anchor="middle" font-family="sans-serif">見本</text>
</svg>
"""
_BOX: Final = (
    "max-width:468px;border:1px solid #0f5e63;border-radius:6px;padding:8px;"
    "font-family:sans-serif;font-size:14px;line-height:1.6"
)
_NOTES: Final = {
    "cart": ("お支払い方法に「後払い」をお選びいただけます。",),
    "payment-method": (
        "商品の到着後にお支払いいただく決済方法です。",
        "ご利用は50,000円(税抜)までです。ほかの店舗でのご利用残高も含みます。",
        "ご注文ごとに審査があり、ご利用いただけないことがあります。",
        "請求書は、商品とは別に、または商品に同梱してお届けします。",
    ),
}
_MANUAL: Final = """\
設定マニュアル(見本) {name} 様

これは検証環境が作った見本です。実在の決済会社の資料ではありません。
本番では、決済会社から届いたバナー・タグ・マニュアルを使ってください。

1. お買い物かごのページに cart.html の中身を貼り付けます。
2. お支払い方法の説明ページに payment-method.html の中身を貼り付けます。
3. 画像だけを置くときは banner.svg を使います。
4. 両方のページを開き、「見本」の文字が見えることを確かめます。

接続情報
  加盟店コード (shopCode)       {shop_code}
  接続先特定ID (linkId)         {link_id}
  連携パスワード (linkPassword) 申込の画面で確認してください
  ご利用開始日                  {starts_on}

Sample setting manual, made by a sandbox. Put cart.html into the cart page and
payment-method.html into the page that explains the payment methods.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One file: what it is, and how it is written for a merchant."""

    ja: str
    en: str
    mimetype: str
    write: Callable[[Merchant], str]


def _tag(place: str) -> Callable[[Merchant], str]:
    def write(merchant: Merchant) -> str:
        notes = "\n".join(f"<p>{note}</p>" for note in _NOTES[place])
        return (
            f"<!-- 見本: {escape(merchant.shop_code)} {place} -->\n"
            f'<div data-atodene-sample="{place}" style="{_BOX}">\n{_SVG}{notes}\n'
            "<p><b>見本</b> 検証環境の表示です。実在の会社の案内ではありません。</p>\n"
            "</div>\n"
        )

    return write


def _manual(merchant: Merchant) -> str:
    return _MANUAL.format(
        name=merchant.name,
        shop_code=merchant.shop_code,
        link_id=merchant.link_id,
        starts_on=merchant.starts_on or "",
    )


MATERIAL: Final[Mapping[str, Material]] = {
    "banner.svg": Material(
        ja="バナーの画像",
        en="the banner's picture",
        mimetype="image/svg+xml",
        write=lambda _merchant: _SVG,
    ),
    "cart.html": Material(
        ja="お買い物かごに貼るタグ",
        en="the tag for the cart page",
        mimetype="text/html",
        write=_tag("cart"),
    ),
    "payment-method.html": Material(
        ja="お支払い方法説明ページに貼るタグ",
        en="the tag for the payment-method page",
        mimetype="text/html",
        write=_tag("payment-method"),
    ),
    "manual.txt": Material(
        ja="設定マニュアル",
        en="the setting manual",
        mimetype="text/plain",
        write=_manual,
    ),
}
