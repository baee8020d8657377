"""The words of the set-up checklist, for a shop clerk."""

from hub.contract.embed import HubPart, ItemState, SetupItem

METHOD_NAME = "後払い（コンビニ・銀行・郵便局）"
# The tag by which the guided order is found again.
CHECK_TAG = "本番確認注文"
METHOD_TEXT = f"""【カスタム決済方法の名前】
{METHOD_NAME}

【追加の詳細】
商品が届いたあとで、届いた請求書によりお支払いいただく方法です。
決済会社ジャックス・ペイメント・ソリューションズ(アトディーネ)が、
ご注文ごとに審査のうえお立て替えします。
審査のため、お名前・ご住所・お電話番号・ご注文内容を決済会社に提供します。
審査の結果により、ほかのお支払い方法をお願いすることがあります。

【支払いの説明】
ご注文ありがとうございます。ただいま後払いの審査を行っています。
審査が終わりしだい商品を発送します。
商品が届いたあとで、請求書に記載の支払期限までにお支払いください。
"""

WEBHOOKS = SetupItem(
    name="webhooks",
    state=ItemState.UNKNOWN,
    title_ja="注文の連絡を受け取る設定",
    title_en="Messages about orders",
    help_ja="インストールのときに自動で設定されます。「これから」のままのときは、このペ"
    "ージを開き直してください。",
    help_en="Set up by the installation itself. If this stays open, load this "
    "page again.",
)
PAYMENT_NAMES = SetupItem(
    name="payment_names",
    state=ItemState.UNKNOWN,
    title_ja="後払いの名前をこのアプリに登録",
    title_en="The payment method's name in this app",
    help_ja="管理画面の「接続の設定」にある「後払いの決済方法の名前」に、Shopify の手動"
    "決済の名前を一字も違えずに入力します。登録するまで、注文は一件も審査に送られません。",
    help_en="Enter the manual payment method's name in the connection settings,"
    " exactly as in Shopify. Until then no order is sent to screening.",
    hub_part=HubPart.SETTINGS,
)
PAYMENT_METHOD = SetupItem(
    name="payment_method",
    state=ItemState.UNKNOWN,
    title_ja="手動決済「後払い」の作成",
    title_en="The manual payment method",
    help_ja="設定 → 決済 → 手動決済方法 → カスタム決済方法を作成 で、下の文章を貼り付"
    "けて有効化します。この名前の注文が1件入ると「できています」になります。",
    help_en="Settings, Payments, Manual payment methods, Create custom payment "
    "method: paste the text below. Done once an order with this name "
    "has come in.",
)
CUSTOMER_DETAILS = SetupItem(
    name="customer_details",
    state=ItemState.UNKNOWN,
    title_ja="購入者の氏名・住所の受け取り",
    title_en="The buyer's name and address",
    help_ja="審査には氏名・住所・電話番号が必要です。「これから」のときは、Shopify がこ"
    "のアプリにまだ個人情報の利用を許可していません。",
    help_en="Screening needs name, address and phone. Where this is open, "
    "Shopify has not approved this app for protected customer data yet.",
)
BANNER = SetupItem(
    name="banner",
    state=ItemState.UNKNOWN,
    title_ja="「後払いのご案内」ブロックの設置",
    title_en="The banner block in the theme",
    help_ja="リンクからテーマエディタを開き、カートにブロックを追加して保存します。保存"
    "したあとでお店のカートを一度開くと、「できています」になります。編集中の下書きで"
    "の表示も数えるため、公開中のテーマに置いたことを確かめてください。",
    help_en="Open the theme editor by the link, add the block to the cart and save. "
    "Then open the cart of your shop once: this item is done when it was shown. A "
    "draft in the editor counts too, so make sure that the published theme has it.",
    hub_part=HubPart.TAG,
)
FEE = SetupItem(
    name="fee",
    state=ItemState.UNKNOWN,
    title_ja="後払い手数料を購入者が負担する場合の設定",
    title_en="A fee that the buyer pays",
    help_ja="Shopify の手動決済には手数料を足す機能がありません。購入者が負担する場合"
    "は、「手数料」を含む名前の商品または配送料として注文に入れてください。注"
    "文後に金額を足すことはできません。店舗が負担する場合は設定不要です。",
    help_en="A manual payment method of Shopify adds no fee. If the buyer is to pay "
    "it, put it into the order as a product or shipping rate named 手数料. Nothing "
    "can be added after the order. A shop that bears the fee sets nothing.",
)
MODE = SetupItem(
    name="mode",
    state=ItemState.UNKNOWN,
    title_ja="運転の切り替え(影運転・承認制・自動)",
    title_en="How far the hub goes by itself",
    help_ja="影運転は受け取って確かめるだけ、承認制は担当者が承認した注文だけ、自動は届い"
    "た注文を審査に送ります。後払いハブの「接続」で、責任者が切り替えます。影運転のあ"
    "いだは、次の本番確認注文も審査に送られません。",
    help_en="Shadow only receives and checks, approval sends what a clerk released, "
    "automatic sends what arrives. An owner changes it under Connections in the hub. "
    "In shadow the check order below is not screened either.",
    hub_part=HubPart.MODE,
)
CHECK_ORDER = SetupItem(
    name="check_order",
    state=ItemState.UNKNOWN,
    title_ja="本番確認注文(最後に必ず注文キャンセル)",
    title_en="One real order, cancelled at the end",
    help_ja="自分の氏名・住所で少額の後払い注文を1件入れ、注文に下のタグを付けます。"
    "審査結果が注文のタグに出ることを確かめたら、発送せずに Shopify で注文を"
    "キャンセルします。キャンセルされると「できています」になります。",
    help_en="Place one small order with your own name and address and give it "
    "the tag below. When the result of the screening shows, cancel the "
    "order in Shopify without shipping. Done once it is cancelled.",
)
