"""A served school, as the tests of security have it, and its consumers at work."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from security.client import Served
from security.conftest import served
from tihi.platform.clock import SystemClock
from tihi.platform.leases import Steward
from tihi.platform.push import Push
from tihi.platform.tasks import ended
from tihi.roles import worker

__all__ = ["busy", "served"]


@pytest.fixture
async def busy(served: Served) -> AsyncIterator[Served]:
    """A served school whose consumers work and push, as the worker role does."""
    parts = served.school.world.here
    # Leases run by real time, whatever the world's clock says.
    steward = Steward(parts.db, SystemClock())
    task = asyncio.create_task(worker.run(parts, Push(parts.cache), steward, only=frozenset()))
    yield served
    await ended([task])
