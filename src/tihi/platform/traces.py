"""One trace over the whole loop, off unless it is asked for (ADR 55).

    press ─▶ write ─┬▶ publish
                    └▶ consume ─▶ outcomes ─▶ push

The press begins it. Its context travels in the fact's `parent`, through log and broker, so a
consumer goes on with it on another machine and at another time, also after the sweep. Batches
hold facts of many traces: each has its own span over the same time. With tracing off nothing
of OpenTelemetry is imported, and every call here costs a look at one variable.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from types import TracebackType
from typing import TYPE_CHECKING, Self

from typing_extensions import override

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer

Marks = Mapping[str, str | int]
"""Attributes of a span: words and figures of our own, no ids and no names (S41)."""


class _On:
    """Tracing as it was started in this process."""

    tracer: "Tracer | None" = None
    provider: "TracerProvider | None" = None


class _Nothing:
    """A span that is none."""

    def __enter__(self) -> str:
        return ""

    def __exit__(self, *_raised: object) -> None:
        return None


_NOTHING = _Nothing()


class TracesMissing(Exception):
    """Traces were asked for, but the packages that make them are not installed."""


def start(role: str, *, share: float, exporter: "SpanExporter | None" = None) -> None:
    """Trace from now on in this process.

    Args:
        role: what the process is.
        share: which part of presses is traced, 0 to 1; what a press leads to follows it.
        exporter: where spans go; by default over OTLP, as `OTEL_EXPORTER_OTLP_*` says.

    Raises:
        TracesMissing: the extra `traces` is not installed.
    """
    try:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  # an optional extra
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import (  # noqa: PLC0415
            BatchSpanProcessor,
            SimpleSpanProcessor,
        )
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased  # noqa: PLC0415
    except ImportError as error:
        raise TracesMissing("traces need more packages: pip install 'tihi[traces]'") from error
    # By hand: what the SDK finds out itself would name the machine and its command line.
    named = {"service.name": "tihi", "service.version": version("tihi"), "tihi.role": role}
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(share)),
        resource=Resource(named),
        shutdown_on_exit=False,
    )
    if exporter is None:
        provider.add_span_processor(BatchSpanProcessor(_otlp()))
    else:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    _On.provider = provider
    _On.tracer = provider.get_tracer("tihi")


def _otlp() -> "SpanExporter":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )

    # A collector that is away must not hold up the end of a process.
    return OTLPSpanExporter(timeout=2)


def stop() -> None:
    """Send what waits and trace no more."""
    if _On.provider is not None:
        _On.provider.shutdown()
    _On.provider = _On.tracer = None


def press(name: str, **marks: str | int) -> "AbstractContextManager[Span | None]":
    """Begin a trace, for as long as the context lasts.

    What a browser says of traces is not believed: whoever could choose would have everything
    traced, or tie other people's traces together.
    """
    return _press(_On.tracer, name, marks) if _On.tracer is not None else _NO_PRESS


class _NoPress:
    """A press that is not traced."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_raised: object) -> None:
        return None


_NO_PRESS = _NoPress()


@contextmanager
def _press(tracer: "Tracer", name: str, marks: Marks) -> "Generator[Span]":
    from opentelemetry.context import Context  # noqa: PLC0415  # an optional extra

    with tracer.start_as_current_span(
        name,
        context=Context(),
        attributes=marks,
        # The words of an error quote values.
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield span


def step(name: str) -> AbstractContextManager[str]:
    """Trace a step of the press under way; the context gives its traceparent, or ''."""
    return _step(_On.tracer, name) if _On.tracer is not None else _NOTHING


@contextmanager
def _step(tracer: "Tracer", name: str) -> Generator[str]:
    from opentelemetry.trace import get_current_span  # noqa: PLC0415  # an optional extra

    if not get_current_span().is_recording():
        yield ""
        return
    with tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    ) as span:
        yield _traceparent(span)


class Steps:
    """The same step of many traces at once, each under its own parent."""

    def under(self, parents: Sequence[str]) -> Sequence[str]:
        """Begin a span for each of `parents` that is traced; return their traceparents.

        What is not traced, here or at all, is passed on as it is.
        """
        return parents

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


_NO_STEPS = Steps()


def steps(name: str) -> Steps:
    """Return a step of as many traces as will be named, for as long as the context lasts."""
    return _TracedSteps(_On.tracer, name) if _On.tracer is not None else _NO_STEPS


class _TracedSteps(Steps):
    def __init__(self, tracer: "Tracer", name: str) -> None:
        self._tracer = tracer
        self._name = name
        self._spans: list[Span] = []

    @override
    def under(self, parents: Sequence[str]) -> Sequence[str]:
        return [self._begin(parent) for parent in parents]

    def _begin(self, parent: str) -> str:
        from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415  # an optional extra
            TraceContextTextMapPropagator,
        )

        if not _is_sampled(parent):
            return parent
        carried = TraceContextTextMapPropagator().extract({"traceparent": parent})
        span = self._tracer.start_span(self._name, context=carried)
        self._spans.append(span)
        return _traceparent(span)

    @override
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)
        for span in self._spans:
            if kind is not None:
                # Its kind alone, as above.
                span.set_attribute("error.type", kind.__qualname__)
            span.end()


def _is_sampled(traceparent: str) -> bool:
    """Return whether a trace is kept: the lowest bit of its flags (Trace Context §3.2.2.5)."""
    flags = traceparent.rpartition("-")[2]
    return bool(flags) and int(flags, 16) & 1 == 1


def _traceparent(span: "Span") -> str:
    found = span.get_span_context()
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{int(found.trace_flags):02x}"
