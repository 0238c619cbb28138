"""What can go wrong with engines, in words for the person who has to put it right."""


class EngineError(Exception):
    """An engine cannot be started; the message says why and what to do."""


class HomeLocked(EngineError):  # named after the state, like every refusal here
    """Somebody else is using the data folder.

    Attributes:
        pid: the process that holds it, or None when it did not say.
    """

    def __init__(self, home: object, pid: int | None) -> None:
        holder = "another process" if pid is None else f"process {pid}"
        super().__init__(f"{home} is in use by {holder}; stop that first, or set TIHI_HOME")
        self.pid = pid
