"""Which problems a call can answer with: those that its route declares, and those that follow from what it checks."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from bedside import domains
from bedside.kernel.errors import BedsideError
from bedside.platform.contract import Caller, Route

_OF_CALLER: Final[dict[Caller, tuple[str, ...]]] = {
    "anyone": (),
    "provider": (),
    "signedIn": ("unauthorized",),
    "phone": ("unauthorized",),
    "admin": ("unauthorized", "forbidden"),
    "clinician": ("unauthorized", "forbidden", "not-verified"),
    "clinicianOrPhone": ("unauthorized", "forbidden", "not-verified"),
}
# DynamoDB may be down, and unexpected errors have an answer too.
_OF_EVERY_CALL: Final = ("unavailable", "internal-error")


def slugs(route: Route) -> set[str]:
    """Return the slugs of every problem that a route's call may answer with."""
    found = {*route.problems, *_OF_CALLER[route.caller], *_OF_EVERY_CALL}
    if "{" in route.path:
        found.add("not-found")
    if route.body:
        found |= {"invalid-request", "body-too-large"}
    if route.query:
        found.add("invalid-request")
    if route.limit:
        found.add("too-many-requests")
    if route.idempotent:
        found |= {"idempotency-key-reused", "request-in-flight"}
    if route.version == "optional":
        found |= {"precondition-failed", "invalid-request"}
    if route.version == "required":
        found |= {"precondition-failed", "precondition-required"}
    return found


def by_status(route: Route) -> dict[int, list[type[BedsideError]]]:
    """Return the errors behind a route's problems, by HTTP status; both statuses and slugs in order.

    Raises KeyError for a slug that no error has.
    """
    known = _known()
    found: dict[int, list[type[BedsideError]]] = {}
    for slug in sorted(slugs(route)):
        found.setdefault(known[slug].status, []).append(known[slug])
    return dict(sorted(found.items()))


@cache
def _known() -> dict[str, type[BedsideError]]:
    """Return the error of each slug, of all domains."""
    for module in (f"bedside.{name}.errors" for name in domains.NAMES):
        if find_spec(module):
            import_module(module)
    return _errors(BedsideError)


def _errors(base: type[BedsideError]) -> dict[str, type[BedsideError]]:
    """Return the error of each slug; where a subclass only specialises, the base that it shares its slug with."""
    found: dict[str, type[BedsideError]] = {}
    for kind in base.__subclasses__():
        found |= _errors(kind)
    return found | {base.slug: base}
