"""Run 0004_backfills.sql."""

from tihi.platform.schema import run_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0004_backfills.sql")
