"""Manifest of the operations domain."""

from bedside.platform.contract import Degraded, Domain, Route

DOMAIN = Domain(
    name="operations",
    summary="The state of the stack",
    wiring="wiring.OperationsWiring",
    routes=(
        Route(
            "GET",
            "/health",
            summary="Tell whether the stack serves, and how Redis is",
            caller="anyone",
            answers={200: "representation.HealthDocument"},
            degraded=Degraded("is pinged", ("nothing",), "Reports `degraded`; everything still works."),
        ),
    ),
    alarms="alarms.ALARMS",
)
