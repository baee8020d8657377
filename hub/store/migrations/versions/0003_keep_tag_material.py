"""Keep tag material: the operator's banner and tag of each shop, in versions (S22)."""

import sqlalchemy as sa
from alembic import op

import hub.store.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade the schema."""
    op.create_table(
        "tag_material",
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("shop_id", sa.String(length=26), nullable=False),
        sa.Column("placement", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("encoding", sa.Text(), server_default="", nullable=False),
        sa.Column("confirmed_on", sa.Text(), server_default="", nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", hub.store.types.Moment(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f("fk_tag_material_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "shop_id"],
            ["shop.merchant_id", "shop.id"],
            name=op.f("fk_tag_material_merchant_id_shop_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f("pk_tag_material")),
        info={"is_tenant": True},
    )
    op.create_index(
        "uq_tag_material_version",
        "tag_material",
        ["merchant_id", "shop_id", "placement", "version"],
        unique=True,
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE tag_material ENABLE ROW LEVEL SECURITY")
    # FORCE, because the hub's role owns the tables.
    op.execute("ALTER TABLE tag_material FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY one_merchant ON tag_material USING ("
        " current_setting('hub.across', true) = 'on' OR"
        " merchant_id = current_setting('hub.merchant_id', true))"
    )


def downgrade() -> None:
    """Downgrade the schema."""
    op.drop_table("tag_material")
