"""The contract as data: what a domain's manifest says of its routes, timers, sweeps, listeners, counters and queues.

Models and services are named, not imported: a function that reads its manifest at a cold start loads nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from bedside.platform.limits.policies import Policy
from bedside.platform.transient.counters import Counter

# Who may make a call. A provider proves itself by its webhook's secret or signature.
type Caller = Literal["anyone", "signedIn", "clinician", "admin", "phone", "clinicianOrPhone", "provider"]
# What serves a call while Redis is away. record: DynamoDB says what Redis would have said. process: each environment
# counts or keeps for itself. nothing: Redis has no part in the call.
type StandIn = Literal["record", "process", "nothing"]

MAX_BODY_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Degraded:
    """What Redis does for a call, what stands in for Redis while it is away, and why that is right."""

    redis: str
    stand_in: tuple[StandIn, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the HTTP API.

    `answers` maps each successful status to the name of its model, "" for an answer without a body; `body` and `query`
    name request models. Names are relative to the domain's package, such as `sessions.OpenRequest`. `problems` are the
    slugs beyond those that follow from what the call checks, such as its caller (`local/openapi/problems.py`).
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    summary: str
    caller: Caller
    answers: Mapping[int, str]
    degraded: Degraded
    problems: tuple[str, ...] = ()
    body: str = ""
    query: str = ""
    limit: Policy | None = None
    # Most calls need their body; a call may also be made without one.
    body_optional: bool = False
    max_body_bytes: int = MAX_BODY_BYTES
    # The domain's own Redis request counts the call, so that a hot call costs one.
    counts_itself: bool = False
    # The call takes an Idempotency-Key.
    idempotent: bool = False
    # The answer carries an ETag, and "required" needs an If-Match.
    version: Literal["", "answered", "required"] = ""

    @property
    def key(self) -> str:
        """The route's key at API Gateway, such as `GET /session/token/{token}`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain's manifest.

    `wiring` names the class that composes the domain, such as `wiring.VisitsWiring`. The values of the maps below are
    attributes of that wiring, such as `lifecycle.look`.
    """

    name: str
    summary: str
    wiring: str
    routes: tuple[Route, ...] = ()
    # A kind of item that may be left behind → its SweepSource.
    sweeps: Mapping[str, str] = field(default_factory=dict)
    # A schedule's kind → what looks at its subject: (id, now in Unix ms).
    timers: Mapping[str, str] = field(default_factory=dict)
    # A webhook source → its Listener, and → what sends its webhooks again.
    listeners: Mapping[str, str] = field(default_factory=dict)
    webhook_senders: Mapping[str, str] = field(default_factory=dict)
    # The prefix of a live ticket → what trades it for a connection.
    live: Mapping[str, str] = field(default_factory=dict)
    counters: tuple[Counter, ...] = ()
    # A dead-letter queue → the queue or function that its messages go back to, as template.yaml names them.
    dead_letters: Mapping[str, str] = field(default_factory=dict)
