"""Traces over OTLP. Off, which is the default, nothing is imported and a span is one shared no-op.

Names and attributes are those of the code. An exception leaves its type, never its text.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from video_advice.ports import (
    AlreadyDone,
    AlreadyOpen,
    Conflict,
    GuardFailed,
    NotFirst,
    SeatTaken,
    Unbuilt,
)
from video_advice.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

_NOTHING: Final[AbstractContextManager[None]] = nullcontext()
_EXPORT: Final = 5
"""Seconds that sending a batch may take; also what the end of the process may wait for it."""


_ANSWERS: Final = (
    AlreadyDone,
    AlreadyOpen,
    Conflict,
    GuardFailed,
    NotFirst,
    Refused,
    SeatTaken,
    Unbuilt,
)
"""What is no failure: it is how a question was answered."""


class _Sender:
    """What sends spans, once `start` has been called."""

    provider: TracerProvider | None = None
    tracer: Tracer | None = None


def start(url: str, share: float, kind: str) -> None:
    """Send spans of this process, which is a `kind`, to `url`; of all traces only a `share`."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio  # noqa: PLC0415

    provider = TracerProvider(
        sampler=ParentBasedTraceIdRatio(share),
        resource=Resource.create({"service.name": "video-advice", "service.kind": kind}),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(url, timeout=_EXPORT)))
    _Sender.provider, _Sender.tracer = provider, provider.get_tracer("signaling")


def stop() -> None:
    """Send what is left and end. Waits for the network."""
    provider, _Sender.provider, _Sender.tracer = _Sender.provider, None, None
    if provider is not None:
        provider.shutdown()


def span(name: str, **attributes: str) -> AbstractContextManager[object]:
    """Return what notes that something called `name` goes on, inside whatever goes on around it."""
    return _NOTHING if _Sender.tracer is None else _span(_Sender.tracer, name, attributes, "")


def following(trace: str, name: str) -> AbstractContextManager[object]:
    """Return the same for what another process caused: `trace` is what `carried` gave there."""
    if _Sender.tracer is None or not trace:
        return _NOTHING
    return _span(_Sender.tracer, name, {}, trace)


@contextmanager
def _span(tracer: Tracer, name: str, attributes: dict[str, str], trace: str) -> Iterator[None]:
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
        TraceContextTextMapPropagator,
    )

    known = TraceContextTextMapPropagator().extract({"traceparent": trace}) if trace else None
    with tracer.start_as_current_span(
        name,
        known,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as one:
        try:
            yield
        except Exception as error:
            one.set_attribute("error.type", type(error).__name__)
            if not isinstance(error, _ANSWERS):
                one.set_status(Status(StatusCode.ERROR))
            raise


def carried() -> str:
    """Return what tells another process which trace this belongs to; "" outside of any."""
    if _Sender.tracer is None:
        return ""
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
        TraceContextTextMapPropagator,
    )

    headers: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(headers)
    return headers.get("traceparent", "")


def trace_id() -> str:
    """Return the number of the trace that this belongs to; "" outside of any."""
    return carried()[3:35]
