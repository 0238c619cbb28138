"""`tihi bench http`: what a page asks for first, on kept connections."""

import asyncio
from contextlib import AsyncExitStack

from bench import plain
from bench.figures import Setting, percentile, setting
from bench.stand import CLOCK, COOKIE, learners, listening, org, process, standing
from tihi.base.value import Value

_LINES = 64
_WARM_S = 2.0
_SECONDS = 6.0
_RATE = 500
_PATH = "/api/v1/me"


class HttpResult(Value):
    """Requests for `/api/v1/me`, each of a signed-in learner of 64.

    Attributes:
        rps: requests a second when every connection asks again at once.
        p99_ms: at 500 a second, from when each was due.
    """

    rps: int
    p99_ms: float
    p50_ms: float
    setting: Setting


async def run() -> HttpResult:
    """Measure once."""
    async with AsyncExitStack() as stack:
        stand = await stack.enter_async_context(standing())
        org_id = await org(stand.parts)
        people = await learners(stand.parts, org_id, _LINES)
        await stack.enter_async_context(process(stand, "web"))
        await listening(stand)
        port = stand.settings.port
        lines = [await plain.connect(port) for _ in people]
        asked = [plain.get(_PATH, port, f"{COOKIE}={token}") for _, token in people]
        await _as_fast_as_can_be(lines, asked, _WARM_S)
        done = await _as_fast_as_can_be(lines, asked, _SECONDS)
        took = await plain.at_a_rate(lines, asked, rate=_RATE, seconds=_SECONDS)
    return HttpResult(
        rps=round(done / _SECONDS),
        p99_ms=round(percentile(took, 0.99), 2),
        p50_ms=round(percentile(took, 0.5), 2),
        setting=setting(),
    )


async def _as_fast_as_can_be(lines: list[plain.Plain], asked: list[bytes], seconds: float) -> int:
    until = CLOCK.monotonic() + seconds

    async def go_on(number: int) -> int:
        count = 0
        while CLOCK.monotonic() < until:
            await lines[number].ask(asked[number])
            count += 1
        return count

    return sum(await asyncio.gather(*(go_on(number) for number in range(len(lines)))))
