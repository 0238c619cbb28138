"""Settings from the environment: the only module that reads it."""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from tihi.base.value import Value

_MOST_PORT = 65535


class Settings(Value):
    """What an installation may set; all of it has a default that works.

    Attributes:
        home: the data folder.
        database_url: an external database under role `tihi_app`, in place of the embedded one.
        owner_url: the same database under the role that owns the tables.
        sweep_url: the same database under the role that sweeps over all orgs.
        valkey_url: an external Valkey.
        nats_url: an external NATS.
        engine_user: the account that engines run under when we are root.
        host: the address that the gateway listens on.
        port: the port that the gateway listens on.
        crash_at: a crash point, for the fault tests only.
        lan_http: plain HTTP beyond loopback was asked for.
        url: where people's browsers find this server, with no slash at the end; links that are
            handed out begin with it, whatever a request says of its host.
        proxies: addresses or networks of reverse proxies whose `X-Forwarded-For` is believed.
        erased: the list of who was erased, which a restore needs; best kept beside the backups.
        vault_key: seals secrets that are kept; needed where the data folder is not shared.
    """

    home: Path
    database_url: str | None = None
    owner_url: str | None = None
    sweep_url: str | None = None
    valkey_url: str | None = None
    nats_url: str | None = None
    engine_user: str = "tihi"
    host: str = "127.0.0.1"
    port: int = 8080
    crash_at: str = ""
    lan_http: bool = False
    url: str = ""
    proxies: tuple[str, ...] = ()
    vault_key: str = ""
    erased: Path | None = None

    @property
    def erased_list(self) -> Path:
        """Where the list of who was erased is kept."""
        return self.erased or self.home / "erased.jsonl"


def settings(env: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in `env`, or in this process's environment. Empty counts as not set.

    Raises:
        ValueError: a setting cannot be understood; the message names it.
    """
    source = os.environ if env is None else env  # noqa: TID251  # the one place that may read it
    given = {name: value for name, value in source.items() if value}
    if "TIHI_DATABASE_URL" not in given and {"TIHI_OWNER_URL", "TIHI_SWEEP_URL"} & given.keys():
        raise ValueError("TIHI_OWNER_URL and TIHI_SWEEP_URL go with TIHI_DATABASE_URL")
    return Settings(
        home=Path(given["TIHI_HOME"]).expanduser() if "TIHI_HOME" in given else default_home(),
        database_url=given.get("TIHI_DATABASE_URL"),
        owner_url=given.get("TIHI_OWNER_URL"),
        sweep_url=given.get("TIHI_SWEEP_URL"),
        valkey_url=given.get("TIHI_VALKEY_URL"),
        nats_url=given.get("TIHI_NATS_URL"),
        engine_user=given.get("TIHI_ENGINE_USER", "tihi"),
        host=given.get("TIHI_HOST", "127.0.0.1"),
        port=_port(given.get("TIHI_PORT", "8080")),
        crash_at=given.get("TIHI_CRASH_AT", ""),
        lan_http=given.get("TIHI_LAN_HTTP") == "1",
        url=_url(given.get("TIHI_URL", "")),
        proxies=_networks(given.get("TIHI_PROXIES", "")),
        vault_key=given.get("TIHI_VAULT_KEY", ""),
        erased=Path(given["TIHI_ERASED"]).expanduser() if "TIHI_ERASED" in given else None,
    )


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with `extra`, for a process of ours that it starts."""
    return {**os.environ, **extra}  # noqa: TID251  # the one place that may read it


def default_home() -> Path:
    """Return the data folder of whoever runs this."""
    return Path("/var/lib/tihi") if os.geteuid() == 0 else Path.home() / ".local/share/tihi"


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= _MOST_PORT):
        raise ValueError(f"TIHI_PORT is a number from 1 to {_MOST_PORT}, not {text!r}")
    return int(text)


def _url(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise ValueError(f"TIHI_URL is like https://tihi.school.nz, not {text!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _networks(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in names:
        try:
            ip_network(name)
        except ValueError as error:
            raise ValueError(f"TIHI_PROXIES lists addresses or networks, not {name!r}") from error
    return names
