# ruff: noqa: S603 (it starts processes by design)
"""A whole run, from the command to its end, with the fixture stack."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.cloud import ROOT
from local.ports import identity
from tests.local.places import FIXTURES, free_port

_CODE = "import sys, pathlib, local.run; sys.exit(local.run.main(pathlib.Path(sys.argv[1])))"


@contextmanager
def _running(stack_file: Path, port: int, **environment: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Start a run and wait for its stack file; kills it in the end if the test has not stopped it."""
    env = {**os.environ, "PORT": str(port), "STACK_FILE": str(stack_file), **environment}
    command = [sys.executable, "-c", _CODE, str(FIXTURES)]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        try:
            deadline = time.monotonic() + 90
            while not stack_file.exists():
                assert run.poll() is None, run.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield run, json.loads(stack_file.read_text())
        finally:
            if run.poll() is None:
                run.kill()


def _gone(pids: dict[str, int]) -> bool:
    deadline = time.monotonic() + 60
    while (left := [pid for pid in pids.values() if identity(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not left


def test_run_serves_until_it_is_asked_to_stop(tmp_path: Path) -> None:
    """The stack file names everything; SIGTERM ends all processes with code 0 and removes it."""
    port, stack_file = free_port(3), tmp_path / "stack.json"
    with _running(stack_file, port) as (run, stack):
        assert set(stack) == {
            *("apiUrl", "webUrl", "wsUrl", "redisRestUrl", "redisRestToken", "awsEndpointUrl", "region"),
            *("bucket", "captureTable", "outboxUrl", "people", "pids"),
            *("hmsUrl", "webhooks", "timeScale", "practitionerId", "patientId"),
            *("clinicianToken", "otherClinicianToken", "adminToken", "patientToken", "systemAdminToken"),
        }
        assert set(stack["pids"]) == {"run", "redis", "bridge", "cloud"}
        assert stack_file.stat().st_mode & 0o077 == 0
        assert httpx.get(f"{stack['apiUrl']}/health").status_code == 200
        assert httpx.get(stack["outboxUrl"]).json() == []
        assert httpx.get(f"{stack['hmsUrl']}/state").json() == {"rooms": [], "webhooks": []}
        assert httpx.get(f"{stack['apiUrl']}/hms-else").json()["rawPath"] == "/hms-else"
        assert stack["timeScale"] == 1
        assert stack["webhooks"]["standard"]["url"] == f"{stack['apiUrl']}/webhooks/lab"
        assert stack["practitionerId"] == stack["people"]["clinician"]["userId"]
        assert stack["patientId"] == stack["people"]["patient"]["userId"]
        assert set(stack["people"]) == {"clinician", "otherClinician", "admin", "patient", "systemAdmin"}
        assert len({person["userId"] for person in stack["people"].values()}) == 5
        assert stack["people"]["otherClinician"]["facilityId"] == "FAC002"
        headers = {"Authorization": f"Bearer {stack['redisRestToken']}"}
        assert httpx.get(f"{stack['redisRestUrl']}/ping", headers=headers).json() == {"result": "PONG"}
        run.send_signal(signal.SIGTERM)
        output = run.communicate(timeout=20)[0]
        assert run.returncode == 0, output
    assert f"http://localhost:{port}/" in output
    assert stack["outboxUrl"] in output
    for shown in ("clinician", "admin"):
        assert stack["people"][shown]["phone"] in output
    assert _gone(stack["pids"])
    assert not stack_file.exists()


def test_second_run_on_the_same_port_replaces_the_first(tmp_path: Path) -> None:
    """A port that an earlier run of ours holds is taken over with a word about it; a killed run leaves nothing."""
    port = free_port(3)
    with _running(tmp_path / "first.json", port) as (first, before):
        with _running(tmp_path / "second.json", port) as (second, after):
            assert first.wait(10) == 0
            assert httpx.get(f"{after['apiUrl']}/health").status_code == 200
            second.kill()
            assert "earlier run" in second.communicate()[0]
        if sys.platform == "linux":
            assert _gone(before["pids"])
            assert _gone(after["pids"])


def test_port_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """A port that is not ours makes the run end with code 1 and a way out."""
    port = free_port(3)
    with socket.create_server(("127.0.0.1", port + 1)) as theirs:
        env = {**os.environ, "PORT": str(port), "STACK_FILE": str(tmp_path / "stack.json")}
        command = [sys.executable, "-c", _CODE, str(FIXTURES)]
        run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=30, check=False)
        assert theirs.fileno() != -1
    assert run.returncode == 1
    assert str(port + 1) in run.stdout
    assert "make run PORT=" in run.stderr


def test_run_ends_when_a_part_of_it_dies(tmp_path: Path) -> None:
    """If the Redis server dies, the run says so and stops everything with code 1."""
    with _running(tmp_path / "stack.json", free_port(3)) as (run, stack):
        os.kill(stack["pids"]["redis"], signal.SIGKILL)
        output = run.communicate(timeout=20)[0]
        assert run.returncode == 1
    assert "redis has ended" in output
    assert _gone(stack["pids"])


def test_lan_run_is_a_secure_origin(tmp_path: Path) -> None:
    """With LAN=1 everything is HTTPS with a certificate for the address, and the terminal shows a QR code.

    FAST=1 makes visits twenty times as fast.
    """
    port = free_port(3)
    with _running(tmp_path / "stack.json", port, LAN="1", LAN_ADDRESS="127.0.0.1", FAST="1") as (run, stack):
        assert stack["apiUrl"] == f"https://127.0.0.1:{port}"
        assert stack["wsUrl"] == f"wss://127.0.0.1:{port}/live"
        certificate = ROOT / f"local/.state/{port}/tls/certificate.pem"
        trusted = ssl.create_default_context(cafile=str(certificate))
        assert httpx.get(f"{stack['apiUrl']}/health", verify=trusted).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{stack['apiUrl']}/health")
        page = httpx.get(f"{stack['hmsUrl']}/room", verify=trusted)
        assert f"connect-src 'self' wss://127.0.0.1:{port};" in page.headers["content-security-policy"]
        assert stack["timeScale"] == 20
        run.send_signal(signal.SIGINT)
        output = run.communicate(timeout=20)[0]
        assert run.returncode == 0
    assert re.search("[▀▄█]{5}", output)


@pytest.mark.parametrize("port", ["http", "80", "65534"])
def test_port_must_be_a_port(port: str) -> None:
    """A PORT that leaves no room for three ports is refused in words."""
    env = {**os.environ, "PORT": port}
    run = subprocess.run(
        [sys.executable, "-m", "local", "run"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "PORT must be" in run.stderr
