"""Where `tihi` begins: ready for Ctrl-C before anything large is read in, which takes a while."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType


def main() -> None:
    """Be the command `tihi`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # What we were told to ignore stays ignored, as by `nohup`.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    from tihi.roles.commands import main as command  # noqa: PLC0415  # the reason for this file

    sys.argv[0] = "tihi"
    command()


def _end(number: int, _frame: FrameType | None) -> None:
    """End at once: nothing has begun."""
    with suppress(OSError):
        os.write(2, b"Stopped.\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
