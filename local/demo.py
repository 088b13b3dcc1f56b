"""The demo clinician, and the keys that a local stack signs with."""

import base64
import importlib
import json
import secrets
import sys
import time
from pathlib import Path
from typing import Any

_TOKEN_SECONDS = 30 * 24 * 60 * 60
CLINICIAN: dict[str, Any] = {"userId": "demo-clinician", "roles": ["clinician"], "facilityId": "FAC001"}


def make_keys() -> dict[str, str]:
    """Return new keys under the names that the functions read them by."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "signing-keys": json.dumps({"local-1": key}),
        "pseudonym-key": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def issue_token(root: Path, signing_keys: str) -> str:
    """Return an access token of the demo clinician, good for 30 days."""
    # The deployed functions' own code issues it; it is not on the path of this environment.
    sys.path.insert(0, str(root / "layers/core"))
    issue: Any = importlib.import_module("bedside.identity.tokens").issue_access_token
    keys = {kid: base64.b64decode(key) for kid, key in json.loads(signing_keys).items()}
    token: str = issue(
        keys,
        user_id=CLINICIAN["userId"],
        facility_id=CLINICIAN["facilityId"],
        roles=CLINICIAN["roles"],
        now_ms=time.time_ns() // 1_000_000,
        ttl_seconds=_TOKEN_SECONDS,
    )
    return token
