"""Each request has a number, a line in the log and its place in the figures: by route, never by address."""

import os
import time
from pathlib import Path

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.multiprocess import MultiProcessCollector

from ilpes_lms.core import tracing

log = structlog.get_logger(__name__)

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_EXTENSION = "ilpes-requests"
_UPPER_BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LABELS = ("route", "method")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Figures:
    """What all processes of this host count together, each in a file of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # The library looks at these when it makes a figure, and for the first one when it is imported.
        self.folder = os.environ.setdefault(_FOLDER, str(folder))
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        here = CollectorRegistry()
        self.requests = Counter(
            "ilpes_requests", "Requests by route, method and status.", (*_LABELS, "status"), registry=here
        )
        self.seconds = Histogram(
            "ilpes_request_seconds", "How long requests took.", _LABELS, buckets=_UPPER_BOUNDS, registry=here
        )

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        self.requests.labels(route, method, str(status)).inc()
        self.seconds.labels(route, method).observe(seconds)

    def show_in(self, registry: CollectorRegistry) -> None:
        """Let a registry show what every process of this host has counted."""
        MultiProcessCollector(registry, self.folder)  # type: ignore[no-untyped-call]


def open_requests(app: Flask, *, folder: Path | None) -> None:
    """Give every request a number; count them in a folder if there is one."""
    app.extensions[_EXTENSION] = Figures(folder) if folder else None
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def figures_of(app: Flask) -> Figures | None:
    """Return what is counted of the requests, None where nobody may read it."""
    found: Figures | None = app.extensions[_EXTENSION]
    return found


def _begin() -> None:
    g.began = time.perf_counter()
    g.tracing = tracing.tracing(tracing.numbered(request.headers.get(tracing.HEADER)))
    g.tracing.__enter__()


def _end(response: Response) -> Response:
    response.headers[tracing.HEADER] = tracing.current()
    seconds = time.perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else ""
    method = request.method if request.method in _METHODS else ""
    if figures := figures_of(current_app):
        figures.add(route, method, response.status_code, seconds)
    log.info("request", route=route, method=method, status=response.status_code, ms=round(seconds * 1000, 1))
    return response


def _forget(_error: BaseException | None) -> None:
    opened = g.pop("tracing", None)
    if opened is not None:
        opened.__exit__(None, None, None)
