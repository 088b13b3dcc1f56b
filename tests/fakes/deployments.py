"""CodeDeploy, and new versions of functions: those of this process, each of which a test may break."""

from collections.abc import Callable, Mapping
from typing import Any

from bedside.kernel.errors import UnavailableError


class Deployments:
    """Keeps what it is told of deployments; `away` makes it fail."""

    def __init__(self) -> None:
        self.reported: list[tuple[str, str, bool]] = []
        self.away = False

    def report(self, deployment_id: str, hook_id: str, *, succeeded: bool) -> None:
        if self.away:
            raise UnavailableError("CodeDeploy did not take the outcome.")
        self.reported.append((deployment_id, hook_id, succeeded))


class Versions:
    """Calls functions by `invoke`; `broken` are those that do something else, by name. `events` are all calls."""

    def __init__(self, invoke: Callable[[str, Any], Mapping[str, Any]]) -> None:
        self._invoke = invoke
        self.broken: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {}
        self.events: list[tuple[str, Mapping[str, Any]]] = []

    def invoke(self, arn: str, event: Mapping[str, Any], *, deadline_s: float) -> Mapping[str, Any]:
        assert deadline_s > 0
        function = arn.split(":")[6]
        self.events.append((function, event))
        if function in self.broken:
            return self.broken[function](event)
        return self._invoke(function, event)
