"""Run 0011_doors.sql."""

from tihi.platform.schema import run_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0011_doors.sql")
