"""Finding engines that another process runs on the same data folder."""

import os
from pathlib import Path

import msgspec

from tihi.platform.config import Settings
from tihi.platform.engines.engine import Endpoints
from tihi.platform.engines.trouble import EngineError


def _note(home: Path) -> Path:
    return home / "endpoints.json"


def leave_note(home: Path, endpoints: Endpoints) -> None:
    """Write down where the engines are, for other processes of the same person."""
    draft = home / "endpoints.new"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(endpoints))
    draft.replace(_note(home))


def refuse_no_data(settings: Settings) -> None:
    """Refuse a data folder that holds nothing: a path was mistyped, or it is somebody else's.

    Raises:
        EngineError: as it says.
    """
    if settings.database_url:
        return
    try:
        there = (settings.home / "postgres").exists()
    except OSError as error:
        raise EngineError(f"{settings.home} cannot be read: {error.strerror}") from error
    if not there:
        detail = f"{settings.home} holds no data of Tihi"
        raise EngineError(f"{detail}; set TIHI_HOME to the folder that does, or `tihi serve` first")


def attached(settings: Settings) -> Endpoints:
    """Return where the engines are: as the settings say, or as the data folder's note says.

    Raises:
        EngineError: neither says it.
    """
    if settings.database_url and settings.valkey_url and settings.nats_url:
        return Endpoints(
            database_url=settings.database_url,
            owner_url=settings.owner_url or settings.database_url,
            sweep_url=settings.sweep_url or settings.database_url,
            valkey_url=settings.valkey_url,
            nats_url=settings.nats_url,
        )
    try:
        return msgspec.json.decode(_note(settings.home).read_bytes(), type=Endpoints)
    except PermissionError as error:
        raise EngineError(f"{settings.home} cannot be read; run this as who runs Tihi") from error
    except (OSError, msgspec.DecodeError) as error:
        detail = f"no engines run on {settings.home}"
        raise EngineError(f"{detail}; start `tihi serve`, or `tihi engines`") from error
