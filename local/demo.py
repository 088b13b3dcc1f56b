"""The people of the demo, enrolled in the running stack, and the keys that a local stack signs with."""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from local.cloud import ROOT, Emulator, sdk_environment
from local.demo_people import PEOPLE

_SECONDS = 60


@dataclass(frozen=True)
class Enrolled:
    """A demo person as the stack stores them; the token is valid for 30 days."""

    user_id: str
    token: str


def make_keys() -> dict[str, str]:
    """Return new keys under the names that the functions read them by."""
    signing, identity, seal, pseudonym = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(4))
    return {
        "signing-keys": json.dumps({"local-1": signing}),
        "identity-keys": json.dumps({"local-1": identity}),
        "seal-keys": json.dumps({"local-1": seal}),
        "pseudonym-key": pseudonym,
    }


def enrol(emulator: Emulator, stage: str, keys: dict[str, str]) -> dict[str, Enrolled]:
    """Enrol everybody of the demo, by their keys in the stack file; raises RuntimeError if that fails."""
    # In a process of its own: the functions' code is not on the path of this one, and reads the AWS SDK's variables.
    enrolling = subprocess.run(
        [sys.executable, "-m", "local.enrolling"],
        input=json.dumps({"stage": stage, **keys}),
        env={
            **sdk_environment(emulator.endpoint, emulator.access_key, emulator.secret_key),
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT / "layers/core"),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if enrolling.returncode != 0:
        raise RuntimeError(f"the people of the demo could not be enrolled:\n{enrolling.stderr[-2000:]}")
    return {key: Enrolled(**values) for key, values in json.loads(enrolling.stdout).items()}


def introduce(http: httpx.Client, people: Mapping[str, Enrolled]) -> bool:
    """Set the display names of the demo people through the API; returns whether that worked."""
    answers = [
        http.patch(
            "/user/profile",
            json={"displayName": person.name},
            headers={"Authorization": f"Bearer {people[person.key].token}"},
        )
        for person in PEOPLE
    ]
    return all(answer.status_code == httpx.codes.OK for answer in answers)
