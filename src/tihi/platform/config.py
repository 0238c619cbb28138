"""Settings from the environment: the only module that reads it."""

import errno
import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from tihi.base.value import Value

MOST_PORT = 65535
_LONGEST_PORT = 5
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class UnfitSetting(ValueError):
    """A setting cannot be understood; the message names it."""


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
        metrics_host: where a process that no browser talks to listens for scrapers and probes.
        metrics_port: the port of that; 0 for none.
        metrics_token: the secret that scrapers bring; without one, only loopback may scrape.
        log_level: how much is logged.
        traces: which part of presses is traced, 0 to 1.
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
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    metrics_token: str = ""
    log_level: str = "INFO"
    traces: float = 0.0
    vault_key: str = ""
    erased: Path | None = None

    @property
    def erased_list(self) -> Path:
        """Where the list of who was erased is kept."""
        return self.erased or self.home / "erased.jsonl"


def settings(env: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in `env`, or in this process's environment. Empty counts as not set.

    Raises:
        UnfitSetting: as it says.
    """
    source = os.environ if env is None else env  # noqa: TID251  # the one place that may read it
    given = {name: value for name, value in source.items() if value}
    if "TIHI_DATABASE_URL" not in given and {"TIHI_OWNER_URL", "TIHI_SWEEP_URL"} & given.keys():
        raise UnfitSetting("TIHI_OWNER_URL and TIHI_SWEEP_URL go with TIHI_DATABASE_URL")
    return Settings(
        home=place("TIHI_HOME", given["TIHI_HOME"]) if "TIHI_HOME" in given else default_home(),
        database_url=given.get("TIHI_DATABASE_URL"),
        owner_url=given.get("TIHI_OWNER_URL"),
        sweep_url=given.get("TIHI_SWEEP_URL"),
        valkey_url=given.get("TIHI_VALKEY_URL"),
        nats_url=given.get("TIHI_NATS_URL"),
        engine_user=given.get("TIHI_ENGINE_USER", "tihi"),
        host=given.get("TIHI_HOST", "127.0.0.1"),
        port=_port(given.get("TIHI_PORT", "8080"), "TIHI_PORT"),
        crash_at=given.get("TIHI_CRASH_AT", ""),
        lan_http=_switch(given.get("TIHI_LAN_HTTP", "0"), "TIHI_LAN_HTTP"),
        url=_url(given.get("TIHI_URL", "")),
        proxies=_networks(given.get("TIHI_PROXIES", "")),
        metrics_host=given.get("TIHI_METRICS_HOST", "127.0.0.1"),
        metrics_port=_port(given.get("TIHI_METRICS_PORT", "0"), "TIHI_METRICS_PORT", least=0),
        metrics_token=given.get("TIHI_METRICS_TOKEN", ""),
        log_level=_log_level(given.get("TIHI_LOG_LEVEL", "INFO")),
        traces=_share(given.get("TIHI_TRACES", _usual_share(given))),
        vault_key=given.get("TIHI_VAULT_KEY", ""),
        erased=place("TIHI_ERASED", given["TIHI_ERASED"]) if "TIHI_ERASED" in given else None,
    )


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with `extra`, for a process of ours that it starts."""
    return {**os.environ, **extra}  # noqa: TID251  # the one place that may read it


def default_home() -> Path:
    """Return the data folder of whoever runs this."""
    return Path("/var/lib/tihi") if os.geteuid() == 0 else Path.home() / ".local/share/tihi"


def _port(text: str, name: str, least: int = 1) -> int:
    number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_PORT
    if not (number and least <= int(text) <= MOST_PORT):
        raise UnfitSetting(f"{name} is a number from {least} to {MOST_PORT}, not {text!r}")
    return int(text)


def _switch(text: str, name: str) -> bool:
    if text not in {"0", "1"}:
        raise UnfitSetting(f"{name} is 1 or 0, not {text!r}")
    return text == "1"


def place(name: str, text: str) -> Path:
    """Return the path in `text`, which `name` sets; `~` may stand at its beginning.

    Raises:
        UnfitSetting: there can be no such path.
    """
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise UnfitSetting(f"{name} names the home of nobody: {text!r}") from error
    try:
        path.stat()
    except OSError as error:
        # Whether it is there, and whose it is, is asked where it is needed.
        if error.errno in {errno.ENAMETOOLONG, errno.ELOOP}:
            raise UnfitSetting(f"{name} is no path ({error.strerror}): {text!r}") from error
    except ValueError as error:
        raise UnfitSetting(f"{name} is no path: {text!r}") from error
    return path


def _log_level(text: str) -> str:
    if text.upper() not in _LOG_LEVELS:
        raise UnfitSetting(f"TIHI_LOG_LEVEL is one of {', '.join(_LOG_LEVELS)}, not {text!r}")
    return text.upper()


def _usual_share(given: Mapping[str, str]) -> str:
    """Return what is traced when nobody says how much: a little, where there is a collector."""
    return "0.01" if "OTEL_EXPORTER_OTLP_ENDPOINT" in given else "0"


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise UnfitSetting(f"TIHI_TRACES is a share from 0 to 1, not {text!r}")
    return share


def _url(text: str) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        # A port that is none is told only when it is asked for.
        there = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, there = urlsplit(""), False
    beyond = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in {"http", "https"} or not there or beyond:
        raise UnfitSetting(f"TIHI_URL is like https://tihi.school.nz, not {text!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _networks(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in names:
        try:
            ip_network(name)
        except ValueError as error:
            raise UnfitSetting(f"TIHI_PROXIES lists addresses or networks, not {name!r}") from error
    return names
