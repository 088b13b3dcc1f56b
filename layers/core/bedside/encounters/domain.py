"""Manifest of the encounters domain: what happened around each contact with a patient."""

from bedside.encounters.limits import ENCOUNTERS
from bedside.platform.contract import Degraded, Domain, Route

_LIMITED = Degraded("rate limit", ("process",), "Encounters are in DynamoDB only. The limit stops runaway pages.")

DOMAIN = Domain(
    name="encounters",
    summary="Encounters and the timeline of what happened in each",
    wiring="wiring.EncountersWiring",
    routes=(
        Route(
            "GET",
            "/encounters",
            summary="List the encounters of the clinician's facility, or of one of its patients",
            caller="clinician",
            query="queries.ListRequest",
            answers={200: "representation.EncounterListDocument"},
            limit=ENCOUNTERS,
            degraded=_LIMITED,
        ),
        Route(
            "GET",
            "/encounters/{encounterId}",
            summary="Read an encounter and its timeline",
            caller="clinician",
            query="queries.TimelineRequest",
            answers={200: "representation.TimelineDocument"},
            problems=("encounter-not-found",),
            limit=ENCOUNTERS,
            degraded=_LIMITED,
        ),
    ),
    alarms="alarms.ALARMS",
)
