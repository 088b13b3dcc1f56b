"""Finds the Chromium that the end-to-end tests drive, or installs one where this machine lets us."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
# A camera that shows a test picture without a permission prompt; calls on a machine without a network.
MEDIA_ARGUMENTS = [
    # A picture that moves, and no more frames than that takes: each is drawn, encoded and decoded by the processor.
    "--use-fake-device-for-media-stream=fps=5",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
# Chromium without windows: opening a page in it takes a fifth of the time on the processor.
_SHELL = "chromium-headless-shell"
_NAMES = (_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find() -> Path | None:
    """Return the browser's path: $CHROMIUM, one on the path, or Playwright's download; None if there is none."""
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        return Path(wanted)
    named = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if named:
        return Path(named)
    if _MAC.exists():
        return _MAC
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only where nothing else was found)

    with sync_playwright() as playwright:
        downloaded = Path(playwright.chromium.executable_path)
    return downloaded if downloaded.exists() else None


def install() -> int:
    """Ensure that there is a browser; returns the exit code: 1 if none could be installed."""
    if "CHROMIUM" in os.environ or shutil.which(_SHELL):
        return 0
    for title, commands in _ways():
        print(f"installing {title} …", flush=True)
        if all(subprocess.run(command, check=False).returncode == 0 for command in commands) and find():
            return 0
    if find():
        return 0
    print("no Chromium found: install one, or set CHROMIUM=/path/to/it", file=sys.stderr)
    return 1


def _ways() -> list[tuple[str, list[list[str]]]]:
    """Return what to try; where there is a browser already, only what is better."""
    ways = []
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        install = [apt, "install", "-y", "-qq", "--no-install-recommends"]
        names = [_SHELL] if find() else [_SHELL, "chromium"]
        ways = [(f"Debian's {name}", [[apt, "update", "-qq"], [*install, name]]) for name in names]
    if not find():
        ways.append(("Playwright's chromium", [[sys.executable, "-m", "playwright", "install", "chromium"]]))
    return ways
