"""Run 0007_grades.sql."""

from tihi.platform.schema import run_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0007_grades.sql")
