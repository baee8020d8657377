"""Know an order by the cart's own id, and forget persons on request."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import Document, Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NAMED = sa.text("reference <> ''")
_ASKED = sa.text("retry_at IS NOT NULL")
_FORGOTTEN = ("cart_order", "inbox", "attempt")


def upgrade() -> None:
    """Upgrade the schema."""
    op.add_column(
        "cart_order",
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
    )
    op.create_index(
        "ix_cart_order_reference",
        "cart_order",
        ["merchant_id", "shop_id", "reference"],
        sqlite_where=_NAMED,
        postgresql_where=_NAMED,
    )
    for table in _FORGOTTEN:
        op.add_column(table, sa.Column("erased_at", Moment()))
    op.add_column("shop", sa.Column("app_removed_at", Moment()))
    _create_requests()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE privacy_request ENABLE ROW LEVEL SECURITY")
        # FORCE, because the hub's role owns the tables.
        op.execute("ALTER TABLE privacy_request FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY one_merchant ON privacy_request USING ("
            " current_setting('hub.across', true) = 'on' OR"
            " merchant_id = current_setting('hub.merchant_id', true))"
        )


def _create_requests() -> None:
    references = {
        "shop_id": "shop",
        "connection_id": "connection",
        "delivery_id": "inbox",
        "data_key_id": "data_key",
    }
    op.create_table(
        "privacy_request",
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("shop_id", sa.String(length=26), nullable=False),
        sa.Column("connection_id", sa.String(length=26), nullable=False),
        sa.Column("delivery_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("request_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.LargeBinary()),
        sa.Column("document", sa.LargeBinary()),
        sa.Column("data_key_id", sa.String(length=26)),
        sa.Column("outcome", Document(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("retry_at", Moment()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["merchant.id"],
            name=op.f("fk_privacy_request_merchant_id"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["merchant_id", column],
                [f"{table}.merchant_id", f"{table}.id"],
                name=op.f(f"fk_privacy_request_merchant_id_{column}"),
            )
            for column, table in references.items()
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_privacy_request")),
        info={"is_tenant": True},
    )
    op.create_index(
        "uq_privacy_request_delivery",
        "privacy_request",
        ["merchant_id", "delivery_id", "kind"],
        unique=True,
    )
    op.create_index(
        "ix_privacy_request_retry",
        "privacy_request",
        ["retry_at"],
        sqlite_where=_ASKED,
        postgresql_where=_ASKED,
    )


def downgrade() -> None:
    """Downgrade the schema."""
    op.drop_table("privacy_request")
    op.drop_column("shop", "app_removed_at")
    for table in _FORGOTTEN:
        op.drop_column(table, "erased_at")
    op.drop_index("ix_cart_order_reference", "cart_order")
    op.drop_column("cart_order", "reference")
