"""Look again in time: the moment at which a transaction is judged anew."""

import sqlalchemy as sa
from alembic import op

import hub.store.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_HAS_MOMENT = sa.text("look_at IS NOT NULL")


def upgrade() -> None:
    """Upgrade the schema."""
    op.add_column(
        "transaction", sa.Column("look_at", hub.store.types.Moment(), nullable=True)
    )
    op.create_index(
        "ix_transaction_look",
        "transaction",
        ["look_at"],
        sqlite_where=_HAS_MOMENT,
        postgresql_where=_HAS_MOMENT,
    )


def downgrade() -> None:
    """Downgrade the schema."""
    op.drop_index("ix_transaction_look", table_name="transaction")
    op.drop_column("transaction", "look_at")
