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
    """Return who calls which paths, for each run of schemathesis.

    In `make test` the roles share every second call in one run; the commit decides which calls these are, and who makes
    which. In `make test-all` each role has a run of its own, in which it makes all.
    """
    if os.environ.get("BEDSIDE_EXAMPLES") == "thorough":
        return {role: dict.fromkeys(PATHS, role) for role in ROLES}
    return {"shared": shared(int(rotation.commit()[:8] or "0", 16))}


def shared(turn: int) -> dict[str, str]:
    """Return who calls every second path in this turn; after six turns each role has called each path once."""
    half = turn // len(ROLES) % 2
    return {path: ROLES[(turn + number) % len(ROLES)] for number, path in enumerate(PATHS) if number % 2 == half}


def test_every_call_has_its_turn() -> None:
    """Each role makes each call in one of six turns in a row."""
    made = [call for turn in range(6) for call in shared(turn).items()]
    assert sorted(made) == sorted((path, role) for path in PATHS for role in ROLES)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", runs())
def test_every_answer_is_declared(reception: Reception, stack: dict[str, Any], tmp_path: Path, name: str) -> None:
    """No server error, and no status, type, header or body but declared ones, valid request or not."""
    callers = runs()[name]
    facility = new_facility()
    tokens = {role: reception.enrol(facility, role).token for role in set(callers.values())}
    config = CONFIG.read_text()
    for path in PATHS:
        if path not in callers:
            config += f'\n[[operations]]\ninclude-path = "{path}"\nenabled = false\n'
    for path, role in callers.items():
        token = reception.enrol(facility, role).token if path in ENDS else tokens[role]
        config += f'\n[[operations]]\ninclude-path = "{path}"\nheaders = {{ Authorization = "Bearer {token}" }}\n'
    file = tmp_path / "schemathesis.toml"
    file.write_text(config)
    command = [str(COMMAND), "--config-file", str(file), "run", str(FILE), "--url", stack["apiUrl"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    assert done.returncode == 0, done.stdout + done.stderr
