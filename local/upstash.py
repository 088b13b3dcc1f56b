"""Upstash in the local cloud: the bridge in front of Redis, as a process."""

import contextlib
import os
import sys
from pathlib import Path

import httpx

from local.child import Child
from local.cloud import ROOT

_READY_SECONDS = 15.0


def start_bridge(port: int, socket: Path, token: str, state: Path) -> Child:
    """Start the bridge; raises RuntimeError if it is not ready within 15 s."""
    # Relative to the checkout: a unix socket's address has to be short.
    command = [
        sys.executable,
        "-m",
        "local.bridge",
        "--port",
        str(port),
        "--socket",
        os.path.relpath(socket, ROOT),
    ]
    env = {"PATH": os.defpath, "BRIDGE_TOKEN": token}
    child = Child("bridge", command, state / "bridge.log", env, cwd=ROOT)

    def is_ready() -> bool:
        """Whether it answers."""
        with contextlib.suppress(httpx.TransportError):
            stats = f"http://127.0.0.1:{port}/_bridge/stats"
            httpx.get(stats, headers={"Authorization": f"Bearer {token}"}, trust_env=False).raise_for_status()
            return True
        return False

    child.wait_until_ready(is_ready, "the Upstash bridge", _READY_SECONDS)
    return child
