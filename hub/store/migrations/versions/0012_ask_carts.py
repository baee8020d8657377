"""Ask carts: documents that deliveries only name, and how far a cart was looked at."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NEW_TABLES = ("inbox_document", "poll_cursor")


def upgrade() -> None:
    """Upgrade the schema."""
    for name in ("fetched_at", "waits_since"):
        op.add_column("inbox", sa.Column(name, Moment()))
    _create_documents()
    _create_cursors()
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _NEW_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # FORCE, because the hub's role owns the tables.
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_merchant ON {table} USING ("
            " current_setting('hub.across', true) = 'on' OR"
            " merchant_id = current_setting('hub.merchant_id', true))"
        )


def _of_merchant(table: str, **references: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchant.id"], name=op.f(f"fk_{table}_merchant_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["merchant_id", column],
                [f"{parent}.merchant_id", f"{parent}.id"],
                name=op.f(f"fk_{table}_merchant_id_{column}"),
            )
            for column, parent in references.items()
        ),
        sa.PrimaryKeyConstraint("merchant_id", "id", name=op.f(f"pk_{table}")),
    ]


def _create_documents() -> None:
    op.create_table(
        "inbox_document",
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("delivery_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("data_key_id", sa.String(length=26), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("fetched_at", Moment(), nullable=False),
        *_of_merchant("inbox_document", delivery_id="inbox", data_key_id="data_key"),
        info={"is_tenant": True},
    )
    op.create_index(
        "uq_inbox_document_name",
        "inbox_document",
        ["merchant_id", "delivery_id", "name"],
        unique=True,
    )


def _create_cursors() -> None:
    op.create_table(
        "poll_cursor",
        sa.Column("merchant_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("cursor", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("lease_token", sa.String(length=32)),
        sa.Column("lease_until", Moment()),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", Moment()),
        sa.Column("reason_code", sa.Text(), server_default="", nullable=False),
        sa.Column("last_success_at", Moment()),
        sa.Column("created_at", Moment(), nullable=False),
        *_of_merchant("poll_cursor", id="connection"),
        info={"is_tenant": True},
    )
    op.create_index("ix_poll_cursor_due", "poll_cursor", ["due_at"])


def downgrade() -> None:
    """Downgrade the schema."""
    for table in _NEW_TABLES:
        op.drop_table(table)
    for name in ("fetched_at", "waits_since"):
        op.drop_column("inbox", name)
