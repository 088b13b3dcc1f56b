"""What may go wrong on purpose: webhooks and the API as at every stand-in, and what becomes of triggers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from local import faults

SENT, FAILED = "message.sent", "message.failed"
_STATUSES = (
    "processed",
    "error",
    "trigger_not_active",
    "no_workflow_active_steps_defined",
    "no_workflow_steps_defined",
    "no_tenant_found",
    "invalid_recipients",
)


def _status(name: str, value: Any) -> str:  # noqa: ANN401 (JSON of any kind)
    if value not in _STATUSES:
        raise ValueError(f"{name} must be one of {', '.join(_STATUSES)}")
    return str(value)


@dataclass(frozen=True)
class Faults(faults.Faults):
    """The switches: `status` is what every trigger comes to, and `fail` makes the delivery fail after that.

    With `throttle`, triggers are answered 429 and, unless it is 0, Retry-After with so many seconds.
    """

    READERS: ClassVar[Mapping[str, tuple[str, faults.Reader]]] = {
        **faults.readers((SENT, FAILED)),
        "status": ("status", _status),
        "fail": ("fail", faults.truth),
        "throttle": ("throttle", faults.truth),
        "retryAfterS": ("retry_after_s", faults.whole(86_400)),
    }

    status: str = "processed"
    fail: bool = False
    throttle: bool = False
    retry_after_s: int = 0
