import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_STOP_SECONDS = 15.0


def taken(ports: Sequence[int]) -> list[int]:
    """Return which of these ports are in use on this machine."""
    return [port for port in ports if not _is_free(port)]


def listening(port: int, *, everywhere: bool) -> list[socket.socket]:
    """Open listening sockets for a port: on loopback (IPv4, and IPv6 where there is any), or on every IPv4 address."""
    addresses = [(socket.AF_INET, "0.0.0.0" if everywhere else "127.0.0.1")]  # noqa: S104 (asked for with LAN=1)
    if not everywhere:
        # "localhost" is ::1 first for many clients; without it each connection would fail once before it succeeds.
        addresses.append((socket.AF_INET6, "::1"))
    sockets = []
    for family, address in addresses:
        try:
            listener = socket.create_server((address, port), family=family, backlog=512)
        except OSError:
            if family == socket.AF_INET:
                raise
            continue
        # Connections inherit it; without it answers on kept connections wait 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets.append(listener)
    return sockets


def remember(path: Path, pids: Mapping[str, int]) -> None:
    """Record our processes, so that a later run can tell them from others with the same id."""
    path.write_text(json.dumps({name: [pid, identity(pid)] for name, pid in pids.items()}))


def stop_earlier(path: Path, ports: Sequence[int]) -> bool:
    """Stop an earlier run if it holds the ports; returns whether they are free within 15 s."""
    try:
        noted: dict[str, tuple[int, str | None]] = json.loads(path.read_text())
    except (OSError, ValueError):
        return False
    ours = [pid for pid, who in noted.values() if who is not None and identity(pid) == who]
    if not ours:
        return False
    # The run itself comes first and stops the others in order; what is left is asked after that.
    deadline = time.monotonic() + _STOP_SECONDS
    for pid in ours:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        while time.monotonic() < deadline and identity(pid) is not None and taken(ports):
            time.sleep(0.1)
    return not taken(ports)


def identity(pid: int) -> str | None:
    """Tell a process apart from a later one with the same number: its start time and command; None if it is gone."""
    stat, command = Path(f"/proc/{pid}/stat"), Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            return None if fields[0] == "Z" else f"{fields[19]} {command.read_text()}"
        except OSError:
            return None
    shown = subprocess.run(  # noqa: PLW1510 (its exit code says the same as its empty output)
        ["ps", "-p", str(pid), "-o", "lstart=", "-o", "command="],  # noqa: S607 (where it stands differs)
        capture_output=True,
        text=True,
    )
    return shown.stdout.strip() or None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            if problem.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True
