"""Reading figures as a scraper does."""

import asyncio
from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families

from tihi.platform import metrics


class Figures:
    """All series of a scrape."""

    def __init__(self, text: str) -> None:
        self._samples = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    @classmethod
    def now(cls) -> "Figures":
        """Return the figures of this process."""
        return cls(metrics.exposition().decode())

    def of(self, name: str, **labels: str) -> float:
        """Return the sum of the series called `name` that bear `labels`."""
        asked = labels.items()
        return sum(
            value
            for (found, borne), value in self._samples.items()
            if found == name and asked <= dict(borne).items()
        )

    def labels(self) -> set[tuple[str, str]]:
        """Return every label there is, with each of its values."""
        return {label for _, borne in self._samples for label in borne}

    def names(self) -> set[str]:
        """Return the name of every series."""
        return {name for name, _ in self._samples}


async def arrives(condition: Callable[[], bool], within: float = 40) -> None:
    """Wait until `condition` holds: a worker takes partitions over from a dead one after 15 s."""
    async with asyncio.timeout(within):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)
