"""Chance that can be repeated: every draw comes from a `Random` that somebody passed."""

import secrets
from collections.abc import Sequence
from hashlib import blake2b
from typing import Protocol, TypeVar

T = TypeVar("T")


class Random(Protocol):
    """A source of bits."""

    def bits(self, count: int) -> int:
        """Return an integer of `count` random bits."""
        ...


class SystemRandom:
    """Chance from the operating system, fit for secrets."""

    def bits(self, count: int) -> int:
        """Return an integer of `count` unpredictable bits."""
        return secrets.randbits(count)


class SeededRandom:
    """Chance that gives the same draws for the same seed on every machine and version.

    The bits are BLAKE2b over seed and counter, because the standard library does not
    promise that its own generator shuffles alike in every release.
    """

    def __init__(self, *seed: object) -> None:
        self._seed = "\x1f".join(str(part) for part in seed).encode()
        self._drawn = 0

    def bits(self, count: int) -> int:
        """Return the next `count` bits, at most 512."""
        self._drawn += 1
        block = blake2b(self._seed + b"\x1f%d" % self._drawn, digest_size=64).digest()
        return int.from_bytes(block, "big") >> (512 - count)


def below(chance: Random, limit: int) -> int:
    """Return a whole number in [0, limit); the bias is under 2⁻⁶⁴ · limit."""
    return chance.bits(64 + limit.bit_length()) % limit


def shuffled(items: Sequence[T], chance: Random) -> list[T]:
    """Return `items` in a random order (Fisher and Yates; Durstenfeld 1964)."""
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = below(chance, last + 1)
        result[last], result[other] = result[other], result[last]
    return result
