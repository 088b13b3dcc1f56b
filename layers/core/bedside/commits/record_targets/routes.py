"""The calls about facilities' records, for the manifest of the commits domain."""

from typing import Final

from bedside.commits.limits import RECORD_TARGETS
from bedside.platform.contract import Degraded, Route

_PATH: Final = "/admin/record-targets/{facilityId}"
_TARGET: Final = "record_targets.representation.FacilityTargetDocument"
_LIMITED: Final = Degraded("rate limit", ("process",), "Records' settings are in DynamoDB, their secrets in SSM.")

TARGET_ROUTES: Final = (
    Route(
        "GET",
        _PATH,
        summary="Read how a facility's record is reached, and whether the latest test of the connection passed",
        caller="admin",
        answers={200: _TARGET},
        limit=RECORD_TARGETS,
        version="answered",
        degraded=_LIMITED,
    ),
    Route(
        "PUT",
        _PATH,
        summary='Connect a facility to its record (`If-Match: "0"`), or change how; answers never contain secrets',
        caller="admin",
        body="record_targets.requests.TargetRequest",
        answers={200: _TARGET},
        limit=RECORD_TARGETS,
        version="required",
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        f"{_PATH}/check",
        summary="Test the connection, which writes nothing to the record; the findings are read with it",
        caller="admin",
        answers={202: _TARGET},
        problems=("no-record-target",),
        limit=RECORD_TARGETS,
        degraded=_LIMITED,
    ),
)
