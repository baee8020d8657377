"""What the operator sets for the payments app, and what the connector can."""

from connectors.shopify.manifest import API_BASE, COMPLIANCE_TOPICS, INSTALLED
from connectors.shopify.shops import API_VERSION
from hub.contract.asking import AskKind
from hub.contract.connector import (
    CONTRACT_NUMBER,
    Manifest,
    Role,
    SettingField,
    SettingKind,
)

SCOPES = ("write_payment_gateways", "write_payment_sessions")
# These come from the app's configuration alone (shopify.app.toml).
APP_TOPICS = (*COMPLIANCE_TOPICS, "app/uninstalled")

APP_SETTINGS = (
    SettingField(
        name="extension",
        kind=SettingKind.TEXT,
        label_ja="決済拡張を使う(1)",
        label_en="Use the payments extension (1)",
    ),
    SettingField(
        name="client_id",
        kind=SettingKind.TEXT,
        label_ja="決済アプリのクライアントID",
        label_en="Client ID of the payments app",
        is_required=True,
    ),
    SettingField(
        name="client_secret",
        kind=SettingKind.SECRET,
        label_ja="決済アプリのシークレット",
        label_en="Client secret of the payments app",
        is_required=True,
    ),
    SettingField(
        name="proxy_token",
        kind=SettingKind.SECRET,
        label_ja="mTLS を終える中継サーバーの合言葉",
        label_en="Token of the proxy at which mTLS ends",
        is_required=True,
    ),
    SettingField(
        name="api_version",
        kind=SettingKind.TEXT,
        label_ja="決済拡張の設定にある API の版",
        label_en="API version that the extension is configured for",
        default=API_VERSION,
    ),
    API_BASE,
)

MANIFEST = Manifest(
    slug="shopify_payments",
    title_ja="Shopify 決済アプリ(注文の前に審査)",
    title_en="Shopify payments extension",
    contract=CONTRACT_NUMBER,
    version=API_VERSION,
    settings=INSTALLED,
    topics=tuple(kind.value for kind in AskKind),
    # No orders: those of the shop come by the other app, which it stands beside.
    roles=(Role.CHANGES,),
    accepted_status=200,
    app_settings=APP_SETTINGS,
    app_topics=APP_TOPICS,
    switch="extension",
)
