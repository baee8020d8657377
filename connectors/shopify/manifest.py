"""What the connect form asks, and what the connector can."""

from hub.contract.connector import (
    CONTRACT_NUMBER,
    Manifest,
    Role,
    SettingField,
    SettingKind,
)

from .shops import API_VERSION
from .snippets import SNIPPETS

# What the app subscribes to at each shop (shopify.md 2.3), and nothing else.
TOPICS = (
    "orders/create",
    "orders/updated",
    "orders/edited",
    "orders/cancelled",
    "orders/paid",
    "orders/delete",
    "refunds/create",
    "fulfillments/create",
    "fulfillments/update",
    "fulfillment_orders/order_routing_complete",
    "fulfillment_orders/placed_on_hold",
    "fulfillment_orders/hold_released",
    "fulfillment_orders/split",
    "fulfillment_orders/moved",
    "fulfillment_orders/merged",
    "app/uninstalled",
    "app/scopes_update",
)
# These come from the app's configuration alone (shopify.app.toml).
COMPLIANCE_TOPICS = ("customers/data_request", "customers/redact", "shop/redact")

# What the installation itself sets.
INSTALLED = (
    SettingField(
        name="shop",
        kind=SettingKind.TEXT,
        label_ja="ストアのドメイン",
        label_en="Shop domain",
        help_ja="インストールのときに入ります(例: example.myshopify.com)。",
        help_en="Set by the installation, such as example.myshopify.com.",
    ),
    SettingField(
        name="shop_id",
        kind=SettingKind.TEXT,
        label_ja="ストアの番号",
        label_en="Shop number",
        help_ja="インストールのときに入ります。",
        help_en="Set by the installation.",
    ),
)

SETTINGS = (
    *INSTALLED,
    SettingField(
        name="payment_methods",
        kind=SettingKind.TEXT,
        label_ja="後払いの決済方法の名前",
        label_en="Names of the deferred payment method",
        help_ja="Shopify の手動決済に付けた名前です。いくつもあるときは、コンマで"
        "区切ります。入力するまで、注文は一件も審査に送られません。Shopify で名前を"
        "変えるときは、前の名前も残します。消すと、前の名前の注文は後払いでなくなった"
        "とみなします。",
        help_en="The names given to the manual payment method in Shopify, separated by "
        "commas. Until they are entered no order is sent to screening. After a change "
        "of name keep the old one here: orders with it would count as not deferred.",
        keeps_entries=True,
    ),
    SettingField(
        name="payments_gateway",
        kind=SettingKind.TEXT,
        label_ja="後払いの決済アプリの名前",
        label_en="Name of the payments app",
        help_ja="「Shopify 決済アプリ(注文の前に審査)」も使う店舗だけ、Shopify の"
        "注文に出る決済の名前を入れます。その注文からは出荷だけを読みます。",
        help_en="Only where the payments extension is used too: the gateway's name at "
        "its orders. Of those orders nothing but the parcels is read here.",
        keeps_entries=True,
    ),
    SettingField(
        name="kana_attributes",
        kind=SettingKind.TEXT,
        label_ja="フリガナが入る項目の名前",
        label_en="Cart attributes that hold the kana",
        help_ja="カートの追加項目(note attributes)の名前です。コンマで区切ります。",
        help_en="Names of cart attributes, separated by commas.",
        default="フリガナ,氏名カナ,kana,ふりがな",
    ),
    SettingField(
        name="ng_action",
        kind=SettingKind.CHOICE,
        label_ja="審査NGのときの注文",
        label_en="An order that is declined",
        help_ja="notify は出荷を止めたまま知らせます。cancel は Shopify の注文を"
        "キャンセルします。",
        help_en="notify keeps the hold and tells you, cancel cancels the order.",
        default="notify",
        choices=("notify", "cancel"),
    ),
    SettingField(
        name="mark_as_paid",
        kind=SettingKind.CHOICE,
        label_ja="Shopify の注文を「支払い済み」にする時",
        label_en="When the order is marked as paid",
        help_ja="never はしません。ok は審査OKのとき、shipping は出荷報告のあとです。",
        help_en="never, ok (authorized) or shipping (shipment reported).",
        default="shipping",
        choices=("never", "ok", "shipping"),
    ),
    SettingField(
        name="hold",
        kind=SettingKind.CHOICE,
        label_ja="審査が終わるまで出荷を止める",
        label_en="Hold fulfilment until screening ends",
        default="yes",
        choices=("yes", "no"),
    ),
    SettingField(
        name="note_line",
        kind=SettingKind.CHOICE,
        label_ja="注文メモに一行書く",
        label_en="Write a line into the order's note",
        default="no",
        choices=("yes", "no"),
    ),
)

API_BASE = SettingField(
    name="api_base",
    kind=SettingKind.TEXT,
    label_ja="Shopify の代わりの接続先(試験用)",
    label_en="Address in place of Shopify's, for tests",
)

APP_SETTINGS = (
    SettingField(
        name="client_id",
        kind=SettingKind.TEXT,
        label_ja="アプリのクライアントID",
        label_en="Client ID of the app",
        is_required=True,
    ),
    SettingField(
        name="client_secret",
        kind=SettingKind.SECRET,
        label_ja="アプリのシークレット",
        label_en="Client secret of the app",
        is_required=True,
    ),
    API_BASE,
)

MANIFEST = Manifest(
    slug="shopify",
    title_ja="Shopify(ショッピファイ)",
    title_en="Shopify",
    contract=CONTRACT_NUMBER,
    version=API_VERSION,
    settings=SETTINGS,
    topics=TOPICS,
    roles=(Role.ORDERS, Role.CHANGES, Role.SHIPMENTS, Role.PUSH),
    accepted_status=200,
    app_settings=APP_SETTINGS,
    app_topics=COMPLIANCE_TOPICS,
    hears_received=True,
    snippets=SNIPPETS,
)
