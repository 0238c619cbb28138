"""`tihi bench fanout`: one event to everybody who is connected; when has the last one got it?

The clients are in processes of their own, so that the time to read 4,000 sockets is not taken
for the time to write them: each says when its last socket had the event.
"""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import psutil

from bench.figures import ROOT, Setting, median, setting
from bench.stand import CLOCK, COOKIE, Stand, learners, listening, org, process, standing
from bench.wire import Place, Wire, connect, inflate
from tihi.base.value import Value
from tihi.platform.push import Push

_TIMES = 9
_QUESTION = {"question": "Ko tēhea te maunga teitei rawa o Aotearoa? " * 6, "seconds": 20}
"""About 300 bytes, as a question in a live game is."""
_JOIN_AT_ONCE = 50
_EVENT = b'2["question_opened"'
_PAUSE_S = 0.3
_WAIT_S = 10.0
_JOIN_S = 600.0


class FanoutResult(Value):
    """Medians over the events that were sent.

    Attributes:
        last_ms: from the event's leaving its sender until the last socket has it.
        cpu_ms: of the gateway's process, an event.
        kib_per_socket: what the gateway grew by when the sockets were opened, divided by them.
        deflated: whether the clients really got compressed frames.
    """

    last_ms: float
    cpu_ms: float
    kib_per_socket: float
    sockets: int
    deflated: bool
    slowest_ms: float
    setting: Setting


async def run(*, sockets: int, compress: bool) -> FanoutResult:
    """Measure once."""
    async with AsyncExitStack() as stack:
        stand = await stack.enter_async_context(standing())
        org_id = await org(stand.parts)
        people = await learners(stand.parts, org_id, sockets)
        gateway = psutil.Process(await stack.enter_async_context(process(stand, "web")))
        await listening(stand)
        before = gateway.memory_info().rss
        crowd = await stack.enter_async_context(
            _crowd(stand, [token for _, token in people], compress=compress)
        )
        grown = gateway.memory_info().rss - before
        push = Push(stand.parts.cache)
        last: list[float] = []
        cpu: list[float] = []
        for _ in range(_TIMES):
            await asyncio.sleep(_PAUSE_S)
            used, begun = _cpu(gateway), CLOCK.monotonic()
            await push.send_to_all(org_id, "question_opened", _QUESTION)
            last.append((await crowd.last() - begun) * 1000)
            cpu.append((_cpu(gateway) - used) * 1000)
        deflated = crowd.deflated
    return FanoutResult(
        last_ms=round(median(last), 1),
        cpu_ms=round(median(cpu), 1),
        kib_per_socket=round(grown / 1024 / sockets, 1),
        sockets=sockets,
        deflated=deflated,
        slowest_ms=round(max(last), 1),
        setting=setting(),
    )


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


class _Crowd:
    """The clients, in a process beside this one; it prints a line for each event."""

    def __init__(self, said: asyncio.StreamReader) -> None:
        self._said = said
        self._words: list[str] = []

    async def last(self, within_s: float = _WAIT_S) -> float:
        """Return when the last socket had the event that was just sent."""
        line = await asyncio.wait_for(self._said.readline(), within_s)
        if not line:
            raise ConnectionError("the crowd is gone")
        self._words = line.decode().split()
        return float(self._words[0])

    @property
    def deflated(self) -> bool:
        """Whether the last event came compressed to everybody."""
        return self._words[1] == "all"


@asynccontextmanager
async def _crowd(stand: Stand, tokens: Sequence[str], *, compress: bool) -> AsyncGenerator[_Crowd]:
    """Connect a client for each token."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.fanout",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    if child.stdin is None or child.stdout is None:
        raise ConnectionError("the crowd has no pipes")
    try:
        asked = {"port": stand.settings.port, "compress": compress, "tokens": list(tokens)}
        child.stdin.write(json.dumps(asked).encode() + b"\n")
        crowd = _Crowd(child.stdout)
        await crowd.last(_JOIN_S)
        yield crowd
    finally:
        child.kill()
        await child.wait()


async def _clients() -> None:
    asked = json.loads(sys.stdin.readline())
    wires: list[Wire] = []
    got = 0

    def heard(packet: bytes) -> None:
        if packet.startswith(_EVENT):
            count(packet)

    def count(packet: bytes) -> None:
        nonlocal got
        got += 1
        if got < len(wires):
            return
        got = 0
        # One clock for all processes of a machine.
        now = CLOCK.monotonic()
        every = all(one.deflated for one in wires)
        if every and not inflate(packet).startswith(b"4" + _EVENT):
            raise ValueError("the last frame is no question")
        sys.stdout.write(f"{now} {'all' if every else 'none'}\n")
        sys.stdout.flush()

    turns = asyncio.Semaphore(_JOIN_AT_ONCE)

    async def join(token: str) -> None:
        async with turns:
            place = Place(
                host="127.0.0.1",
                port=asked["port"],
                cookie=f"{COOKIE}={token}",
                compress=asked["compress"],
            )
            wire = await connect(place, heard)
            wire.unopened = count
            wires.append(wire)

    await asyncio.gather(*(join(token) for token in asked["tokens"]))
    sys.stdout.write("0 joined\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_clients())
