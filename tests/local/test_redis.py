# ruff: noqa: S603 (it starts processes by design)
import os
import signal
import subprocess
import sys
from pathlib import Path

from local import redis
from local.cloud import ROOT
from local.ports import identity
from local.upstash import start_bridge
from tests.local.places import BRIDGE_TOKEN, Store, free_port
from tests.waiting import until


def test_server_keeps_nothing(tmp_path: Path) -> None:
    """The server listens on its socket only, writes no data file, and is gone once stopped."""
    server, path = redis.start(tmp_path)
    assert path.is_socket()
    server.stop()
    assert not server.is_running()
    assert not [each for each in tmp_path.rglob("*") if each.suffix in {".rdb", ".aof"}]


def test_server_dies_with_its_parent(tmp_path: Path) -> None:
    """A parent that is killed outright leaves no server behind (Linux; elsewhere the next run clears it away)."""
    code = f"""
import pathlib, signal
from local import redis
print(redis.start(pathlib.Path({str(tmp_path)!r}))[0].pid, flush=True)
signal.pause()
"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert identity(pid)
        parent.kill()
    if sys.platform == "linux":
        until(lambda: identity(pid) is None, f"{pid} is still there")
    else:
        os.kill(pid, signal.SIGTERM)


def test_bridge_survives_a_restarted_server(tmp_path: Path) -> None:
    """While the server is away the bridge answers 500 with an error; when it is back, so are the answers."""
    server, path = redis.start(tmp_path)
    port = free_port()
    bridge = start_bridge(port, path, BRIDGE_TOKEN, tmp_path)
    try:
        with Store(f"http://127.0.0.1:{port}", path).client() as rest:
            assert rest.get("/set/a/1").json() == {"result": "OK"}
            server.stop()
            away = rest.get("/get/a")
            assert (away.status_code, set(away.json())) == (500, {"error"})
            server, _ = redis.start(tmp_path)
            assert rest.get("/get/a").json() == {"result": None}
    finally:
        bridge.stop()
        server.stop()
