"""Run 0009_boards_upward.sql."""

from tihi.platform.schema import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0009_boards_upward.sql")
