"""Imports go down only, and never in a circle."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from bedside import domains

CORE = Path(__file__).parents[2] / "layers/core/bedside"
# From the bottom up. What stands in one set stands side by side.
LAYERS = (
    {"kernel"},
    {"ports"},
    {"adapters"},
    {"platform"},
    {"live"},
    {"identity"},
    {"capture", "visits", "webhooks", "operations"},
    {"domains"},
)
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}
MODULES = {
    ".".join(path.relative_to(CORE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(CORE.rglob("*.py"))
}


def imports(path: Path) -> Iterator[str]:
    """Give every module of ours that a file imports, wherever in it, also for types alone."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "bedside":
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


def layer(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module: str) -> None:
    """A module imports its own layer and those below; domains beside each other know nothing of one another."""
    for imported in imports(MODULES[module]):
        above, below = layer(module), layer(imported)
        if below in {"", above}:
            continue
        assert HEIGHT[below] < HEIGHT[above], f"{module} imports {imported}"


def test_nothing_goes_in_circles() -> None:
    """Not even within a layer."""
    graph = {module: {name for name in imports(path) if name != module} for module, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_every_domain_stands_in_a_layer() -> None:
    """A new one has to be placed."""
    assert set(domains.NAMES) <= set(HEIGHT)


def test_an_upward_import_is_seen(tmp_path: Path) -> None:
    """Also one that stands inside of a function."""
    path = tmp_path / "upward.py"
    path.write_text("def late():\n    from bedside.visits.model import Visit\n    return Visit\n")
    assert [layer(name) for name in imports(path)] == ["visits"]


@pytest.mark.parametrize("module", MODULES)
def test_a_domain_shows_only_what_it_offers(module: str) -> None:
    """Another domain imports the modules that `__all__` of its package names, and no others."""
    for imported in imports(MODULES[module]):
        domain = layer(imported)
        if domain in domains.NAMES and domain != layer(module) != "domains":
            offered = getattr(import_module(f"bedside.{domain}"), "__all__", ())
            assert imported.split(".")[2] in offered, f"{module} imports {imported}"
