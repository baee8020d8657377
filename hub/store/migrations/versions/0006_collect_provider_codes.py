"""Collect provider codes: what the provider's refusals said that nobody wrote down."""

import sqlalchemy as sa
from alembic import op

import hub.store.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade the schema."""
    op.create_table(
        "provider_code",
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("operation", sa.String(length=32), nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", hub.store.types.Moment(), nullable=False),
        sa.Column("last_at", hub.store.types.Moment(), nullable=False),
        sa.Column("last_order_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "last_order_id"],
            ["cart_order.merchant_id", "cart_order.id"],
            name=op.f("fk_provider_code_merchant_id_last_order_id"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "operation", "point", "code", name=op.f("pk_provider_code")
        ),
        info={"is_tenant": True},
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE provider_code ENABLE ROW LEVEL SECURITY")
    # FORCE, because the hub's role owns the tables.
    op.execute("ALTER TABLE provider_code FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY one_merchant ON provider_code USING ("
        " current_setting('hub.across', true) = 'on' OR"
        " merchant_id = current_setting('hub.merchant_id', true))"
    )


def downgrade() -> None:
    """Downgrade the schema."""
    op.drop_table("provider_code")
