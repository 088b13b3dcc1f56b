"""The calls of the product, as the manifests declare them, and the functions that answer them."""

import importlib
from functools import cache
from pathlib import Path
from typing import Final

from bedside import domains

FUNCTIONS: Final = Path(__file__).parents[3] / "functions"
# The call that takes all others: the pages'.
DEFAULT: Final = "$default"


def calls() -> list[str]:
    """Return every call of every function, as `METHOD /path`; the call that takes all others is `$default`."""
    return sorted([DEFAULT, *(route.key for domain in domains.manifests() for route in domain.routes)])


@cache
def handlers() -> dict[str, str]:
    """Return the module of the function that answers each call."""
    names = [f"{path.parent.name}.handler" for path in sorted(FUNCTIONS.glob("*/handler.py"))]
    modules = [(name, importlib.import_module(name)) for name in names]
    found = {route.key: name for name, module in modules if hasattr(module, "api") for route, _ in module.api.routes}
    assert sorted([DEFAULT, *found]) == calls()
    return {**found, DEFAULT: "web.handler"}
