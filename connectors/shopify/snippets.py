"""What a shop whose theme has no blocks pastes into it (S22).

Shops with a theme of Online Store 2.0 use the blocks of extensions/atobarai-banner. The
tag comes from the shop's own domain (storefront.py).
"""

from hub.contract.connector import Snippet

# Liquid counts in hundredths, for yen too.
_CART = """{% comment %} Atobarai Hub: under the total of sections/cart-template {% endcomment %}
{% assign atobarai_limit = 54000 | times: 100 %}
{% if cart.total_price > atobarai_limit %}
  <p>カートの合計がご利用の上限を超えているため、「後払い」はご利用いただけません。</p>
{% else %}
  <div data-atobarai="cart" data-lang="{{ request.locale.iso_code }}" style="min-height:96px"></div>
  <script src="/apps/atobarai/tag.js" async></script>
{% endif %}"""  # noqa: E501 - a line of Liquid is pasted as one line
_PAYMENT_METHOD = """<div data-atobarai="payment-method" style="min-height:410px"></div>
<script src="/apps/atobarai/tag.js" async></script>"""

SNIPPETS = (
    Snippet(
        name="cart",
        title_ja="カートのページ(ブロックを使えないテーマ)",
        title_en="Cart page (themes without blocks)",
        help_ja="オンラインストア → テーマ → コードを編集 を開き、カートの合計の下に"
        "貼り付けます。ブロックを使えるテーマでは、テーマエディタで"
        "「後払いのご案内」を追加してください。",
        help_en="Open Online Store, Themes, Edit code and paste it under the total of "
        "the cart. Themes with blocks: add the block in the theme editor instead.",
        html=_CART,
    ),
    Snippet(
        name="payment-method",
        title_ja="お支払い方法の説明ページ",
        title_en="Page that explains the payment methods",
        help_ja="オンラインストア → ページ で説明ページを開き、HTML の表示に切り替えて"
        "貼り付けます。",
        help_en="Open the page under Online Store, Pages, switch to HTML and paste it.",
        html=_PAYMENT_METHOD,
    ),
)
