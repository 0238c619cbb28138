"""What the environment says."""

from pathlib import Path

import pytest

from tihi.platform.config import UnfitSetting, settings


def test_defaults() -> None:
    found = settings({"TIHI_HOME": "/data"})
    assert (found.home, found.host, found.port) == (Path("/data"), "127.0.0.1", 8080)
    assert found.database_url is None
    assert found.engine_user == "tihi"
    assert not found.lan_http


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1", "٣", "1" * 5000])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(ValueError, match="TIHI_PORT"):
        settings({"TIHI_PORT": port})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIHI_LAN_HTTP", "yes"),
        ("TIHI_HOME", "~nobody-of-that-name/data"),
        ("TIHI_HOME", "/" + "a" * 300),
        ("TIHI_ERASED", "~nobody-of-that-name/erased.jsonl"),
        ("TIHI_URL", "https://tihi.school.nz:99999"),
        ("TIHI_URL", "https://tihi.school.nz:port"),
        ("TIHI_URL", "https://ana:sesame@tihi.school.nz"),
        ("TIHI_URL", "https://tihi.school.nz?x=1"),
        ("TIHI_URL", "https://tihi.school.nz#x"),
        ("TIHI_URL", "https://:8080"),
    ],
)
def test_what_cannot_be_meant_is_named(name: str, value: str) -> None:
    with pytest.raises(UnfitSetting, match=name):
        settings({name: value})


def test_a_folder_that_leads_in_a_circle_is_named(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    with pytest.raises(UnfitSetting, match="TIHI_HOME"):
        settings({"TIHI_HOME": str(circle)})


def test_an_address_may_have_a_port_and_a_slash() -> None:
    assert settings({"TIHI_URL": "http://[::1]:8080/"}).url == "http://[::1]:8080"


def test_an_owner_without_a_database_is_refused() -> None:
    with pytest.raises(ValueError, match="TIHI_DATABASE_URL"):
        settings({"TIHI_OWNER_URL": "postgresql://"})
