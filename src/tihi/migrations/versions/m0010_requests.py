"""Run 0010_requests.sql."""

from tihi.platform.schema import run_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0010_requests.sql")
