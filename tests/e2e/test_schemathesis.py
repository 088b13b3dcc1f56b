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
PATHS: Final = sorted(json.loads(FILE.read_text())["paths"])
# Each ends the sign-in that is calling, and so gets one of its own.
ENDS: Final = ("/auth/logout", "/auth/kill-switch")
ROLES: Final = ("patient", "facilityAdmin", "clinician")


def runs() -> dict[str, dict[str, str]]:
    """Return who calls each path, for each run of schemathesis.

    In `make test` the roles share the calls of one run, and the commit decides who makes which; in `make test-all` each
    role has a run of its own, in which it makes all.
    """
    if os.environ.get("BEDSIDE_EXAMPLES") == "thorough":
        return {role: dict.fromkeys(PATHS, role) for role in ROLES}
    turn = int(rotation.commit()[:8] or "0", 16)
    return {"shared": {path: ROLES[(turn + number) % len(ROLES)] for number, path in enumerate(PATHS)}}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", runs())
def test_every_answer_is_declared(reception: Reception, stack: dict[str, Any], tmp_path: Path, name: str) -> None:
    """No server error, and no status, type, header or body but declared ones, valid request or not."""
    callers = runs()[name]
    assert set(callers) == set(PATHS)
    facility = new_facility()
    tokens = {role: reception.enrol(facility, role).token for role in set(callers.values())}
    config = CONFIG.read_text()
    for path, role in callers.items():
        token = reception.enrol(facility, role).token if path in ENDS else tokens[role]
        config += f'\n[[operations]]\ninclude-path = "{path}"\nheaders = {{ Authorization = "Bearer {token}" }}\n'
    file = tmp_path / "schemathesis.toml"
    file.write_text(config)
    command = [str(COMMAND), "--config-file", str(file), "run", str(FILE), "--url", stack["apiUrl"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert done.returncode == 0, done.stdout + done.stderr
