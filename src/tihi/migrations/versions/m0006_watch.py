"""Run 0006_watch.sql."""

from tihi.platform.schema import run_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0006_watch.sql")
