"""Disks that are small, and that lose what was not written when the power is cut. Root only."""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts disks")
_BLOCK = bytes(1 << 16)


async def run(*command: str | Path) -> None:
    """Run a program of the system; it must succeed."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, (command, said.decode())


@asynccontextmanager
async def small(place: Path, megabytes: int) -> AsyncGenerator[None]:
    """Mount a small disk in memory on `place`."""
    place.mkdir(exist_ok=True)
    options = f"size={megabytes}m,mode=711"
    await run("mount", "-t", "tmpfs", "-o", options, "tihi-faults", place)
    try:
        yield
    finally:
        await run("umount", "--lazy", place)


@asynccontextmanager
async def mounted(image: Path, place: Path) -> AsyncGenerator[None]:
    """Mount the disk that `image` holds on `place`."""
    place.mkdir(exist_ok=True)
    await run("mount", "-o", "loop", image, place)
    place.chmod(0o711)
    try:
        yield
    finally:
        await run("umount", "--lazy", place)


async def made(image: Path, megabytes: int) -> None:
    """Make an empty disk."""
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    await run("mkfs.ext4", "-q", image)


async def cut(image: Path, copy: Path) -> None:
    """Copy the disk as it is: what the system has not written to it yet is not in the copy."""
    await run("cp", "--sparse=always", image, copy)


def fill(place: Path) -> Path:
    """Leave no room on the disk of `place`; return what takes it."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(_BLOCK)
        except OSError:
            assert shutil.disk_usage(place).free < len(_BLOCK)
    return ballast
