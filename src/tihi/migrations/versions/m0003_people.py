"""Run 0003_people.sql."""

from tihi.platform.schema import run_file

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    """Run the file in this migration's transaction."""
    run_file("0003_people.sql")
