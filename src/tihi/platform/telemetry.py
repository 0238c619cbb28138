"""Logs without personal data, and the crash points of the fault tests."""

import gc
import json
import logging
import os
import signal
import sys
import traceback
from contextvars import ContextVar

from typing_extensions import override

_STOP = "stop:"
_crash_at = ""

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that is being served; every line that is logged meanwhile bears it."""

_MORE = ("route", "method", "status", "ms")
"""What a line may say besides its message: figures and words of our own only."""


class JsonLines(logging.Formatter):
    """One JSON object a line; newlines and escapes in a message stay inside their string."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`."""
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = request_id.get()
        if request:
            line["request_id"] = request
        line.update((name, getattr(record, name)) for name in _MORE if hasattr(record, name))
        if record.exc_info and record.exc_info[1]:
            line["error"] = where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def where(error: BaseException) -> list[str]:
    """Return kinds and places of an error and its causes, newest first, without their words.

    Messages quote values: a database says which name was taken twice (S41).
    """
    lines: list[str] = []
    found: BaseException | None = error
    while found is not None:
        lines.append(type(found).__qualname__)
        frames = traceback.extract_tb(found.__traceback__)
        lines.extend(f"  {one.filename}:{one.lineno} {one.name}" for one in frames)
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return lines


def start_logging(level: str = "INFO") -> None:
    """Send logs to standard error, one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # An access log would hold addresses and paths of people.
    for name in ("uvicorn.access", "uvicorn.error", "engineio", "socketio"):
        logging.getLogger(name).setLevel(logging.WARNING)


def calm_collector() -> None:
    """Let the cyclic collector pass over what is alive now, and come less often from now on.

    Requests and batches make no cycles; by its own defaults the collector took a third of a
    worker's time and made the tail of every answer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def crash_at(point: str) -> None:
    """Make this process kill itself when it reaches `point`; '' never does.

    With `stop:` before it the process freezes there, once, until somebody continues it (R10).
    """
    global _crash_at  # noqa: PLW0603  # set once at start, read at every boundary
    _crash_at = point


def crash_point(name: str) -> None:
    """Mark a boundary of the loop where a fault test may kill the process (R34)."""
    if _crash_at and name == _crash_at.removeprefix(_STOP):
        kind = signal.SIGSTOP if _crash_at.startswith(_STOP) else signal.SIGKILL
        crash_at("")
        os.kill(os.getpid(), kind)
