"""Metrics for Prometheus: what the server answered, and the state of the queue."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from lld_agent.bot.queue.crew import Figures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The metrics of one server, in a registry of their own.

    Args:
        figures: reads the state of the queue; asked at every scrape, so that the numbers survive
            restarts and count the jobs of all workers.
    """

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._registry = CollectorRegistry()
        self.deliveries = Counter(
            "lld_webhook_deliveries",
            "Deliveries by host and answer",
            ["host", "answer"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "lld_webhook_seconds",
            "From the first byte of a delivery to its answer",
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._registry.register(_Queue(figures))

    def page(self) -> bytes:
        """Return everything in the text format."""
        return generate_latest(self._registry)


class _Queue(Collector):
    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures

    def describe(self) -> Iterator[Metric]:
        """Say nothing: registering must not ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the state of the queue."""
        now = self._figures()
        gauges = (
            ("lld_queue_open", "Deliveries that are not settled", now.open),
            ("lld_queue_oldest_seconds", "Age of the oldest of them", now.oldest),
            ("lld_queue_dead", "Pull requests that were given up", now.dead),
            ("lld_queue_workers", "Workers with a heartbeat", now.workers),
        )
        for name, text, value in gauges:
            yield GaugeMetricFamily(name, text, value=value)
        jobs = CounterMetricFamily("lld_jobs", "Jobs by their end", labels=["end"])
        for name, value in sorted(now.counts.items()):
            jobs.add_metric([name.removeprefix("jobs_")], value)
        yield jobs
