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
        Route(
            "GET",
            "/metrics",
            summary="Export what is counted, for Prometheus with the scrape token",
            caller="anyone",
            answers={200: "text/plain"},
            problems=("unauthorized",),
            degraded=Degraded("counters", ("nothing",), "Says that Redis is away, instead of numbers."),
            # Prometheus never asks for it.
            head=False,
        ),
    ),
    alarms="alarms.ALARMS",
)
