"""The calls about launches, for the manifest of the commits domain."""

from typing import Final

from bedside.commits.limits import LAUNCH_CONTEXTS, LAUNCHES, RECORD_PEOPLE
from bedside.platform.contract import Degraded, Route

_PEOPLE: Final = "/admin/record-people/{facilityId}"
_CONTEXT: Final = "launches.representation.ContextDocument"
_TIES: Final = "launches.representation.TiesDocument"
_LIMITED: Final = Degraded("rate limit", ("process",), "Launches are in DynamoDB only.")

LAUNCH_ROUTES: Final = (
    Route(
        "POST",
        "/launches",
        summary="Begin a launch from a facility's record: the answer says where the browser goes",
        caller="anyone",
        body="launches.requests.LaunchRequest",
        answers={201: "launches.representation.LaunchDocument"},
        problems=("launch-refused",),
        limit=LAUNCHES,
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        "/launches/complete",
        summary="Sign in the person who launched from a record, once, and read which patient they had open",
        caller="anyone",
        body="launches.requests.CompletionRequest",
        answers={200: "launches.representation.LaunchedDocument"},
        problems=("launch-refused", "launch-unknown-person", "deactivated"),
        limit=LAUNCHES,
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        "/launches/context",
        summary="Start reading the context of a launch from ALEX, once",
        caller="clinician",
        body="launches.requests.ContextRequest",
        answers={202: _CONTEXT},
        problems=("launch-refused",),
        limit=LAUNCH_CONTEXTS,
        degraded=_LIMITED,
    ),
    Route(
        "GET",
        "/launches/context/{contextId}",
        summary="Read which patient is open in ALEX, once that is known",
        caller="clinician",
        answers={200: _CONTEXT},
        problems=("launch-refused",),
        limit=LAUNCH_CONTEXTS,
        degraded=_LIMITED,
    ),
    Route(
        "GET",
        _PEOPLE,
        summary="List the facility's people who are practitioners of its record",
        caller="admin",
        answers={200: _TIES},
        limit=RECORD_PEOPLE,
        version="answered",
        degraded=_LIMITED,
    ),
    Route(
        "PUT",
        _PEOPLE,
        summary='Connect the facility\'s people with practitioners of its record (`If-Match: "0"` at first)',
        caller="admin",
        body="launches.requests.TiesRequest",
        answers={200: _TIES},
        limit=RECORD_PEOPLE,
        version="required",
        degraded=_LIMITED,
    ),
)
