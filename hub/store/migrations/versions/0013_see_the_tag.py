"""See the tag: when a page of an installed app's shop last asked for it."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade the schema."""
    op.add_column("app_installation", sa.Column("tag_seen_at", Moment()))


def downgrade() -> None:
    """Downgrade the schema."""
    op.drop_column("app_installation", "tag_seen_at")
