"""Composes the parts that serve all domains: health, the export of counters and the sweeper."""

from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s
from bedside.platform.observability import sweep_failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bedside.operations.health import Health
    from bedside.operations.metrics_export import MetricsExport
    from bedside.platform.sweeper import Sweeper, SweepSource
    from bedside.platform.wiring import Platform


class OperationsWiring:
    """Parts of the operations domain."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    @cached_property
    def health(self) -> "Health":
        from bedside.operations.health import Health

        return Health(lambda: self.platform.redis)

    @cached_property
    def metrics_export(self) -> "MetricsExport":
        from bedside.operations.metrics_export import MetricsExport

        return MetricsExport(self.platform.secrets.scrape_token, self.platform.counters)

    @contextmanager
    def sweep_lease(self, holder: str, now_ms: int) -> "Iterator[bool]":
        """Keep other sweeps from running; gives False if one is.

        If that cannot be told it gives True: two sweeps at once only do some work in vain.
        """
        from bedside.adapters.aws.dynamodb import Table
        from bedside.adapters.aws.lease import Lease

        lease = Lease(Table(self.platform.settings.idempotency_table), "sweep")
        with ExitStack() as stack:
            try:
                held = stack.enter_context(lease.held(holder, now_ms, int(remaining_s() * 1000)))
            except UnavailableError as error:
                sweep_failed("lease", error)
                held = True
            yield held

    def sweeper(self, sources: "Mapping[str, Callable[[], SweepSource]]") -> "Sweeper":
        """Return the sweeper of all `sources`."""
        from bedside.platform.sweeper import Sweeper

        return Sweeper(sources, remaining_s, sweep_failed)
