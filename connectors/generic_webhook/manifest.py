"""What the connect form asks, and what the connector can."""

from hub.contract.connector import (
    CONTRACT_NUMBER,
    Manifest,
    Role,
    SettingField,
    SettingKind,
)
from hub.contract.signatures import Algorithm, Encoding, Signed

from .snippets import SNIPPETS

STANDARD = "standard_webhooks"
HMAC = "hmac"

SETTINGS = (
    SettingField(
        name="scheme",
        kind=SettingKind.CHOICE,
        label_ja="署名の方式",
        label_en="Signature scheme",
        help_ja="新しく作る連携は standard_webhooks を選んでください。"
        "カート側の署名方式が決まっているときは hmac です。",
        help_en="Choose standard_webhooks for a new integration, hmac where the cart's "
        "own scheme is fixed.",
        default=STANDARD,
        choices=(STANDARD, HMAC),
        is_required=True,
    ),
    SettingField(
        name="secret",
        kind=SettingKind.SECRET,
        label_ja="署名の鍵(カート → ハブ)",
        label_en="Signing secret (cart to hub)",
        help_ja="空欄のままにすると自動で作り、一度だけ表示します。",
        help_en="Left empty, one is made and shown once.",
        is_required=True,
        is_generated=True,
    ),
    SettingField(
        name="hmac_header",
        kind=SettingKind.TEXT,
        label_ja="署名のヘッダー名(hmac)",
        label_en="Signature header (hmac)",
        help_ja="署名が入っている HTTP ヘッダーの名前です。",
        help_en="The name of the HTTP header that holds the signature.",
        default="X-Hub-Signature-256",
    ),
    SettingField(
        name="hmac_prefix",
        kind=SettingKind.TEXT,
        label_ja="署名の前に付く文字(hmac)",
        label_en="Text before the signature (hmac)",
        help_ja="例: sha256= 。無いときは空欄にします。",
        help_en="For example sha256=, or empty.",
    ),
    SettingField(
        name="hmac_encoding",
        kind=SettingKind.CHOICE,
        label_ja="署名の書き方(hmac)",
        label_en="Encoding (hmac)",
        default=Encoding.HEX,
        choices=tuple(Encoding),
    ),
    SettingField(
        name="hmac_algorithm",
        kind=SettingKind.CHOICE,
        label_ja="署名の計算方法(hmac)",
        label_en="Algorithm (hmac)",
        default=Algorithm.SHA256,
        choices=tuple(Algorithm),
    ),
    SettingField(
        name="hmac_signed",
        kind=SettingKind.CHOICE,
        label_ja="署名の対象(hmac)",
        label_en="Signed content (hmac)",
        help_ja="本文だけか、時刻と本文を「.」でつないだものか。",
        help_en="The body alone, or the timestamp and the body joined by a full stop.",
        default=Signed.BODY,
        choices=tuple(Signed),
    ),
    SettingField(
        name="hmac_timestamp_header",
        kind=SettingKind.TEXT,
        label_ja="時刻のヘッダー名(hmac)",
        label_en="Timestamp header (hmac)",
        help_ja="署名の対象に時刻を含めるときだけ使います。値は UNIX 時刻(秒)です。",
        help_en="Used only where the timestamp is signed; its value is Unix seconds.",
        default="X-Hub-Timestamp",
    ),
    SettingField(
        name="payment_methods",
        kind=SettingKind.TEXT,
        label_ja="後払いとして受け取る決済方法",
        label_en="Payment methods taken as deferred payment",
        help_ja="カートの決済方法の名前をそのまま、コンマ区切りで書きます。"
        "空欄のときはすべて受け取ります。",
        help_en="The cart's own names, separated by commas. Empty takes all.",
        keeps_entries=True,
    ),
    SettingField(
        name="callback_url",
        kind=SettingKind.URL,
        label_ja="審査結果の通知先 URL",
        label_en="Callback URL",
        help_ja="https:// で始まり、インターネットから届く URL です。",
        help_en="An https:// URL that the internet can reach.",
    ),
    SettingField(
        name="callback_secret",
        kind=SettingKind.SECRET,
        label_ja="署名の鍵(ハブ → カート)",
        label_en="Signing secret (hub to cart)",
        help_ja="審査結果の通知が本物かどうかを、カート側で確かめるための鍵です。",
        help_en="The cart checks with it that a callback is ours.",
        is_generated=True,
    ),
)

MANIFEST = Manifest(
    slug="generic_webhook",
    title_ja="汎用 Webhook",
    title_en="Generic webhook",
    contract=CONTRACT_NUMBER,
    settings=SETTINGS,
    topics=(
        "order.placed",
        "order.amended",
        "order.cancelled",
        "shipment.created",
        "shipment.changed",
        "shipment.cancelled",
    ),
    roles=(Role.ORDERS, Role.CHANGES, Role.SHIPMENTS, Role.PUSH),
    version="1.1.0",
    snippets=SNIPPETS,
)

_DEFAULTS = {field.name: field.default for field in SETTINGS}


def default_of(name: str) -> str:
    """Return what a setting means where it is not set."""
    return _DEFAULTS[name]
