import os
import shutil
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from local.child import Child

ROOT = Path(__file__).resolve().parent.parent
INTERPRETER = ROOT / ".cache/cloud/bin/python"
REGION = "us-east-1"
ACCOUNT = "000000000000"
# The emulator's administrator; it accepts any of its own, and these reach nothing else.
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105 (as above)
_READY_SECONDS = 60.0


def start(port: int, state: Path, interpreter: Path = INTERPRETER) -> Child:
    """Start the AWS emulator on 127.0.0.1 with an empty state; raises RuntimeError if it is not ready within 60 s."""
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
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "MINISTACK_REGION": REGION,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # Without it the emulator looks for a Docker daemon when it starts.
        "DOCKER_HOST": f"unix://{scratch}/no-docker.sock",
        # A developer's pause should not cost a cold start.
        "LAMBDA_WARM_TTL_SECONDS": "3600",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [str(interpreter), "-m", "local.launcher"]
    child = Child("cloud", command, state / "cloud.log", env, cwd=ROOT)
    deadline = time.monotonic() + _READY_SECONDS
    while not _is_healthy(port):
        if not child.is_running() or time.monotonic() > deadline:
            child.stop()
            raise RuntimeError(f"the AWS emulator did not start:\n{child.last_words()}")
        time.sleep(0.1)
    return child


def sdk_environment(endpoint: str) -> dict[str, str]:
    """Return the variables that make an AWS SDK the emulator's administrator, regardless of the user's own files."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def aws_environment(port: int, state: Path) -> dict[str, str]:
    """Return the variables that make the AWS tools talk to the emulator and to nothing else."""
    config, credentials = state / "aws/config", state / "aws/credentials"
    config.parent.mkdir(parents=True, exist_ok=True)
    endpoint = f"http://127.0.0.1:{port}"
    config.write_text(f"[profile local]\nregion = {REGION}\nendpoint_url = {endpoint}\n")
    credentials.write_text(f"[local]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n")
    # A developer's real credentials and region must not leak in.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
    return inherited | {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_PROFILE": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
    }


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=2) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 (an HTTP status)
    except (urllib.error.URLError, OSError):
        return False
