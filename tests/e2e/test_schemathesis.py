"""The running product answers nothing that its OpenAPI document does not declare, whatever it is asked."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from local.openapi.__main__ import FILE
from tests.e2e.people import Reception, new_facility

CONFIG: Final = Path(__file__).with_name("schemathesis.toml")
COMMAND: Final = Path(sys.executable).with_name("schemathesis")
# Each ends the sign-in that is calling, and so gets one of its own.
ENDS: Final = ("/auth/logout", "/auth/kill-switch")
# A clinician takes half a minute more, which only `make test-all` has.
ROLES: Final = ["patient", "facilityAdmin"]
if os.environ.get("BEDSIDE_EXAMPLES") == "thorough":
    ROLES.append("clinician")


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_declared(reception: Reception, stack: dict[str, Any], role: str) -> None:
    """No server error, and no status, type, header or body but declared ones, valid request or not."""
    facility = new_facility()
    for which in ([f"--exclude-path={path}" for path in ENDS], *([f"--include-path={path}"] for path in ENDS)):
        token = reception.enrol(facility, role).token
        command = [str(COMMAND), "--config-file", str(CONFIG), "run", str(FILE), *which]
        command += ["--url", stack["apiUrl"], "--header", f"Authorization: Bearer {token}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
        assert done.returncode == 0, done.stdout + done.stderr
