"""Install apps: which shop of a cart is whose, and the way of consent."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import Document, Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade the schema."""
    op.create_table(
        "app_installation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("connector", sa.String(length=64), nullable=False),
        sa.Column("shop_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("settings", Document(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("merchant_id", sa.String(length=26)),
        sa.Column("connection_id", sa.String(length=26)),
        sa.Column("claim_hash", sa.String(length=64)),
        sa.Column("claim_until", Moment()),
        sa.Column("installed_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "connection_id"],
            ["connection.merchant_id", "connection.id"],
            name=op.f("fk_app_installation_merchant_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_installation")),
    )
    op.create_index(
        "uq_app_installation_shop",
        "app_installation",
        ["connector", "shop_key"],
        unique=True,
    )
    op.create_index("ix_app_installation_claim", "app_installation", ["claim_hash"])
    op.create_index(
        "ix_app_installation_connection",
        "app_installation",
        ["merchant_id", "connection_id"],
    )
    op.create_table(
        "install_state",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("connector", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("used_at", Moment()),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_install_state")),
    )


def downgrade() -> None:
    """Downgrade the schema."""
    op.drop_table("install_state")
    op.drop_table("app_installation")
