"""Run 0001_base.sql."""

from tihi.platform.schema import run_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0001_base.sql")
