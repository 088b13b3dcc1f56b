"""The running product answers nothing that its OpenAPI document does not declare, whatever it is asked."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from local.openapi.__main__ import FILE
from tests import rotation
from tests.e2e.people import Reception, new_facility

CONFIG: Final = Path(__file__).with_name("schemathesis.toml")
COMMAND: Final = Path(sys.executable).with_name("schemathesis")
# Each ends the sign-in that is calling, and so gets one of its own.
ENDS: Final = ("/auth/logout", "/auth/kill-switch")
# In `make test` they share the calls, and the commit decides who makes which.
ROLES: Final = ("patient", "facilityAdmin", "clinician")
THOROUGH: Final = os.environ.get("BEDSIDE_EXAMPLES") == "thorough"


def share(role: str) -> list[str]:
    """Return the paths that a role calls in this run: its share of them, or all of them in `make test-all`."""
    paths = sorted(path for path in json.loads(FILE.read_text())["paths"] if path not in ENDS)
    if THOROUGH:
        return paths
    turn = ROLES.index(role) + int(rotation.commit()[:8] or "0", 16)
    return paths[turn % len(ROLES) :: len(ROLES)]


def test_roles_share_every_call() -> None:
    """In each run, every call is made by somebody."""
    assert {path for role in ROLES for path in (*share(role), *ENDS)} == set(json.loads(FILE.read_text())["paths"])


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_declared(reception: Reception, stack: dict[str, Any], role: str) -> None:
    """No server error, and no status, type, header or body but declared ones, valid request or not."""
    facility = new_facility()
    for paths in (share(role), *([path] for path in ENDS)):
        token = reception.enrol(facility, role).token
        command = [str(COMMAND), "--config-file", str(CONFIG), "run", str(FILE)]
        command += [f"--include-path={path}" for path in paths]
        command += ["--url", stack["apiUrl"], "--header", f"Authorization: Bearer {token}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
        assert done.returncode == 0, done.stdout + done.stderr
