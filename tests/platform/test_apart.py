"""Work in a process of its own: it gives what the work gives, and leaves nothing behind."""

import asyncio
import itertools
import sys
from contextlib import aclosing

import msgspec
import psutil
import pytest

from faults.rig import until
from tihi.learn.imports import service
from tihi.learn.imports.model import Order, Piece, SourceFile, UnreadableFile
from tihi.platform.apart import Broken, pieces
from world import questions

_LARGE = SourceFile(name="a.gift", text=questions(6_000))


def order(file: SourceFile) -> bytes:
    return msgspec.msgpack.encode(Order(questions=[file], tables=[], strict=False))


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "tihi.platform.apart" in one.cmdline()]


async def test_what_is_read_apart_is_what_is_read_here() -> None:
    file = SourceFile(name="a.gift", text=questions(60) + "\n\nWords.\n")
    table = SourceFile(name="b.csv", text="item,option,misconception,feedback\nsum,1,x,\n")

    assert await service.read_apart([file], [table], strict=False) == service.read(
        [file], [table], strict=False
    )
    assert children() == []


@pytest.mark.parametrize(("most_s", "most_memory"), [(0.05, 1 << 30), (60.0, 24 << 20)])
async def test_work_that_takes_too_much_is_ended(most_s: float, most_memory: int) -> None:
    """S35: neither time nor memory of the machine is at a file's mercy."""
    with pytest.raises(Broken):
        async for _ in pieces(
            service.packed, order(_LARGE), most_s=most_s, most_memory=most_memory
        ):
            pass
    assert children() == []


async def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_MOST_S", 0.05)
    with pytest.raises(UnreadableFile, match=r"a\.gift: reading takes too long"):
        await service.read_apart([_LARGE], [], strict=False)


async def test_whoever_stops_listening_leaves_no_process_behind() -> None:
    async with aclosing(
        pieces(itertools.repeat, b"again", most_s=60, most_memory=1 << 30)
    ) as endless:
        assert await anext(endless) == b"again"
        (child,) = children()
    assert not child.is_running()


async def test_the_process_ends_with_its_parent_however_that_went() -> None:
    script = """
import asyncio, sys
from tihi.learn.imports import service
from tihi.platform.apart import pieces

async def main():
    async for _ in pieces(service.packed, sys.stdin.buffer.read(), most_s=60, most_memory=1 << 30):
        pass

asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script), stdin=asyncio.subprocess.PIPE
    )
    assert parent.stdin
    parent.stdin.write(order(SourceFile(name="a.gift", text=questions(10_000))))
    parent.stdin.close()
    found: list[psutil.Process] = []
    await until(lambda: bool(found.extend(psutil.Process(parent.pid).children()) or found), 20)
    parent.kill()
    await parent.wait()
    await until(lambda: not found[0].is_running(), 3)


async def test_pieces_are_small_enough_to_be_taken_between_two_answers() -> None:
    read = pieces(service.packed, order(_LARGE), most_s=60, most_memory=1 << 30)
    sizes = [len(msgspec.msgpack.decode(raw, type=Piece).content.items) async for raw in read]
    assert sum(sizes) == 6_000
    assert max(sizes) <= 25
