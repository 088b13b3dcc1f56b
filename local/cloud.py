import os
import secrets
import shutil
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

from local.access import FRONT_KEY
from local.child import Child
from local.guard import LOOPBACK

ROOT = Path(__file__).resolve().parent.parent
INTERPRETER = ROOT / ".cache/cloud/bin/python"
REGION = "us-east-1"
ACCOUNT = "000000000000"
_READY_SECONDS = 60.0


@dataclass(frozen=True)
class Emulator:
    """Where one run's AWS emulator listens, and what it accepts: its administrator's signature, or the front's key."""

    port: int
    access_key: str
    secret_key: str = field(repr=False)
    front_key: str = field(repr=False)

    @classmethod
    def on(cls, port: int) -> Self:
        """Return an emulator with credentials that nobody can guess."""
        access_key = f"AKIA{secrets.token_hex(8).upper()}"
        return cls(port, access_key, secrets.token_urlsafe(32), secrets.token_urlsafe(32))

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def front_header(self) -> dict[str, str]:
        """The header by which the emulator knows the front."""
        return {FRONT_KEY: self.front_key}


def start(emulator: Emulator, state: Path, names: frozenset[str] = LOOPBACK, interpreter: Path = INTERPRETER) -> Child:
    """Start the AWS emulator on 127.0.0.1 with an empty state; raises RuntimeError if it is not ready within 60 s.

    `names` are the hosts in the links that it has to serve.
    """
    scratch = state / "tmp"
    if scratch.exists():
        scratch.rename(state / f"tmp-{time.time_ns()}")
    scratch.mkdir(parents=True)
    # The last run's workers left tens of thousands of files; deleting them must not delay the start.
    for old in state.glob("tmp-*"):
        threading.Thread(target=shutil.rmtree, args=(old, True), daemon=True).start()
    env = {
        "PATH": os.defpath,
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        # Resources and credentials are judged as on AWS: role policies, private objects, CORS.
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": emulator.access_key,
        "AWS_SECRET_ACCESS_KEY": emulator.secret_key,
        "FRONT_KEY": emulator.front_key,
        "HOST_NAMES": " ".join(sorted(names)),
        "MINISTACK_REGION": REGION,
        "GATEWAY_PORT": str(emulator.port),
        "BIND_HOST": "127.0.0.1",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # Without it the emulator looks for a Docker daemon when it starts.
        "DOCKER_HOST": f"unix://{scratch}/no-docker.sock",
        # A developer's pause should not cost a cold start.
        "LAMBDA_WARM_TTL_SECONDS": "3600",
    }
    command = [str(interpreter), "-m", "local.launcher"]
    child = Child("cloud", command, state / "cloud.log", env, cwd=ROOT)
    child.wait_until_ready(lambda: _is_healthy(emulator), "the AWS emulator", _READY_SECONDS)
    return child


def sdk_environment(endpoint: str, access_key: str, secret_key: str) -> dict[str, str]:
    """Return the variables that make an AWS SDK the emulator's administrator, regardless of the user's own files."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def aws_environment(emulator: Emulator, state: Path) -> dict[str, str]:
    """Return the variables that make the AWS tools talk to the emulator and to nothing else."""
    config, credentials = state / "aws/config", state / "aws/credentials"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f"[profile local]\nregion = {REGION}\nendpoint_url = {emulator.endpoint}\n")
    credentials.unlink(missing_ok=True)
    with os.fdopen(os.open(credentials, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(
            f"[local]\naws_access_key_id = {emulator.access_key}\naws_secret_access_key = {emulator.secret_key}\n"
        )
    # A developer's real credentials and region must not leak in.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
    return inherited | {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_PROFILE": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
    }


def _is_healthy(emulator: Emulator) -> bool:
    connection = HTTPConnection("127.0.0.1", emulator.port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health", headers=emulator.front_header)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
