"""What all tests share: one real browser, and, when several processes test at once, one running product."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from local import browser as chromium

# Without these a headless browser looks for hosts on the internet at every start.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


_STACK = pytest.StashKey[subprocess.Popen[bytes]]()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the product once, before the processes that will test it; they find it by $STACK_FILE."""
    config = session.config
    controls = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    wanted = config.args == config.getini("testpaths") or any("e2e" in arg for arg in config.args)
    if not controls or not wanted or "STACK_FILE" in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="bedside-tests-"))
    os.environ |= {"STACK_FILE": str(folder / "stack.json"), "STACK_LOG": str(folder / "run.log")}
    with Path(os.environ["STACK_LOG"]).open("wb") as log:
        config.stash[_STACK] = subprocess.Popen(
            [sys.executable, "-m", "local", "run"],
            cwd=Path(__file__).parent,
            env={**os.environ, "PORT": "18400"},
            stdout=log,
            stderr=log,
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the product that was started for this session."""
    run = session.config.stash.get(_STACK, None)
    if run:
        run.send_signal(signal.SIGTERM)
        run.wait(60)
        shutil.rmtree(Path(os.environ["STACK_LOG"]).parent, ignore_errors=True)


# Playwright allows only one of its loops in a thread.
@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, running; a machine with two cores may be slow."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, as `make` finds or installs it."""
    path = chromium.find()
    launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield launched
    launched.close()
