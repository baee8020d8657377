"""Open the API: keys of merchants' systems, their answers, and the feed's indices."""

import sqlalchemy as sa
from alembic import op

import hub.store.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("api_key", "api_answer")


def upgrade() -> None:
    """Upgrade the schema."""
    op.create_table(
        "api_key",
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.Text(), server_default="", nullable=False),
        sa.Column("scopes", hub.store.types.Document(), nullable=False),
        sa.Column("created_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", hub.store.types.Moment(), nullable=False),
        sa.Column("last_used_at", hub.store.types.Moment(), nullable=True),
        sa.Column("revoked_at", hub.store.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_api_key_merchant_id")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_api_key")),
        info={"is_tenant": True},
    )
    op.create_index("uq_api_key_token", "api_key", ["token_hash"], unique=True)
    op.create_table(
        "api_answer",
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("api_key_id", sa.String(length=26), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), server_default="0", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", hub.store.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_api_answer_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "api_key_id"],
            ["api_key.merchant_id", "api_key.id"],
            name=op.f("fk_api_answer_merchant_id_api_key_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_api_answer")),
        info={"is_tenant": True},
    )
    op.create_index(
        "uq_api_answer_key",
        "api_answer",
        ["merchant_id", "api_key_id", "key_hash"],
        unique=True,
    )
    op.create_index(
        "ix_api_answer_created", "api_answer", ["merchant_id", "created_at"]
    )
    for table in ("cart_order", "transaction"):
        op.create_index(f"ix_{table}_updated", table, ["merchant_id", "updated_at"])
    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()


def _guard_rows() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # FORCE, because the hub's role owns the tables.
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_merchant ON {table} USING ("
            " current_setting('hub.across', true) = 'on' OR"
            " merchant_id = current_setting('hub.merchant_id', true))"
        )


def downgrade() -> None:
    """Downgrade the schema."""
    for table in ("transaction", "cart_order"):
        op.drop_index(f"ix_{table}_updated", table_name=table)
    op.drop_table("api_answer")
    op.drop_table("api_key")
