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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import settings
from local.cloud import ROOT
from local.ports import identity, stop_earlier
from tests.local.places import FIXTURES, free_port
from tests.waiting import until

_START_SECONDS = 150
# A test may start two runs, one after the other.
pytestmark = pytest.mark.timeout(2 * _START_SECONDS + 100)

_CODE = "import sys, pathlib, local.run; sys.exit(local.run.main(pathlib.Path(sys.argv[1])))"


@contextmanager
def _starting(stack_file: Path, port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start a run; kills it in the end if the test has not stopped it."""
    env = {**os.environ, "PORT": str(port), "STACK_FILE": str(stack_file), **environment}
    command = [sys.executable, "-c", _CODE, str(FIXTURES)]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        try:
            yield run
        finally:
            if run.poll() is None:
                run.kill()


@contextmanager
def _running(stack_file: Path, port: int, **environment: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Start a run and wait for its stack file; kills it in the end if the test has not stopped it."""
    with _starting(stack_file, port, **environment) as run:

        def started() -> bool:
            assert run.poll() is None, run.communicate()[0]
            return stack_file.exists()

        until(started, "the run has not started", patience_s=_START_SECONDS)
        yield run, json.loads(stack_file.read_text())


def _until_gone(pids: dict[str, int]) -> None:
    def left() -> list[int]:
        return [pid for pid in pids.values() if identity(pid)]

    until(lambda: not left(), left)


def _is_whole(stack: dict[str, Any]) -> None:
    """Check that a stack file names everything, and that it is there."""
    assert set(stack) == {
        *("apiUrl", "webUrl", "wsUrl", "redisRestUrl", "redisRestToken", "awsEndpointUrl", "region"),
        *("awsAccessKeyId", "awsSecretAccessKey", "pageKey"),
        *("bucket", "captureTable", "outboxUrl", "people", "pids"),
        *("hmsUrl", "stripeUrl", "ehrUrl", "webhooks", "timeScale", "practitionerId", "patientId"),
        *("clinicianToken", "otherClinicianToken", "adminToken", "patientToken", "systemAdminToken"),
    }
    assert set(stack["pids"]) == {"run", "redis", "bridge", "cloud"}
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
    assert stack["pageKey"] == ""
    _is_shut(stack)


def _is_shut(stack: dict[str, Any]) -> None:
    """Check that no port serves another host name, or a script without this run's credentials."""
    for url in (f"{stack['apiUrl']}/health", stack["outboxUrl"], stack["redisRestUrl"], stack["awsEndpointUrl"]):
        assert httpx.get(url, headers={"Host": "evil.example"}).status_code == 403
    assert (
        httpx.post(f"{stack['hmsUrl']}/faults", json={}, headers={"Origin": "http://evil.example"}).status_code == 403
    )
    named = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request"}
    target = {"X-Amz-Target": "AmazonSSM.GetParametersByPath", "Content-Type": "application/x-amz-json-1.1"}
    assert httpx.post(stack["awsEndpointUrl"], headers=named | target, json={"Path": "/"}).status_code == 403
    assert httpx.get(f"{stack['redisRestUrl']}/_bridge/stats").status_code == 401


def _is_lan(stack: dict[str, Any], port: int) -> None:
    """Check that a run with LAN=1 and FAST=1 is HTTPS with a certificate for its address, and in a hurry."""
    assert stack["apiUrl"] == f"https://127.0.0.1:{port}"
    assert stack["wsUrl"] == f"wss://127.0.0.1:{port}/live"
    certificate = ROOT / f"local/.state/{port}/tls/certificate.pem"
    trusted = ssl.create_default_context(cafile=str(certificate))
    with httpx.Client(verify=trusted, follow_redirects=True) as browser:
        assert browser.get(f"{stack['apiUrl']}/health").status_code == 200
        for url in (stack["outboxUrl"], stack["hmsUrl"], f"{stack['hmsUrl']}/state", stack["stripeUrl"]):
            assert browser.get(url).status_code == 403
        assert browser.post(f"{stack['hmsUrl']}/faults", json={"down": 60}).status_code == 403
        assert browser.get(f"{stack['outboxUrl']}?key={stack['pageKey']}").json() == []
        assert browser.get(f"{stack['hmsUrl']}/state").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{stack['apiUrl']}/health")
    page = httpx.get(f"{stack['hmsUrl']}/room", verify=trusted)
    assert f"connect-src 'self' wss://127.0.0.1:{port};" in page.headers["content-security-policy"]
    assert stack["timeScale"] == 20
    secrets = ROOT / f"local/.state/{port}"
    assert secrets.parent.stat().st_mode & 0o077 == 0
    assert (secrets / "aws/credentials").stat().st_mode & 0o077 == 0


def test_run_serves_until_it_is_asked_to_stop(tmp_path: Path) -> None:
    """The stack file names everything; SIGTERM or Ctrl-C ends all processes with code 0 and removes it.

    SIGTERM comes from a second run on the same port, which says a word about it. The second has LAN=1, so that the
    terminal shows a QR code, and FAST=1, which makes visits twenty times as fast.
    """
    port, stack_file = free_port(3), tmp_path / "stack.json"
    lan = {"LAN": "1", "LAN_ADDRESS": "127.0.0.1", "FAST": "1"}
    with _running(stack_file, port) as (first, before):
        _is_whole(before)
        assert stack_file.stat().st_mode & 0o077 == 0
        with _running(tmp_path / "second.json", port, **lan) as (second, after):
            assert first.wait(10) == 0
            output = first.communicate()[0]
            _until_gone(before["pids"])
            assert not stack_file.exists()
            _is_lan(after, port)
            second.send_signal(signal.SIGINT)
            said = second.communicate(timeout=60)[0]
            assert second.returncode == 0, said
    assert f"http://localhost:{port}/" in output
    assert before["outboxUrl"] in output
    for shown in ("clinician", "admin"):
        assert before["people"][shown]["phone"] in output
    assert f"{after['outboxUrl']}?key={after['pageKey']}" in said
    assert "earlier run" in said
    assert re.search("[▀▄█]{5}", said)
    _until_gone(after["pids"])


def test_killed_run_leaves_nothing(tmp_path: Path) -> None:
    """The kernel ends what it has started (Linux; elsewhere the next run on the port clears it away)."""
    port = free_port(3)
    noted = ROOT / f"local/.state/{port}/pids.json"

    def pids() -> dict[str, int]:
        found = json.loads(noted.read_text()) if noted.exists() else {}
        return {name: pid for name, (pid, _) in found.items()}

    with _starting(tmp_path / "stack.json", port) as run:
        until(lambda: run.poll() is not None or set(pids()) == {"run", "redis", "bridge", "cloud"}, pids)
        run.kill()
        assert pids()["run"] == run.pid
        run.wait(10)
        assert sys.platform == "linux" or stop_earlier(noted, range(port, port + 3))
        _until_gone(pids())


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
        output = run.communicate(timeout=60)[0]
        assert run.returncode == 1
    assert "redis has ended" in output
    _until_gone(stack["pids"])


def test_named_address_is_a_host_of_the_front(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is written: browsers send host names in lower case."""
    monkeypatch.setenv("LAN", "1")
    monkeypatch.setenv("LAN_ADDRESS", "Ward-7.example")
    assert settings.read().names == {"localhost", "127.0.0.1", "[::1]", "ward-7.example"}


@pytest.mark.parametrize("port", ["http", "80", "65534"])
def test_port_must_be_a_port(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    """A PORT that leaves no room for three ports is refused in words."""
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ValueError, match="PORT must be"):
        settings.read()


def test_what_is_refused_ends_a_run(tmp_path: Path) -> None:
    """With code 1, and the reason for whoever started it."""
    env = {**os.environ, "PORT": "http", "STACK_FILE": str(tmp_path / "stack.json")}
    run = subprocess.run(
        [sys.executable, "-m", "local", "run"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "PORT must be" in run.stderr
