"""A served school, as the tests of security have it, and its consumers at work."""

from collections.abc import AsyncIterator

import pytest

from security.client import Served
from security.conftest import served
from tihi.platform.push import Push
from tihi.roles.school import working

__all__ = ["busy", "served"]


@pytest.fixture
async def busy(served: Served) -> AsyncIterator[Served]:
    """A served school whose consumers work and push, as the worker role does."""
    parts = served.school.world.here
    async with working(parts, Push(parts.cache)):
        yield served
