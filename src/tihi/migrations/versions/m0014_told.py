"""Run 0014_told.sql."""

from tihi.platform.schema import run_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0014_told.sql")
