"""Everything at once: a load for as long as is asked for, and faults at random all the while.

`make soak MINUTES=10 SEED=7` prints each fault with its time and what was lost in the end: 0.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from time import monotonic

import pytest

from faults.crowd import Crowd
from faults.rig import Rig
from tihi.base.chance import SeededRandom, below
from world import School

PER_SECOND = 40
SHORT_S = 15.0
ENGINES = ("postgres", "nats", "valkey")


class Soak:
    """The roles under load and what befalls them."""

    def __init__(self, rig: Rig, seed: int) -> None:
        self.rig = rig
        self.chance = SeededRandom("soak", seed)
        self.faults: Counter[str] = Counter()
        self.begun = monotonic()

    async def begin(self) -> None:
        """Start the roles: two workers, so that partitions have somewhere to go."""
        for command in ("scheduler", "worker", "worker"):
            await self.rig.start(command)
        await self.rig.start("web")

    async def fault(self) -> None:
        """Do one thing that nobody wants."""
        faults: list[Callable[[], Awaitable[str]]] = [
            *[self.kill_role] * 3,
            *[self.kill_engine] * 2,
            self.freeze_engine,
            self.freeze_worker,
            self.rob,
        ]
        begun = monotonic()
        named = await faults[below(self.chance, len(faults))]()
        self.faults[named] += 1
        print(f"{begun - self.begun:6.1f} s: {named}")

    def _one(self, names: tuple[str, ...]) -> str:
        return names[below(self.chance, len(names))]

    async def kill_role(self) -> str:
        """Kill a role and start it again."""
        name = self._one(("web", "worker", "scheduler"))
        victim = self.rig.role(name)
        await victim.kill()
        self.rig.roles.remove(victim)
        await self.rig.start(name)
        return f"{name} killed"

    async def kill_engine(self) -> str:
        """Kill an engine; its keeper starts it again."""
        name = self._one(ENGINES)
        self.rig.engine(name).kill()
        await asyncio.sleep(0.2)
        await self.rig.engine(name).up()
        return f"{name} killed"

    async def freeze_engine(self) -> str:
        """Freeze an engine for some seconds."""
        name = self._one(ENGINES)
        engine = self.rig.engine(name)
        engine.freeze()
        await asyncio.sleep(1 + below(self.chance, 5))
        engine.thaw()
        return f"{name} frozen"

    async def freeze_worker(self) -> str:
        """Freeze a worker for some seconds, sometimes for so long that it is taken for dead."""
        worker = self.rig.role("worker")
        worker.freeze()
        await asyncio.sleep(2 + below(self.chance, 20))
        worker.thaw()
        return "worker frozen"

    async def rob(self) -> str:
        """Take all that a copy of the truth holds."""
        name = self._one(("nats", "valkey"))
        await self.rig.engine(name).rob()
        return f"{name} robbed"

    async def replace_the_fenced(self) -> None:
        """Start a worker for each that ended because it was taken for dead."""
        for role in [one for one in self.rig.roles if one.process.returncode is not None]:
            self.rig.roles.remove(role)
            await self.rig.start(role.name)


@pytest.mark.long
@pytest.mark.endless
async def test_whatever_happens_nothing_is_lost_and_nothing_counts_twice(
    rig: Rig, school: School, seed: int, minutes: float
) -> None:
    """R1, R2, R3, R9, R11, R12, R14, R15."""
    lasts = 60 * minutes or SHORT_S
    soak = Soak(rig, seed)
    await soak.begin()
    async with Crowd.of(school, rig.base, 20, seed) as crowd:
        begun = monotonic()
        load = asyncio.create_task(crowd.load(lasts, PER_SECOND))
        while monotonic() - begun < lasts:
            await asyncio.sleep(1 + below(soak.chance, 3000) / 1000)
            await soak.fault()
            await soak.replace_the_fenced()
        await load
        await crowd.finish()
        await soak.replace_the_fenced()
        took = await rig.settled(school, 120)
        await crowd.board()
        lost, uncounted = await crowd.lost(), await crowd.uncounted()
        print(f"{len(crowd.acknowledged)} acknowledged in {lasts:.0f} s, {crowd.statuses()}")
        print(f"{len(lost)} lost, {len(uncounted)} not counted once, by {dict(soak.faults)}")
        print(f"quiet {took:.1f} s after the load")
        assert (lost, uncounted) == ([], [])
    assert await rig.differences(school) == []
    code, said = await rig.command("verify")
    assert code == 0, said
