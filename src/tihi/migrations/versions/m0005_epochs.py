"""Run 0005_epochs.sql."""

from tihi.platform.schema import run_file

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0005_epochs.sql")
