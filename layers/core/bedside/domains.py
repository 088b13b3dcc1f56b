"""The product's domains, and the parts that their manifests register with shared functions."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from bedside.platform.contract import Domain, Workflow
from bedside.platform.transient.counters import Counter

if TYPE_CHECKING:
    from bedside.platform.alarms import Alarm
    from bedside.platform.wiring import Platform

NAMES: Final = (
    "identity",
    "notifications",
    "patients",
    "encounters",
    "capture",
    "visits",
    "bookings",
    "payouts",
    "medications",
    "commits",
    "webhooks",
    "operations",
)


def manifests() -> Iterator[Domain]:
    """Yield the manifest of every domain."""
    for name in NAMES:
        domain: Domain = import_module(f"bedside.{name}.domain").DOMAIN
        yield domain


def registered(
    platform: "Platform", kind: Literal["sweeps", "timers", "listeners", "webhook_senders", "live", "notices"]
) -> Mapping[str, Callable[[], Any]]:
    """Return the parts that manifests register under `kind`, by key; each is composed when called."""
    return {
        key: partial(_part, platform, domain, path)
        for domain in manifests()
        for key, path in getattr(domain, kind).items()
    }


def counters() -> tuple[Counter, ...]:
    """Return everything that the domains count."""
    return tuple(counter for domain in manifests() for counter in domain.counters)


def alarms() -> Mapping[str, tuple["Alarm", ...]]:
    """Return the alarms of every domain that has some, by its name."""
    return {domain.name: domain.resolve(domain.alarms) for domain in manifests() if domain.alarms}


def workflows() -> Mapping[str, tuple[str, Workflow]]:
    """Return what people are told of, by name: the domain that tells it, and how."""
    return {workflow.name: (domain.name, workflow) for domain in manifests() for workflow in domain.workflows}


def _part(platform: "Platform", domain: Domain, path: str) -> Any:  # noqa: ANN401  # whatever it names
    found = platform.domain(domain.resolve(domain.wiring))
    for name in path.split("."):
        found = getattr(found, name)
    return found
