"""A call's problems follow from what it checks, and from what its route declares."""

from typing import Any, Final

import pytest

from bedside.platform.contract import Degraded, Route
from bedside.platform.limits.policies import window
from local.openapi.problems import by_status, slugs

ALWAYS: Final = {"unavailable", "internal-error"}


def route(**more: Any) -> Route:
    """Return a route that checks nothing but what is given."""
    fields = {"path": "/path", "caller": "anyone", "summary": "", "answers": {204: ""}}
    return Route("POST", degraded=Degraded("", (), ""), **{**fields, **more})


@pytest.mark.parametrize(
    ("declared", "follows"),
    [
        ({}, ()),
        ({"caller": "provider"}, ()),
        ({"caller": "signedIn"}, ("unauthorized",)),
        ({"caller": "phone"}, ("unauthorized",)),
        ({"caller": "admin"}, ("unauthorized", "forbidden")),
        ({"caller": "clinician"}, ("unauthorized", "forbidden", "not-verified")),
        ({"caller": "clinicianOrPhone"}, ("unauthorized", "forbidden", "not-verified")),
        ({"path": "/path/{name}"}, ("not-found",)),
        ({"body": "module.Request"}, ("invalid-request", "body-too-large")),
        ({"query": "module.Request"}, ("invalid-request",)),
        ({"limit": window("name", 1, 1, "address")}, ("too-many-requests",)),
        ({"idempotent": True}, ("idempotency-key-reused", "request-in-flight")),
        ({"version": "answered"}, ()),
        ({"version": "required"}, ("precondition-failed", "precondition-required")),
        ({"version": "optional"}, ("precondition-failed", "invalid-request")),
        ({"problems": ("visit-not-found", "wrong-state")}, ("visit-not-found", "wrong-state")),
    ],
    # The order in which a set shows its members differs between test processes, and names must not.
    ids=lambda value: " ".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_what_follows(declared: dict[str, Any], follows: tuple[str, ...]) -> None:
    """From each field of a route, besides what every call may answer with."""
    assert slugs(route(**declared)) == ALWAYS.union(follows)


def test_problems_are_told_by_status() -> None:
    """In order, so that the document always comes out the same."""
    found = by_status(route(caller="clinician", problems=("wrong-encounter", "image-not-found")))
    assert {status: [kind.slug for kind in kinds] for status, kinds in found.items()} == {
        401: ["unauthorized"],
        403: ["forbidden", "not-verified", "wrong-encounter"],
        404: ["image-not-found"],
        500: ["internal-error"],
        503: ["unavailable"],
    }


def test_a_slug_that_no_error_has_is_a_mistake() -> None:
    """A typing error in a manifest does not become part of the document."""
    with pytest.raises(KeyError):
        by_status(route(problems=("visit-not-fond",)))
