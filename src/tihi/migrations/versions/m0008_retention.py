"""Run 0008_retention.sql."""

from tihi.platform.schema import run_file

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0008_retention.sql")
