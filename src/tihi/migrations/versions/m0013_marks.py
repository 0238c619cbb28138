"""Run 0013_marks.sql."""

from tihi.platform.schema import run_file

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0013_marks.sql")
