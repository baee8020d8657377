"""Hear asks: what a cart asks while it waits for the answer."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from hub.store.types import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NAME = "ask"


def upgrade() -> None:
    """Upgrade the schema."""
    op.create_table(
        _NAME,
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("connection_id", sa.String(length=26), nullable=False),
        sa.Column("shop_id", sa.String(length=26), nullable=False),
        sa.Column("delivery_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64)),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("told", sa.Text(), server_default="", nullable=False),
        sa.Column("way", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("given_up_at", Moment()),
        sa.Column("decided_at", Moment()),
        sa.Column("told_at", Moment()),
        sa.Column("look_at", Moment()),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f(f"fk_{_NAME}_merchant_id")
        ),
        *_to("connection", "connection_id"),
        *_to("shop", "shop_id"),
        *_to("inbox", "delivery_id"),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f(f"pk_{_NAME}")),
        info={"is_tenant": True},
    )
    _index("uq_ask_reference", "merchant_id", "connection_id", "reference", unique=True)
    _index("uq_ask_token", "token_hash", unique=True)
    _index("ix_ask_order", "merchant_id", "shop_id", "order_number")
    due = sa.text("look_at IS NOT NULL")
    _index("ix_ask_look", "look_at", sqlite_where=due, postgresql_where=due)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {_NAME} ENABLE ROW LEVEL SECURITY")
        # FORCE, because the hub's role owns the tables.
        op.execute(f"ALTER TABLE {_NAME} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_merchant ON {_NAME} USING ("
            " current_setting('hub.across', true) = 'on' OR"
            " merchant_id = current_setting('hub.merchant_id', true))"
        )


def _to(table: str, column: str) -> list[sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{_NAME}_merchant_id_{column}")
    columns = ["merchant_id", column]
    others = [f"{table}.merchant_id", f"{table}.id"]
    return [sa.ForeignKeyConstraint(columns, others, name=name)]


def _index(name: str, *columns: str, unique: bool = False, **options: Any) -> None:
    op.create_index(name, _NAME, list(columns), unique=unique, **options)


def downgrade() -> None:
    """Downgrade the schema."""
    op.drop_table(_NAME)
