"""Guard rows: PostgreSQL lets a session see one merchant's rows (T-21)."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The tables of this revision, written out: a later table brings its own policy.
TABLES = (
    "data_key",
    "credential_set",
    "shop",
    "connection",
    "inbox",
    "cart_order",
    "order_delivery",
    "person",
    '"transaction"',
    "operation",
    "attempt",
    "invoice_print_data",
    "journal",
    "audit",
)


def upgrade() -> None:
    """Make row-level security the second wall."""
    if op.get_bind().dialect.name != "postgresql":
        return
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
    """Take the wall down."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"DROP POLICY one_merchant ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
