"""Run 0015_scans.sql."""

from tihi.platform.schema import run_file

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0015_scans.sql")
