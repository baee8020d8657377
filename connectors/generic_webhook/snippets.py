"""What a shop pastes into its pages; the tag fills the elements (S22)."""

from hub.contract.connector import Snippet

# The heights are those of the banner, so that nothing moves when it appears.
CART = """<div data-atobarai="cart" style="min-height:96px"></div>
<script src="{tag_url}" async></script>"""
PAYMENT_METHOD = """<div data-atobarai="payment-method" style="min-height:410px"></div>
<script src="{tag_url}" async></script>"""
BADGE = """<span data-atobarai="badge"></span>
<script src="{tag_url}" async></script>"""

SNIPPETS = (
    Snippet(
        name="cart",
        title_ja="お買い物かごのページ",
        title_en="Cart page",
        help_ja="かごの合計の近く、後払いのご案内を出したい場所に貼り付けます。",
        help_en="Paste it near the total, where the banner is to appear.",
        html=CART,
    ),
    Snippet(
        name="payment-method",
        title_ja="お支払い方法のページ",
        title_en="Payment-method page",
        help_ja="お支払い方法の説明の中、後払いの項目に貼り付けます。",
        help_en="Paste it where the page explains deferred payment.",
        html=PAYMENT_METHOD,
    ),
    Snippet(
        name="badge",
        title_ja="商品のページなど(任意)",
        title_en="Product pages and others (optional)",
        help_ja="「後払いが使えます」と小さく表示します。置かなくてもかまいません。",
        help_en="A small note that deferred payment can be used; not required.",
        html=BADGE,
    ),
)
