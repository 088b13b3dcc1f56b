"""The contract as data: a domain's manifest with its routes, timers, sweeps, listeners, workflows and queues.

Models and services are referenced by name, so that reading a manifest at a cold start imports none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, Literal

from bedside.platform.limits.policies import Policy
from bedside.platform.transient.counters import Counter
from bedside.ports.channels import ChannelName

# Who may make a call. A provider authenticates by its webhook's secret or signature.
type Caller = Literal["anyone", "signedIn", "clinician", "admin", "phone", "clinicianOrPhone", "provider"]
# What replaces Redis while it is down. record: DynamoDB. process: each Lambda environment counts or stores separately.
# nothing: the call does not use Redis.
type StandIn = Literal["record", "process", "nothing"]

# What people choose channels for.
type Category = Literal["appointments", "photos", "money", "medicines", "account"]

MAX_BODY_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Degraded:
    """What a call uses Redis for, what replaces it while it is down, and why that is sufficient."""

    redis: str
    stand_in: tuple[StandIn, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the HTTP API.

    `answers` maps each successful status to its model, to the media type of a text (such as "text/calendar"), or to ""
    for a response without a body; `body` and `query` are request
    models. References are relative to the domain's package, such as `sessions.OpenRequest`. `problems` are slugs beyond
    those that follow from what the call checks, such as its caller (`local/openapi/problems.py`).
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
    # Limits that the domain checks beside it, such as for a part of the calls.
    further_limits: tuple[Policy, ...] = ()
    # Whether the call may omit its body.
    body_optional: bool = False
    max_body_bytes: int = MAX_BODY_BYTES
    # The domain checks the rate limit: in its own Redis request, so that a hot call needs only one, or per device.
    counts_itself: bool = False
    # Whether the call supports an Idempotency-Key.
    idempotent: bool = False
    # "answered": the response has an ETag; "optional": the request may also have an If-Match; "required": it needs one.
    version: Literal["", "answered", "optional", "required"] = ""

    # Whether HEAD answers as GET does; not where GET writes, because whoever only looks at a link must change nothing.
    head: bool = True

    @property
    def key(self) -> str:
        """The route's key at API Gateway, such as `GET /session/token/{token}`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Workflow:
    """A kind of notice, such as the reminder on the day before a visit.

    `channels` are in order of preference: the first that reaches the recipient is used, beside the inbox, which has
    everything. What is `critical` waits for no quiet hours and cannot be turned off. A notice that is later than
    `grace_ms` is told with others in one summary, and so is one that `may_wait` to whom wants one message a day. A
    recipient is told of `most_a_day` about one person in a day (UTC); the rest is withdrawn.

    Its texts are `<name>.title`, `<name>.text` and `<name>.discreet` in the domain's `texts/<language>.json`: title and
    discreet text name no person, medicine or speciality.
    """

    name: str
    category: Category
    channels: tuple[ChannelName, ...] = ()
    critical: bool = False
    grace_ms: int = 3_600_000
    may_wait: bool = False
    most_a_day: int | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain's manifest.

    `wiring` is the class that composes the domain, such as `wiring.VisitsWiring`. The maps below refer to attributes of
    that wiring, such as `lifecycle.advance`.
    """

    name: str
    summary: str
    wiring: str
    routes: tuple[Route, ...] = ()
    # A kind of item that may become overdue → its SweepSource.
    sweeps: Mapping[str, str] = field(default_factory=dict)
    # A timer's kind → what processes its subject: (id, now in Unix ms).
    timers: Mapping[str, str] = field(default_factory=dict)
    # A webhook source → its Listener, and → its WebhookSender.
    listeners: Mapping[str, str] = field(default_factory=dict)
    webhook_senders: Mapping[str, str] = field(default_factory=dict)
    # The prefix of a live ticket → what exchanges it for a connection.
    live: Mapping[str, str] = field(default_factory=dict)
    # What it tells people of, and a kind of subject → its NoticeSource.
    workflows: tuple[Workflow, ...] = ()
    notices: Mapping[str, str] = field(default_factory=dict)
    counters: tuple[Counter, ...] = ()
    # Its Alarms, such as `alarms.ALARMS`: by name, because no function needs them.
    alarms: str = ""
    # A dead-letter queue → the queue or function to redrive its messages to, by their names in template.yaml.
    dead_letters: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, reference: str) -> Any:  # noqa: ANN401  # a model or a wiring
        """Return what the manifest names, such as `sessions.OpenRequest`."""
        module, _, name = reference.rpartition(".")
        return getattr(import_module(f"bedside.{self.name}.{module}"), name)
