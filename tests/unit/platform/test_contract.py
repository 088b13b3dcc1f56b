"""The manifests are whole: what they name exists, every route is served once, and the template routes to it."""

import ast
import importlib
import inspect
import sys
from functools import cached_property
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
import yaml

from bedside import domains
from bedside.identity.principal import Admin, Clinician, Principal
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import BedsideError
from bedside.platform.api import Api
from bedside.platform.contract import Domain, Route

ROOT = Path(__file__).parents[3]
DOMAINS = list(domains.manifests())
ROUTES = [(domain, route) for domain in DOMAINS for route in domain.routes]
CALLERS = {
    "anyone": str,
    "provider": str,
    "signedIn": Principal,
    "clinician": Clinician,
    "admin": Admin,
    "phone": UploadCredential,
    "clinicianOrPhone": Clinician | UploadCredential,
}
# Each is served by Starlette, which is the pages' own framework.
APIS: dict[str, Api] = {
    path.parent.name: module.api
    for path in sorted((ROOT / "functions").glob("*/handler.py"))
    if hasattr(module := importlib.import_module(f"{path.parent.name}.handler"), "api")
}


def errors(base: type[BedsideError] = BedsideError) -> set[type[BedsideError]]:
    return {base}.union(*(errors(kind) for kind in base.__subclasses__()))


@pytest.mark.parametrize(("domain", "route"), ROUTES, ids=lambda value: getattr(value, "key", ""))
def test_what_a_route_names_exists(domain: Domain, route: Route) -> None:
    """Its models, its answers' types but for texts, and its problems."""
    for reference in (route.body, route.query, *route.answers.values()):
        assert not reference or "/" in reference or domain.resolve(reference)
    slugs = {error.slug for error in errors()}
    assert set(route.problems) <= slugs
    assert all(reference or status == 204 for status, reference in route.answers.items())


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)
def test_what_a_domain_registers_exists(domain: Domain) -> None:
    """Sweeps, timers, listeners, senders and live tickets are parts of its wiring."""
    wiring = domain.resolve(domain.wiring)
    parts = [
        path
        for kind in (
            domain.sweeps,
            domain.timers,
            domain.listeners,
            domain.webhook_senders,
            domain.live,
            domain.notices,
        )
        for path in kind.values()
    ]
    for path in parts:
        part, _, method = path.partition(".")
        found = vars(wiring).get(part)
        assert isinstance(found, cached_property), path
        if method:
            # The wiring imports for its annotations only, so the class is found where the name leads.
            kind = _annotated(wiring, found)
            assert callable(getattr(kind, method, None)), path


def _annotated(wiring: type, part: cached_property[Any]) -> Any:
    """Return the class that a part of a wiring is annotated with."""
    tree = ast.parse(inspect.getsource(sys.modules[wiring.__module__]))
    wanted = part.func.__annotations__["return"]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and wanted in {alias.name for alias in node.names}:
            return getattr(importlib.import_module(node.module), wanted)
    raise LookupError(wanted)


def test_no_two_domains_register_the_same() -> None:
    """One of them would be lost without a word."""
    for kind in ("sweeps", "timers", "listeners", "webhook_senders", "live", "notices", "dead_letters"):
        keys = [key for domain in DOMAINS for key in getattr(domain, kind)]
        assert sorted(set(keys)) == sorted(keys), kind
    names = [counter.name for counter in domains.counters()]
    assert len(set(names)) == len(names)


def test_every_route_is_served_once() -> None:
    """By one function, under its own key."""
    served = [route.key for api in APIS.values() for route, _ in api.routes]
    assert sorted(served) == sorted(route.key for _, route in ROUTES)
    assert len(set(served)) == len(served)


@pytest.mark.parametrize("function", sorted(APIS))
def test_handlers_take_what_their_routes_declare(function: str) -> None:
    """The caller, the body and the query of a handler's `Call` are those of its route."""
    module = importlib.import_module(f"{function}.handler")
    for route, work in APIS[function].routes:
        [call] = inspect.signature(work).parameters
        hints = get_type_hints(work, vars(module))
        who, body, query = (None if kind is NoneType else kind for kind in get_args(hints[call]))
        domain = next(domain for domain, each in ROUTES if each is route)
        assert who == CALLERS[route.caller], route.key
        assert body == (domain.resolve(route.body) if route.body else None), route.key
        assert query == (domain.resolve(route.query) if route.query else None), route.key


def test_the_template_routes_to_the_functions_that_serve() -> None:
    """Each route of a manifest is an event of its function, with HEAD beside GET if that writes nothing; no other."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda *_: None)
    template = yaml.load((ROOT / "template.yaml").read_text(), Loader)  # noqa: S506  # derived from the safe loader
    routed = {}
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "HttpApi" and "Path" in event["Properties"]:
                key = f"{event['Properties']['Method']} {event['Properties']['Path']}"
                routed[key] = resource["Properties"]["Handler"].partition(".")[0]
    served: dict[str, Any] = {route.key: name for name, api in APIS.items() for route, _ in api.routes}
    reads = {route.path for api in APIS.values() for route, _ in api.routes if route.method == "GET" and route.head}
    assert routed == served | {f"HEAD {path}": served[f"GET {path}"] for path in reads}
