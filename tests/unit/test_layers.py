"""Imports go down only, and never in a circle."""

import ast
from collections.abc import Iterator
from functools import cache
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
    {"notifications"},
    {"patients"},
    {"encounters"},
    {"capture", "visits", "medications", "webhooks", "operations"},
    {"bookings", "commits"},
    {"payouts"},
    {"domains"},
)
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}
MODULES = {
    ".".join(path.relative_to(CORE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(CORE.rglob("*.py"))
}


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return every module of ours that a file imports, wherever in it, also for types alone."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            # Relative imports would escape this test; ruff's TID252 forbids them as well.
            assert not node.level, f"{path} imports relatively"
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names]
            found = [name if name in MODULES else module for name in names]
        elif isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        else:
            continue
        yield from (name for name in found if name.split(".")[0] == "bedside")


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


@pytest.mark.parametrize(
    "source",
    [
        "def late():\n    from bedside.visits.model import Visit\n    return Visit\n",
        "from bedside.visits import model\n",
        "import bedside.visits.model as visits\n",
    ],
)
def test_an_upward_import_is_seen(tmp_path: Path, source: str) -> None:
    """In every spelling, and inside functions too."""
    path = tmp_path / "upward.py"
    path.write_text(source)
    assert [layer(name) for name in imports(path)] == ["visits"]


def test_a_relative_import_is_refused(tmp_path: Path) -> None:
    """It names no package, so its layer could not be checked."""
    path = tmp_path / "relative.py"
    path.write_text("from .model import Visit\n")
    with pytest.raises(AssertionError, match="relatively"):
        imports(path)


@pytest.mark.parametrize("module", MODULES)
def test_a_domain_shows_only_what_it_offers(module: str) -> None:
    """Another domain imports the modules that `__all__` of its package names, and no others."""
    for imported in imports(MODULES[module]):
        domain = layer(imported)
        if domain in domains.NAMES and domain != layer(module) != "domains":
            offered = getattr(import_module(f"bedside.{domain}"), "__all__", ())
            assert imported.split(".")[2] in offered, f"{module} imports {imported}"
