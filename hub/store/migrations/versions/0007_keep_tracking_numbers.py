"""Keep every tracking number, so that one that is used twice is seen."""

import sqlalchemy as sa
from alembic import op

import hub.store.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade the schema."""
    op.create_table(
        "parcel_number",
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("order_id", sa.String(length=26), nullable=False),
        sa.Column("parcel", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("carrier_code", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", hub.store.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_parcel_number_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "order_id"],
            ["cart_order.merchant_id", "cart_order.id"],
            name=op.f("fk_parcel_number_merchant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_parcel_number")),
        info={"is_tenant": True},
    )
    for name, column in (("number", "number"), ("order", "order_id")):
        op.create_index(
            f"ix_parcel_number_{name}", "parcel_number", ["merchant_id", column]
        )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE parcel_number ENABLE ROW LEVEL SECURITY")
        # FORCE, because the hub's role owns the tables.
        op.execute("ALTER TABLE parcel_number FORCE ROW LEVEL SECURITY")
        op.execute(
            "CREATE POLICY one_merchant ON parcel_number USING ("
            " current_setting('hub.across', true) = 'on' OR"
            " merchant_id = current_setting('hub.merchant_id', true))"
        )


def downgrade() -> None:
    """Downgrade the schema."""
    op.drop_table("parcel_number")
