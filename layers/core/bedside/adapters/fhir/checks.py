"""The steps of a connection's test, and what they found."""

from collections.abc import Callable

from bedside.kernel.errors import UnavailableError
from bedside.ports.records import Finding


def findings(*steps: tuple[str, Callable[[], object]]) -> list[Finding]:
    """Return the finding of each step, up to the first that failed."""
    found: list[Finding] = []
    for name, act in steps:
        try:
            act()
        except UnavailableError as error:
            return [*found, Finding(name, ok=False, detail=error.cause or error.detail)]
        found.append(Finding(name, ok=True))
    return found
