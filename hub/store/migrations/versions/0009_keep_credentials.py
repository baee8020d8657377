"""Keep the credentials that a cart gives to an app that was installed there."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NAME = "connection_credentials"


def upgrade() -> None:
    """Upgrade the schema."""
    op.create_table(
        _NAME,
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary()),
        sa.Column("hook_key", sa.LargeBinary(), nullable=False),
        sa.Column("data_key_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("expires_at", Moment()),
        sa.Column("refresh_ends_at", Moment()),
        sa.Column("used_at", Moment(), nullable=False),
        sa.Column("lease_token", sa.String(length=32)),
        sa.Column("lease_until", Moment()),
        sa.Column("enabled_at", Moment()),
        sa.Column("enable_code", sa.Text(), server_default="", nullable=False),
        sa.Column("enable_tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("enable_due_at", Moment()),
        sa.Column("installed_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f(f"fk_{_NAME}_merchant_id")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "id"],
            ["connection.merchant_id", "connection.id"],
            name=op.f(f"fk_{_NAME}_merchant_id_id"),
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id", "data_key_id"],
            ["data_key.merchant_id", "data_key.id"],
            name=op.f(f"fk_{_NAME}_merchant_id_data_key_id"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f(f"pk_{_NAME}")),
        info={"is_tenant": True},
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {_NAME} ENABLE ROW LEVEL SECURITY")
        # FORCE, because the hub's role owns the tables.
        op.execute(f"ALTER TABLE {_NAME} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_merchant ON {_NAME} USING ("
            " current_setting('hub.across', true) = 'on' OR"
            " merchant_id = current_setting('hub.merchant_id', true))"
        )


def downgrade() -> None:
    """Downgrade the schema."""
    op.drop_table(_NAME)
