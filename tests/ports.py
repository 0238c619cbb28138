"""Ports for servers of tests."""

import socket
from contextlib import suppress

from tihi.base.chance import SystemRandom, below


def free_port() -> int:
    """Return a port that nobody listens on, and that no outgoing connection is given.

    Clients of a server that was killed call its port all the time; one of the range for outgoing
    connections would be given to them now and then, and the server could not have it back.
    """
    while True:
        port = 20_000 + below(SystemRandom(), 12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
