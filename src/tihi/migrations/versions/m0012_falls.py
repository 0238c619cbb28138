"""Run 0012_falls.sql."""

from tihi.platform.schema import run_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0012_falls.sql")
