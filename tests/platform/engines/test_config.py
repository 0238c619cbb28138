"""What the environment says."""

from pathlib import Path

import pytest

from tihi.platform.config import settings


def test_defaults() -> None:
    found = settings({"TIHI_HOME": "/data"})
    assert (found.home, found.host, found.port) == (Path("/data"), "127.0.0.1", 8080)
    assert found.database_url is None
    assert found.engine_user == "tihi"
    assert not found.lan_http


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1", "٣"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(ValueError, match="TIHI_PORT"):
        settings({"TIHI_PORT": port})


def test_an_owner_without_a_database_is_refused() -> None:
    with pytest.raises(ValueError, match="TIHI_DATABASE_URL"):
        settings({"TIHI_OWNER_URL": "postgresql://"})
