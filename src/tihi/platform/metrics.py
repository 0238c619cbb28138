"""Figures for Prometheus: one registry a process, and every figure that there is in one place.

Labels are words of our own (a route's template, a consumer's name, a status), never ids, names
or anything that somebody typed (S41), so there are as many series on the last day as on the
first. Counters and histograms are our own, without the client's locks: one thread counts, and
an answer passes five of them (ADR 54).
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from typing_extensions import override

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_FAST = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Count(Collector):
    """Counts, by labels."""

    def __init__(self, name: str, told: str, *labels: str) -> None:
        self._family = name, told
        self._labels = labels
        self._counts: dict[tuple[str, ...], int] = {} if labels else {(): 0}
        REGISTRY.register(self)

    def add(self, *labels: str, by: int = 1) -> None:
        """Count `by` more."""
        self._counts[labels] = self._counts.get(labels, 0) + by

    @override
    def collect(self) -> Iterator[Metric]:
        """Give the counts to the registry."""
        family = CounterMetricFamily(*self._family, labels=self._labels)
        for labels, count in self._counts.items():
            family.add_metric(labels, count)
        yield family


class Spread(Collector):
    """Counts amounts by how large they are, by labels: a histogram."""

    def __init__(
        self, name: str, told: str, *labels: str, buckets: Sequence[float] = _FAST
    ) -> None:
        self._family = name, told
        self._labels = labels
        self._bounds = list(buckets)
        self._counts: dict[tuple[str, ...], list[int]] = {}
        self._sums: dict[tuple[str, ...], float] = {}
        if not labels:
            self._begin(())
        REGISTRY.register(self)

    def _begin(self, labels: tuple[str, ...]) -> list[int]:
        counts = self._counts[labels] = [0] * (len(self._bounds) + 1)
        self._sums[labels] = 0.0
        return counts

    def observe(self, amount: float, *labels: str) -> None:
        """Count one more of this size."""
        counts = self._counts.get(labels) or self._begin(labels)
        counts[bisect_left(self._bounds, amount)] += 1
        self._sums[labels] += amount

    @override
    def collect(self) -> Iterator[Metric]:
        """Give the counts to the registry, each bucket with all that are smaller."""
        family = HistogramMetricFamily(*self._family, labels=self._labels)
        bounds = [*(floatToGoString(bound) for bound in self._bounds), "+Inf"]
        for labels, counts in self._counts.items():
            total = 0
            buckets: list[tuple[str, float]] = []
            for bound, count in zip(bounds, counts, strict=True):
                total += count
                buckets.append((bound, total))
            family.add_metric(labels, buckets, self._sums[labels])
        yield family


def _gauge(name: str, told: str, *labels: str) -> Gauge:
    return Gauge(name, told, labels, registry=REGISTRY)


BUILD = _gauge("tihi_build_info", "1; the version is the label", "version")

# The loop
FEEDBACK = Spread(
    "tihi_feedback_seconds",
    "From the arrival of an answer to its points_earned on the way to the learner's sockets",
    buckets=(*_FAST, 10.0, 30.0, 120.0, 600.0),
)
CLOCK_BEHIND = Count(
    "tihi_clock_behind", "Pushes whose answer arrived later than now, by this machine's clock"
)
ANSWERS = Count("tihi_answers", "Answers by what became of them at the writer", "result")
WRITER_SIZE = Spread("tihi_writer_batch_answers", "Answers in one transaction", buckets=_SIZES)
WRITER_SECONDS = Spread("tihi_writer_seconds", "How long one such transaction took")
PUBLISHED = Count("tihi_facts_published", "Facts handed to the broker")
PUBLISH_FAILED = Count("tihi_publish_failures", "Publishes that reached no broker")
SWEPT = Count("tihi_facts_swept", "Facts that were due and old, published again by the sweep")
EVENTS = Count("tihi_consumer_events", "Facts that were applied", "consumer")
BATCH_SIZE = Spread(
    "tihi_consumer_batch_events", "Facts applied in one transaction", "consumer", buckets=_SIZES
)
BATCH_SECONDS = Spread("tihi_consumer_seconds", "How long one such batch took", "consumer")
FAILURES = Count("tihi_consumer_failures", "Facts that failed when tried alone", "consumer")
BURIED = Count("tihi_consumer_buried", "Facts given up on, now dead letters", "consumer")
PUSHED = Count("tihi_outcomes_pushed", "Outcomes sent to a learner's open sockets", "event")
PUSH_FAILED = Count("tihi_push_failures", "Batches of outcomes that found no way to gateways")

REMOVED = Count("tihi_retention_removed", "Rows that were too old to be kept", "what")

# What waits, as the scheduler last saw it
DUE = _gauge("tihi_consumer_due", "Facts that wait for a consumer", "consumer")
OLDEST = _gauge("tihi_consumer_oldest_seconds", "Age of the oldest that waits", "consumer")
LETTERS = _gauge("tihi_dead_letters", "Facts that a consumer gave up on", "consumer")
LOOKED = _gauge("tihi_lag_age_seconds", "How long ago a scheduler last looked at what waits")

# Edges
REQUESTS = Count("tihi_http_requests", "Requests by template", "route", "method", "status")
REQUEST_SECONDS = Spread("tihi_http_seconds", "How long a reply took", "route", "method")
SOCKETS = _gauge("tihi_sockets_open", "Open Socket.IO connections of this process")
SOCKET_EVENTS = Count("tihi_socket_events", "Events that browsers sent", "event", "status")

# What all of it stands on
ENGINE_UP = _gauge("tihi_engine_up", "Whether an engine answers this process", "engine")
ENGINE_SECONDS = _gauge("tihi_engine_seconds", "How long it took to answer", "engine")
POOL = _gauge("tihi_pool_connections", "Database connections of this process", "state")
POOL_MOST = _gauge("tihi_pool_most", "How many it may have")
DISK_FREE = _gauge("tihi_disk_free_bytes", "Free space where the data folder is")
DISK_SIZE = _gauge("tihi_disk_size_bytes", "Size of the disk where the data folder is")
JOBS = Count("tihi_jobs", "Runs of the scheduler's jobs", "job", "result")


def exposition() -> bytes:
    """Return all figures of this process in the text format of Prometheus."""
    return generate_latest(REGISTRY)


def names() -> frozenset[str]:
    """Return the name of every series that there may be, for dashboards to be held to."""
    found: set[str] = set()
    for metric in REGISTRY.collect():
        parts = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
        found.update(metric.name + part for part in parts.get(metric.type, ("",)))
    return frozenset(found)


def wrote(seconds: float, accepted: int, refused: int) -> None:
    """Count one batch of the writer."""
    WRITER_SIZE.observe(accepted + refused)
    WRITER_SECONDS.observe(seconds)
    ANSWERS.add("accepted", by=accepted)
    ANSWERS.add("refused", by=refused)


def write_failed(answers: int) -> None:
    """Count answers of a batch that came to nothing; their senders were told."""
    ANSWERS.add("failed", by=answers)


def applied(consumer: str, facts: int, seconds: float) -> None:
    """Count one batch of a consumer."""
    EVENTS.add(consumer, by=facts)
    BATCH_SIZE.observe(facts, consumer)
    BATCH_SECONDS.observe(seconds, consumer)


def pushed(event: str, accepted: float, now: float) -> None:
    """Count an outcome that goes to its learner's sockets.

    Args:
        event: its type.
        accepted: when the answer arrived that led to it, in seconds of the wall clock of the
            machine that took it; 0 when nobody waits for it.
        now: the present moment of this machine's wall clock.
    """
    PUSHED.add(event)
    if not accepted:
        return
    if now < accepted:
        # Two machines, two clocks: what cannot be is counted and not averaged in.
        CLOCK_BEHIND.add()
        return
    FEEDBACK.observe(now - accepted)


def method_of(method: str) -> str:
    """Return a request's method, or one word for all that nobody has heard of."""
    return method if method in _METHODS else "OTHER"


def request(route: str, method: str, status: int, seconds: float) -> None:
    """Count one request by its route's template."""
    REQUESTS.add(route, method, str(status))
    REQUEST_SECONDS.observe(seconds, route, method)


def waits(lag: Mapping[str, tuple[int, float, int]]) -> None:
    """Show what waits, for each consumer: how much, how old in seconds, how many dead letters."""
    for consumer, (due, oldest_s, letters) in lag.items():
        DUE.labels(consumer).set(due)
        OLDEST.labels(consumer).set(oldest_s)
        LETTERS.labels(consumer).set(letters)
