"""Which of the pages' JavaScript modules may import which, read from their text."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.web.pages import STATIC

ROOT: Final = STATIC / "js"
# Only these know all domains. `app.js` adds their hooks to a page for signed-in people, `pages.js` lists their pages,
# `searches.js` has what the search looks through,
# `chart.js` has what they add to a patient's chart, `pickers.js` what one lets people choose from in another, and
# `watches.js` what the page of today looks through. `sw.js` is the service worker, `record.js` has the record for
# the desktop, `reminders.js` offers reminders, `payout-account.js` shows practitioners how they get paid.
COMPOSITION: Final = (
    "app.js",
    "chart.js",
    "pages.js",
    "payout-account.js",
    "pickers.js",
    "record.js",
    "reminders.js",
    "searches.js",
    "sw.js",
    "watches.js",
)
# Everything relative in quotes: imports, exports, types and workers. Without a comment: an arrow of a type counts too.
RELATIVE: Final = re.compile(r'"(\.{1,2}/[^"]+\.js)"')


def imports(module: Path) -> set[str]:
    """Return the modules that a module names, as paths below `js/`."""
    found = RELATIVE.findall(module.read_text(encoding="utf-8"))
    return {(module.parent / name).resolve().relative_to(ROOT.resolve()).as_posix() for name in found}


MODULES: Final = {path.relative_to(ROOT).as_posix(): imports(path) for path in sorted(ROOT.rglob("*.js"))}
DOMAINS: Final = {name.partition("/")[0] for name in MODULES if "/" in name} - {"shell"}


def part_of(module: str) -> str:
    """Return the part that a module belongs to: `shell`, a domain, or a page of its own inside one."""
    page = re.match(r"capture/(?:desktop|phone)\b", module)
    return page[0] if page else module.partition("/")[0]


def may_import(module: str, target: str) -> bool:
    """Tell whether the layers allow one module to import another."""
    if module in COMPOSITION:
        return True
    here, there = part_of(module), part_of(target)
    if here == "shell":
        return there == "shell"
    # A page inside a domain may use what the whole domain shares.
    return target in COMPOSITION or there in {"shell", here, here.partition("/")[0]}


def test_the_domains_are_read() -> None:
    """Otherwise the tests below would check nothing."""
    assert {"capture", "identity", "visits"} <= DOMAINS
    assert all(name in MODULES for name in COMPOSITION)
    assert all(targets <= MODULES.keys() for targets in MODULES.values())
    assert sum(len(targets) for targets in MODULES.values()) > 200


# The only code of others that runs in a page, by the module that loads it.
PACKAGES: Final = {"capture/desktop/zip.js": ["client-zip"]}


def test_modules_import_no_packages() -> None:
    """Nobody else's code runs in a page but what is listed: every other import is relative."""
    for module in ROOT.rglob("*.js"):
        code = re.sub(r"/\*\*.*?\*/", "", module.read_text(encoding="utf-8"), flags=re.DOTALL)
        imported = re.findall(
            r"""^(?:import|export)\b[^;]*?\bfrom\s*["']([^"']+)|^import\s*["']([^"']+)""", code, re.MULTILINE
        )
        assert [name for pair in imported for name in pair if name and not name.startswith(".")] == PACKAGES.get(
            module.relative_to(ROOT).as_posix(), []
        ), module


@pytest.mark.parametrize("module", MODULES)
def test_imports_follow_the_layers(module: str) -> None:
    """The shell imports no domain, no domain imports another, and the phone's page shares no module with the desktop's.

    What a domain adds to every page, it declares in its own modules, and `app.js` or `pages.js` registers it.
    """
    assert [target for target in sorted(MODULES[module]) if not may_import(module, target)] == []


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("shell/sign-out.js", "visits/notes/unsaved.js"),
        ("shell/dom.js", "app.js"),
        ("visits/api.js", "identity/users/usage.js"),
        ("identity/account/main.js", "visits/access.js"),
        ("capture/phone/app.js", "capture/desktop/images.js"),
        ("capture/metadata.js", "capture/phone/photo.js"),
    ],
)
def test_the_layers_forbid_what_they_should(module: str, target: str) -> None:
    """The rule itself refuses arrows that point upward or sideways."""
    assert not may_import(module, target)


def test_no_module_imports_itself_by_a_detour() -> None:
    """Circles would make the order in which modules run depend on the page; types alone may form them."""
    graph = {name: code_imports(ROOT / name) for name in MODULES}
    while graph:
        leaves = {name for name, targets in graph.items() if not targets & graph.keys()}
        assert leaves, f"a circle among {sorted(graph)}"
        graph = {name: targets for name, targets in graph.items() if name not in leaves}


def code_imports(module: Path) -> set[str]:
    """Return the modules that a module imports when it runs: `imports` without those of its types."""
    code = re.sub(r"/\*\*.*?\*/", "", module.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = RELATIVE.findall(code)
    return {(module.parent / name).resolve().relative_to(ROOT.resolve()).as_posix() for name in found}


def test_pages_open_through_the_composition() -> None:
    """A page that took `requireSignIn` from the shell would lose unsaved work: the domains' hooks would be missing."""
    assert {name for name, targets in MODULES.items() if "shell/auth-guard.js" in targets} == {"app.js"}
