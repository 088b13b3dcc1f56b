"""Composes the parts that serve all domains: health and the sweeper."""

from functools import cached_property
from typing import TYPE_CHECKING

from bedside.kernel.invocation import remaining_s
from bedside.platform.observability import sweep_failed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bedside.operations.health import Health
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

    def sweeper(self, sources: "Mapping[str, Callable[[], SweepSource]]") -> "Sweeper":
        """Return the sweeper of all `sources`."""
        from bedside.platform.sweeper import Sweeper

        return Sweeper(sources, remaining_s, sweep_failed)
