"""What an engine is to its supervisor."""

from pathlib import Path
from typing import Protocol

import psutil

from tihi.base.value import Value
from tihi.platform.engines.process import Steps


class Endpoints(Value):
    """Where the engines are; each URL holds its password.

    Attributes:
        database_url: role `tihi_app`, which owns nothing.
        owner_url: role `tihi_owner`, for migrations.
        sweep_url: role `tihi_sweep`.
        valkey_url: Valkey.
        nats_url: NATS.
    """

    database_url: str
    owner_url: str
    sweep_url: str
    valkey_url: str
    nats_url: str


class EngineStatus(Value):
    """How an embedded engine is.

    Attributes:
        name: which.
        version: its own word, empty before it first answered.
        pid: its process.
        up: whether it runs and has accepted connections since it started.
    """

    name: str
    version: str
    pid: int
    up: bool


class NotReady(Exception):  # a state that passes, not an error
    """The engine does not accept connections yet."""


class Engine(Protocol):
    """A program that is kept running.

    Attributes:
        name: which.
        steps: how it is ended.
        folder: where it keeps its data.
        copy: what it keeps is a copy that is made anew where it is missing (R3, R14).
    """

    name: str
    steps: Steps
    folder: Path
    copy: bool

    async def prepare(self) -> None:
        """Write what the engine needs before it starts; called before every start."""
        ...

    def argv(self) -> list[str]:
        """Return the command."""
        ...

    def owns(self, process: psutil.Process) -> bool:
        """Return whether `process` is this engine, or part of it, whoever started it.

        It is known by its program and its working folder: nobody but the account can enter that,
        and unlike a pid that was written down it cannot be stale.
        """
        ...

    async def ready(self) -> str:
        """Return the version once connections are accepted.

        Raises:
            NotReady: they are not.
        """
        ...

    async def furnish(self) -> None:
        """Put in what must be there before anybody uses the engine; may be repeated."""
        ...
