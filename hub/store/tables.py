"""Every table (architecture 2). Tenant tables have the key (merchant_id, id)."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from hub.store.types import Document, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", **options)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _moment(name: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, Moment, nullable=nullable)


def _to(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["merchant_id", column], [f"{table}.merchant_id", f"{table}.id"]
    )


def _tenant(name: str, *columns: Any) -> Table:
    return Table(
        name,
        metadata,
        Column("merchant_id", String(26), nullable=False),
        Column("id", String(26), nullable=False),
        *columns,
        PrimaryKeyConstraint("merchant_id", "id"),
        ForeignKeyConstraint(["merchant_id"], ["merchant.id"]),
        info={"is_tenant": True},
    )


merchant = Table(
    "merchant",
    metadata,
    Column("id", String(26), primary_key=True),
    _text("name"),
    _moment("created_at", nullable=False),
)

data_key = _tenant(
    "data_key",
    # order:<id>, or day:<date> before an order is known.
    Column("label", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("key_id", String(16), nullable=False),
    _moment("created_at", nullable=False),
    Index("uq_data_key_label", "merchant_id", "label", unique=True),
)

credential_set = _tenant(
    "credential_set",
    _text("shop_code"),
    _text("link_id"),
    Column("link_password", LargeBinary, nullable=False),
    Column("data_key_id", String(26), nullable=False),
    _moment("created_at", nullable=False),
    _moment("retired_at"),
    _to("data_key", "data_key_id"),
)

shop = _tenant(
    "shop",
    _text("name"),
    Column("credential_set_id", String(26), nullable=False),
    _text("order_number_prefix"),
    Column("mode", String(16), nullable=False),
    _moment("cutover_at", nullable=False),
    Column("rules", Document, nullable=False),
    # When the merchant uninstalled the app that brings its orders.
    _moment("app_removed_at"),
    _moment("created_at", nullable=False),
    _to("credential_set", "credential_set_id"),
)

connection = _tenant(
    "connection",
    Column("shop_id", String(26), nullable=False),
    Column("connector", String(64), nullable=False),
    Column("roles", Document, nullable=False),
    _flag("takes_orders"),
    Column("settings", Document, nullable=False),
    Column("secrets", LargeBinary, nullable=False),
    Column("data_key_id", String(26), nullable=False),
    Column("hook_key_hash", String(64), nullable=False),
    Column("previous_hook_key_hash", String(64)),
    _moment("previous_hook_key_until"),
    Column("tag_key", String(32), nullable=False, unique=True),
    _moment("disabled_at"),
    _moment("push_disabled_at"),
    _moment("created_at", nullable=False),
    _to("shop", "shop_id"),
    _to("data_key", "data_key_id"),
    Index("uq_connection_hook_key", "hook_key_hash", unique=True),
    Index("ix_connection_previous_hook_key", "previous_hook_key_hash"),
    Index(
        "uq_connection_takes_orders",
        "merchant_id",
        "shop_id",
        unique=True,
        sqlite_where=text("takes_orders"),
        postgresql_where=text("takes_orders"),
    ),
)

# What the cart gave at the installation of its app; the id is the connection's.
connection_credentials = _tenant(
    "connection_credentials",
    Column("sealed", LargeBinary, nullable=False),
    # Those before, until the new ones are used.
    Column("previous", LargeBinary),
    Column("hook_key", LargeBinary, nullable=False),
    Column("data_key_id", String(26), nullable=False),
    Column("version", Integer, nullable=False),
    # valid | void
    Column("state", String(8), nullable=False),
    _moment("expires_at"),
    _moment("refresh_ends_at"),
    _moment("used_at", nullable=False),
    Column("lease_token", String(32)),
    _moment("lease_until"),
    # Whether the cart sends to our address: when it was last arranged, or why not.
    _moment("enabled_at"),
    _text("enable_code"),
    _count("enable_tries"),
    _moment("enable_due_at"),
    _moment("installed_at", nullable=False),
    _moment("created_at", nullable=False),
    _to("connection", "id"),
    _to("data_key", "data_key_id"),
)

# How far a cart was looked at for what its webhooks did not bring; the id is the
# connection's.
poll_cursor = _tenant(
    "poll_cursor",
    _text("cursor"),
    _moment("due_at", nullable=False),
    Column("lease_token", String(32)),
    _moment("lease_until"),
    _count("failures"),
    _moment("failing_since"),
    _text("reason_code"),
    _moment("last_success_at"),
    _moment("created_at", nullable=False),
    _to("connection", "id"),
    Index("ix_poll_cursor_due", "due_at"),
)

# An app installed at a cart's shop; without a merchant until somebody claims it.
app_installation = Table(
    "app_installation",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("connector", String(64), nullable=False),
    Column("shop_key", Text, nullable=False),
    _text("title"),
    Column("settings", Document, nullable=False),
    # Until it is claimed; then they are the merchant's.
    Column("sealed", LargeBinary),
    Column("merchant_id", String(26)),
    Column("connection_id", String(26)),
    Column("claim_hash", String(64)),
    _moment("claim_until"),
    _moment("installed_at", nullable=False),
    _moment("removed_at"),
    # When a page of the shop last asked for its tag, to the hour.
    _moment("tag_seen_at"),
    _moment("created_at", nullable=False),
    ForeignKeyConstraint(
        ["merchant_id", "connection_id"], ["connection.merchant_id", "connection.id"]
    ),
    Index("uq_app_installation_shop", "connector", "shop_key", unique=True),
    Index("ix_app_installation_claim", "claim_hash"),
    Index("ix_app_installation_connection", "merchant_id", "connection_id"),
)

# A way to a cart's consent that a browser went; it comes back once.
install_state = Table(
    "install_state",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("connector", String(64), nullable=False),
    _moment("created_at", nullable=False),
    _moment("used_at"),
)

# What the operator gave a shop for its pages (S22): every version, never changed.
tag_material = _tenant(
    "tag_material",
    Column("shop_id", String(26), nullable=False),
    Column("placement", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    # official | confirmed | sample
    Column("kind", String(12), nullable=False),
    Column("body", LargeBinary),
    _text("encoding"),
    _text("confirmed_on"),
    Column("user_id", String(26), nullable=False),
    _moment("created_at", nullable=False),
    # A keyed hash of all of it: what was changed by hand is not shown on shop pages.
    Column("seal", String(64), nullable=False),
    _to("shop", "shop_id"),
    Index(
        "uq_tag_material_version",
        "merchant_id",
        "shop_id",
        "placement",
        "version",
        unique=True,
    ),
)

_NEW = "state = 'new'"
inbox = _tenant(
    "inbox",
    Column("connection_id", String(26), nullable=False),
    Column("shop_id", String(26), nullable=False),
    Column("dedupe_key", Text, nullable=False),
    _text("topic"),
    Column("origin", String(16), nullable=False),
    _text("content_type"),
    Column("body", LargeBinary, nullable=False),
    Column("data_key_id", String(26), nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("body_length", Integer, nullable=False),
    _moment("received_at", nullable=False),
    # new | done | ignored | quarantined
    Column("state", String(16), nullable=False),
    _text("reason_code"),
    Column("reason_detail", Document),
    _count("tries"),
    _moment("due_at", nullable=False),
    _moment("lease_until"),
    Column("lease_token", String(32)),
    Column("delivery_count", Integer, nullable=False, server_default="1"),
    _moment("absorbed_at"),
    # When its documents were asked for; since when its cart does not give them.
    _moment("fetched_at"),
    _moment("waits_since"),
    # When its bytes were forgotten.
    _moment("erased_at"),
    _to("connection", "connection_id"),
    _to("data_key", "data_key_id"),
    # I-03
    Index("uq_inbox_dedupe", "merchant_id", "connection_id", "dedupe_key", unique=True),
    Index(
        "ix_inbox_new",
        "merchant_id",
        "due_at",
        sqlite_where=text(_NEW),
        postgresql_where=text(_NEW),
    ),
    Index("ix_inbox_received", "merchant_id", "received_at"),
)

# What a delivery only named and its cart showed when asked; sealed as its body is.
inbox_document = _tenant(
    "inbox_document",
    Column("delivery_id", String(26), nullable=False),
    Column("name", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("data_key_id", String(26), nullable=False),
    Column("body_sha256", String(64), nullable=False),
    _moment("fetched_at", nullable=False),
    _to("inbox", "delivery_id"),
    _to("data_key", "data_key_id"),
    Index("uq_inbox_document_name", "merchant_id", "delivery_id", "name", unique=True),
)

# What a cart asks while it waits; nothing of a person, for the delivery holds that.
ask = _tenant(
    "ask",
    Column("connection_id", String(26), nullable=False),
    Column("shop_id", String(26), nullable=False),
    Column("delivery_id", String(26), nullable=False),
    # payment | capture | refund | void
    Column("kind", String(8), nullable=False),
    # The cart's own id of it.
    Column("reference", Text, nullable=False),
    Column("order_number", Text, nullable=False),
    # Of the buyer's page, where there is one.
    Column("token_hash", String(64)),
    # "" while there is nothing to tell | pending | granted | denied
    _text("outcome"),
    # What of that the cart took; lost where it will not take it any more.
    _text("told"),
    # Where the buyer goes on.
    _text("way"),
    _moment("asked_at", nullable=False),
    _moment("expires_at", nullable=False),
    _moment("given_up_at"),
    _moment("decided_at"),
    _moment("told_at"),
    # When time alone may change the outcome.
    _moment("look_at"),
    _to("connection", "connection_id"),
    _to("shop", "shop_id"),
    _to("inbox", "delivery_id"),
    Index("uq_ask_reference", "merchant_id", "connection_id", "reference", unique=True),
    Index("uq_ask_token", "token_hash", unique=True),
    Index("ix_ask_order", "merchant_id", "shop_id", "order_number"),
    Index(
        "ix_ask_look",
        "look_at",
        sqlite_where=text("look_at IS NOT NULL"),
        postgresql_where=text("look_at IS NOT NULL"),
    ),
)

cart_order = _tenant(
    "cart_order",
    Column("shop_id", String(26), nullable=False),
    Column("order_number", Text, nullable=False),
    # The cart's own id of it, where that is not its number.
    _text("reference"),
    # The cart's half without persons; those stand in `person`.
    Column("wanted", Document, nullable=False),
    Column("data_key_id", String(26), nullable=False),
    Column("total", Integer),
    _flag("is_before_cutover"),
    _moment("released_at"),
    Column("released_by", String(26)),
    _count("update_seq"),
    _moment("placed_at"),
    # When its persons were forgotten.
    _moment("erased_at"),
    _moment("created_at", nullable=False),
    _moment("updated_at", nullable=False),
    _to("shop", "shop_id"),
    _to("data_key", "data_key_id"),
    Index(
        "uq_cart_order_number", "merchant_id", "shop_id", "order_number", unique=True
    ),
    Index(
        "ix_cart_order_reference",
        "merchant_id",
        "shop_id",
        "reference",
        sqlite_where=text("reference <> ''"),
        postgresql_where=text("reference <> ''"),
    ),
    Index("ix_cart_order_created", "merchant_id", "created_at"),
    # The API's feed of what changed.
    Index("ix_cart_order_updated", "merchant_id", "updated_at"),
)

# One delivery may speak of several orders, one order hears many deliveries.
order_delivery = Table(
    "order_delivery",
    metadata,
    Column("merchant_id", String(26), nullable=False),
    Column("order_id", String(26), nullable=False),
    Column("delivery_id", String(26), nullable=False),
    PrimaryKeyConstraint("merchant_id", "order_id", "delivery_id"),
    _to("cart_order", "order_id"),
    _to("inbox", "delivery_id"),
    info={"is_tenant": True},
)

person = Table(
    "person",
    metadata,
    Column("merchant_id", String(26), nullable=False),
    Column("order_id", String(26), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("data_key_id", String(26), nullable=False),
    # Keyed hashes of normalised values, for search.
    Column("name_hash", String(64)),
    Column("kana_hash", String(64)),
    Column("phone_hash", String(64)),
    Column("email_hash", String(64)),
    PrimaryKeyConstraint("merchant_id", "order_id"),
    _to("cart_order", "order_id"),
    _to("data_key", "data_key_id"),
    Index("ix_person_name", "merchant_id", "name_hash"),
    Index("ix_person_kana", "merchant_id", "kana_hash"),
    Index("ix_person_phone", "merchant_id", "phone_hash"),
    Index("ix_person_email", "merchant_id", "email_hash"),
    info={"is_tenant": True},
)

_LIVE = "is_live"
transaction = _tenant(
    "transaction",
    Column("order_id", String(26), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("ship_to_no", Integer, nullable=False),
    Column("state", String(24), nullable=False),
    Column("known", Document, nullable=False),
    Column("provider_order_number", String(64), nullable=False),
    _text("provider_transaction_id"),
    Column("credential_set_id", String(26), nullable=False),
    Column("amount", Integer),
    _flag("is_live"),
    _text("tracking_number"),
    Column("findings", Document),
    _flag("needs_attention"),
    _text("attention_code"),
    _flag("attention_is_alarm"),
    _moment("attention_since"),
    # Which attention a person closed, with the reason.
    Column("attention_closed", Document),
    _moment("inquiry_due_at"),
    _moment("inquiry_lease_until"),
    _count("inquiry_count"),
    _moment("expires_at"),
    # Business time at which time alone may change what is planned or shown.
    _moment("look_at"),
    _moment("created_at", nullable=False),
    _moment("updated_at", nullable=False),
    _to("cart_order", "order_id"),
    _to("credential_set", "credential_set_id"),
    Index(
        "uq_transaction_generation",
        "merchant_id",
        "order_id",
        "ship_to_no",
        "generation",
        unique=True,
    ),
    # I-07
    Index(
        "uq_transaction_live_number",
        "merchant_id",
        "provider_order_number",
        unique=True,
        sqlite_where=text(_LIVE),
        postgresql_where=text(_LIVE),
    ),
    Index("ix_transaction_number", "merchant_id", "provider_transaction_id"),
    Index("ix_transaction_tracking", "merchant_id", "tracking_number"),
    Index("ix_transaction_created", "merchant_id", "created_at"),
    Index("ix_transaction_updated", "merchant_id", "updated_at"),
    Index("ix_transaction_state", "merchant_id", "state", "created_at"),
    Index(
        "ix_transaction_attention",
        "merchant_id",
        "attention_since",
        sqlite_where=text("needs_attention"),
        postgresql_where=text("needs_attention"),
    ),
    Index(
        "ix_transaction_inquiry",
        "inquiry_due_at",
        sqlite_where=text("inquiry_due_at IS NOT NULL"),
        postgresql_where=text("inquiry_due_at IS NOT NULL"),
    ),
    Index(
        "ix_transaction_expiry",
        "expires_at",
        sqlite_where=text("expires_at IS NOT NULL"),
        postgresql_where=text("expires_at IS NOT NULL"),
    ),
    Index(
        "ix_transaction_look",
        "look_at",
        sqlite_where=text("look_at IS NOT NULL"),
        postgresql_where=text("look_at IS NOT NULL"),
    ),
)

_OPEN = "state IN ('planned', 'leased', 'sending')"
operation = _tenant(
    "operation",
    Column("order_id", String(26), nullable=False),
    Column("transaction_id", String(26), nullable=False),
    # provider | cart
    Column("target", String(8), nullable=False),
    # "" for the provider, the connection's id for a cart
    _text("destination"),
    Column("kind", String(32), nullable=False),
    _text("effect_key"),
    Column("seq", Integer, nullable=False),
    # planned | leased | sending | done | refused | unclear | superseded
    Column("state", String(16), nullable=False),
    Column("payload", Document, nullable=False),
    _text("reason_code"),
    _text("retry_class"),
    _count("tries"),
    Column("waits_for", String(26)),
    _moment("due_at", nullable=False),
    _moment("lease_until"),
    Column("lease_token", String(32)),
    _moment("created_at", nullable=False),
    _moment("ended_at"),
    _to("cart_order", "order_id"),
    _to("transaction", "transaction_id"),
    _to("operation", "waits_for"),
    Index(
        "uq_operation_seq",
        "merchant_id",
        "order_id",
        "target",
        "seq",
        "destination",
        unique=True,
    ),
    # One intended effect at the provider at a time.
    Index(
        "uq_operation_open_provider",
        "merchant_id",
        "transaction_id",
        unique=True,
        sqlite_where=text(f"target = 'provider' AND {_OPEN}"),
        postgresql_where=text(f"target = 'provider' AND {_OPEN}"),
    ),
    Index(
        "ix_operation_open",
        "target",
        "merchant_id",
        "due_at",
        sqlite_where=text(_OPEN),
        postgresql_where=text(_OPEN),
    ),
    Index("ix_operation_transaction", "merchant_id", "transaction_id"),
)

parcel_number = _tenant(
    "parcel_number",
    Column("order_id", String(26), nullable=False),
    # The cart's own name of the parcel.
    Column("parcel", Text, nullable=False),
    Column("number", String(20), nullable=False),
    _text("carrier_code"),
    _moment("created_at", nullable=False),
    _to("cart_order", "order_id"),
    Index("ix_parcel_number_number", "merchant_id", "number"),
    Index("ix_parcel_number_order", "merchant_id", "order_id"),
)

attempt = _tenant(
    "attempt",
    Column("operation_id", String(26), nullable=False),
    Column("transaction_id", String(26), nullable=False),
    Column("target", String(8), nullable=False),
    _text("destination"),
    # sending | done | refused | unclear | not_sent
    Column("state", String(16), nullable=False),
    Column("data_key_id", String(26), nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("request_sha256", String(64), nullable=False),
    Column("answer", LargeBinary),
    Column("status", Integer),
    _text("reason_code"),
    Column("milliseconds", Integer),
    _moment("started_at", nullable=False),
    _moment("ended_at"),
    # When its bytes were forgotten.
    _moment("erased_at"),
    _to("operation", "operation_id"),
    _to("transaction", "transaction_id"),
    _to("data_key", "data_key_id"),
    # I-10
    Index(
        "uq_attempt_sending",
        "merchant_id",
        "transaction_id",
        "target",
        "destination",
        unique=True,
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index("ix_attempt_operation", "merchant_id", "operation_id"),
)

invoice_print_data = Table(
    "invoice_print_data",
    metadata,
    Column("merchant_id", String(26), nullable=False),
    Column("transaction_id", String(26), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("data_key_id", String(26), nullable=False),
    _moment("fetched_at", nullable=False),
    PrimaryKeyConstraint("merchant_id", "transaction_id"),
    _to("transaction", "transaction_id"),
    _to("data_key", "data_key_id"),
    info={"is_tenant": True},
)

# What a cart passed on of a buyer's wish, or a shop's, about personal data.
privacy_request = _tenant(
    "privacy_request",
    Column("shop_id", String(26), nullable=False),
    Column("connection_id", String(26), nullable=False),
    Column("delivery_id", String(26), nullable=False),
    # data_request | forget_buyer | forget_shop
    Column("kind", String(16), nullable=False),
    _text("request_ref"),
    # ready | kept | done | passed_over
    Column("state", String(12), nullable=False),
    # Whom it concerns, and the export; both are destroyed with their key at its end.
    Column("subject", LargeBinary),
    Column("document", LargeBinary),
    Column("data_key_id", String(26)),
    # How many orders, and which are kept for what reason.
    Column("outcome", Document, nullable=False),
    _moment("occurred_at", nullable=False),
    _moment("due_at", nullable=False),
    _moment("retry_at"),
    _moment("created_at", nullable=False),
    _moment("ended_at"),
    _to("shop", "shop_id"),
    _to("connection", "connection_id"),
    _to("inbox", "delivery_id"),
    _to("data_key", "data_key_id"),
    Index(
        "uq_privacy_request_delivery", "merchant_id", "delivery_id", "kind", unique=True
    ),
    Index(
        "ix_privacy_request_retry",
        "retry_at",
        sqlite_where=text("retry_at IS NOT NULL"),
        postgresql_where=text("retry_at IS NOT NULL"),
    ),
)

provider_code = Table(
    "provider_code",
    metadata,
    Column("merchant_id", String(26), nullable=False),
    Column("operation", String(32), nullable=False),
    Column("point", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("times", Integer, nullable=False),
    _moment("first_at", nullable=False),
    _moment("last_at", nullable=False),
    Column("last_order_id", String(26), nullable=False),
    PrimaryKeyConstraint("merchant_id", "operation", "point", "code"),
    _to("cart_order", "last_order_id"),
    info={"is_tenant": True},
)

# What happened to a transaction, in the order in which the hub learnt it.
journal = _tenant(
    "journal",
    Column("order_id", String(26), nullable=False),
    Column("transaction_id", String(26)),
    _moment("at", nullable=False),
    Column("kind", String(32), nullable=False),
    _text("from_state"),
    _text("to_state"),
    _text("code"),
    Column("delivery_id", String(26)),
    Column("operation_id", String(26)),
    Column("user_id", String(26)),
    Column("detail", Document),
    _to("cart_order", "order_id"),
    Index("ix_journal_order", "merchant_id", "order_id", "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("merchant_id", String(26), nullable=False),
    Column("seq", Integer, nullable=False),
    _moment("at", nullable=False),
    _text("user_id"),
    Column("action", String(64), nullable=False),
    _text("subject"),
    Column("detail", Document, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("merchant_id", "seq"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.id"]),
    info={"is_tenant": True},
)

# A key of a merchant's own system; only a keyed hash of it is stored.
api_key = _tenant(
    "api_key",
    _text("name"),
    Column("token_hash", String(64), nullable=False),
    # The last characters, by which people tell keys apart.
    _text("hint"),
    Column("scopes", Document, nullable=False),
    # "" for the command line
    _text("created_by"),
    _moment("created_at", nullable=False),
    _moment("last_used_at"),
    _moment("revoked_at"),
    Index("uq_api_key_token", "token_hash", unique=True),
)

# What was answered to a request with an Idempotency-Key; no personal data.
api_answer = _tenant(
    "api_answer",
    Column("api_key_id", String(26), nullable=False),
    Column("key_hash", String(64), nullable=False),
    Column("request_hash", String(64), nullable=False),
    # 0 while the request is being carried out
    _count("status"),
    _text("body"),
    _moment("created_at", nullable=False),
    _to("api_key", "api_key_id"),
    Index("uq_api_answer_key", "merchant_id", "api_key_id", "key_hash", unique=True),
    Index("ix_api_answer_created", "merchant_id", "created_at"),
)

# People who log in stand above merchants: one may serve several.
user_account = Table(
    "user_account",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    _text("name"),
    Column("password_hash", Text),
    _count("failed_logins"),
    _moment("failed_since"),
    _moment("created_at", nullable=False),
    _moment("disabled_at"),
)

membership = Table(
    "membership",
    metadata,
    Column("merchant_id", String(26), nullable=False),
    Column("user_id", String(26), nullable=False),
    Column("role", String(16), nullable=False),
    _moment("created_at", nullable=False),
    PrimaryKeyConstraint("merchant_id", "user_id"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.id"]),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
    Index("ix_membership_user", "user_id"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("merchant_id", String(26), nullable=False),
    Column("login", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("invited_by", String(26)),
    _moment("created_at", nullable=False),
    _moment("expires_at", nullable=False),
    _moment("used_at"),
    ForeignKeyConstraint(["merchant_id"], ["merchant.id"]),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", String(26), nullable=False),
    Column("merchant_id", String(26), nullable=False),
    _text("language"),
    _moment("created_at", nullable=False),
    _moment("seen_at", nullable=False),
    _moment("ended_at"),
    ForeignKeyConstraint(["user_id"], ["user_account.id"]),
    ForeignKeyConstraint(["merchant_id"], ["merchant.id"]),
)

# What all processes counted, summed; nothing of a merchant or a person.
meter = Table(
    "meter",
    metadata,
    Column("name", String(64), nullable=False),
    # The values of the labels as a JSON list.
    Column("labels", Text, nullable=False),
    # "" or which part of a histogram
    Column("part", String(16), nullable=False),
    Column("value", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", "labels", "part"),
)

TENANT_TABLES = tuple(t for t in metadata.sorted_tables if t.info.get("is_tenant"))
