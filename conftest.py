"""What all tests share: one real browser, and, when several processes test at once, one running product."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from xdist.remote import Producer  # type: ignore[import-untyped]  # it has none
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # as above
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]  # as above

from local import browser as chromium
from local.background import Background

# Set in many containers; without byte code every process would rewrite the assertions of all tests anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Groups of tests that run in one process, by parts of their ids.
_TOGETHER = {
    # They break functions of the shared product for each other, or its Redis for everybody.
    "harmful": ("/without_redis/", "e2e/visits/", "e2e/test_webhooks", "e2e/tenancy/", "e2e/test_schemathesis"),
    # They share a local cloud, which takes longer to start than these tests take together.
    "local cloud": ("local/test_admin", "local/test_front", "local/test_patches"),
    # They share an emulator.
    "emulator": ("tests/emulator/",),
    # They share what is read in all modules.
    "layers": ("unit/test_layers",),
    # They share the template as CloudFormation gets it, which takes seconds to translate.
    "template": ("tests/template/",),
    # They share what `sam build` makes, and the answers to all example events.
    "artifact": ("tests/artifact/",),
}
_PRODUCT = pytest.StashKey[Background]()
_PORT = 18400
# The longest tests run first, so that no process idles at the end. Pages run before journeys, because the product is
# still starting.
_JOURNEYS = "tests/e2e/"
_FIRST = ("tests/web/", _JOURNEYS, "tests/local/", "tests/faults/")
# All tabs of a site share one process, which saves starting another.
_ONE_PROCESS = ["--process-per-site"]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the product once, before the processes that will test it; they find it by $STACK_FILE."""
    config = session.config
    wanted = config.args == config.getini("testpaths") or any("e2e" in arg for arg in config.args)
    if not wanted or hasattr(config, "workerinput") or "STACK_FILE" in os.environ:
        return
    # With short waits for visits: a test that wants others sets them. A few journeys do not need every function.
    cold = "1" if config.getoption("markexpr") == "quick" else ""
    product = Background(_PORT, Path(tempfile.mkdtemp(prefix="bedside-tests-")), FAST="1", COLD=cold)
    config.stash[_PRODUCT] = product
    os.environ |= {"STACK_FILE": str(product.stack_file), "STACK_LOG": str(product.log)}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what is collected out of the garbage collector's sight.

    It lives until the end of the run; looking through it for cycles takes a third of the collection, and slows every
    process down afterwards.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first, and among them those that only one process makes; the rest stays in its order.

    Those that have the product to themselves end their group: by then the other processes are past the journeys, and
    need not wait.
    """

    def rank(item: pytest.Item) -> tuple[int, bool, bool]:
        folder = next((n for n, folder in enumerate(_FIRST) if item.nodeid.startswith(folder)), len(_FIRST))
        return folder, _group(item.nodeid) is None, "/without_redis/" in item.nodeid

    items.sort(key=rank)


def _group(nodeid: str) -> str | None:
    """Return the group whose tests one process makes together, None for a test of its own."""
    return next((group for group, names in _TOGETHER.items() if any(name in nodeid for name in names)), None)


class _Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # as above
    """Gives every test to whichever process is free, but those that belong together to one.

    The product stops after the last journey, beside the tests that remain: it takes as long as many of these.
    """

    def schedule(self) -> None:
        super().schedule()
        self._journeys = {nodeid for nodeid in self.collection or () if nodeid.startswith(_JOURNEYS)}

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        super().mark_test_complete(node, item_index, duration)
        nodeid = self.registered_collections[node][item_index]
        if nodeid in self._journeys:
            self._journeys.remove(nodeid)
            product = self.config.stash.get(_PRODUCT, None)
            if product and not self._journeys:
                product.end()

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid) or nodeid

    def _reschedule(self, node: WorkerController) -> None:
        """Forget what is done: otherwise all that a process was ever given is counted through after each test."""
        given = self.assigned_work[node]
        for scope in [scope for scope, tests in given.items() if all(tests.values())]:
            del given[scope]
        super()._reschedule(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """Replace the usual scheduling; any other that was asked for stays."""
    return _Scheduling(config, log) if config.getoption("dist") == "load" else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the product that was started for this session."""
    product = session.config.stash.get(_PRODUCT, None)
    if product:
        product.stop()
        shutil.rmtree(product.log.parent, ignore_errors=True)


# Playwright allows only one of its loops in a thread.
@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, running; a machine with two cores may be slow."""
    expect.set_options(timeout=30_000)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, as `make` finds or installs it."""
    path = chromium.find()
    launched = playwright.chromium.launch(executable_path=path, args=[*chromium.ARGUMENTS, *_ONE_PROCESS])
    yield launched
    launched.close()
