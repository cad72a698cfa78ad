"""What a monitoring system watches, as Prometheus reads it; asked of the database, so all processes say the same.

Requests alone are counted by the processes themselves, those of a host together.
"""

import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from apiflask import APIBlueprint
from flask import Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from ilpes_lms.core import clock, pulses, runs
from ilpes_lms.core.database import db
from ilpes_lms.core.settings import settings
from ilpes_lms.web import access
from ilpes_lms.web.requests import figures_of

_EXTENSION = "ilpes-metrics"
# By the value of the gauge's label, the empty one where it has none.
Samples = Mapping[str, float]
pages = APIBlueprint("metrics", __name__, enable_openapi=False)


@dataclass(frozen=True)
class Gauge:
    """One figure, or one for each value of a label."""

    name: str
    help: str
    read: Callable[[], Samples]
    label: str = ""

    def family(self) -> GaugeMetricFamily:
        """Return the figure as it is now."""
        family = GaugeMetricFamily(self.name, self.help, labels=[self.label] if self.label else [])
        for value, number in self.read().items():
            family.add_metric([value] if self.label else [], number)
        return family


def open_metrics(app: Flask) -> None:
    """Offer /metrics to whoever knows METRICS_TOKEN."""
    app.extensions[_EXTENSION] = [
        Gauge("ilpes_pulse_age_seconds", "Seconds since a part's last sign of life.", _pulses, label="part"),
        Gauge("ilpes_job_age_seconds", "Seconds since a job last ended.", _ages, label="job"),
        Gauge("ilpes_job_failed", "1 where the last run of a job failed.", _failures, label="job"),
    ]
    app.register_blueprint(pages)


def add(app: Flask, gauge: Gauge) -> None:
    """Let a room show one more figure."""
    app.extensions[_EXTENSION].append(gauge)


@pages.get("/metrics")
@access.public
def metrics() -> ResponseReturnValue:
    token = settings().metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        abort(404)
    registry = CollectorRegistry()
    registry.register(_Asked())
    if figures := figures_of(current_app):
        figures.show_in(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Asked(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        answers = True
        for gauge in current_app.extensions[_EXTENSION]:
            try:
                yield gauge.family()
            except SQLAlchemyError:
                # What requests had to suffer is told all the same, then above all.
                answers = False
                db.session.rollback()
        yield GaugeMetricFamily("ilpes_database_answers", "1 where the database told all of these.", float(answers))

    def describe(self) -> list[GaugeMetricFamily]:
        return []


def _pulses() -> Samples:
    now = clock.now()
    return {part: (now - at).total_seconds() for part, at in pulses.last().items()}


def _ages() -> Samples:
    now = clock.now()
    return {name: (now - run.ended_at).total_seconds() for name, run in runs.last_runs().items()}


def _failures() -> Samples:
    return {name: float(bool(run.error)) for name, run in runs.last_runs().items()}
