# ruff: noqa: ANN401, D103 (the emulator is untyped, and what is patched is its inside)
"""A function has at most a few environments; further requests wait for one that is free.

AWS gives every concurrent request an environment of its own. Here twenty cold starts at once would take longer than the
twenty requests take one after the other.
"""

import os
import time
from importlib import import_module
from typing import Any

_AT_MOST = max(2, os.cpu_count() or 2)
_WAIT_SECONDS = 25.0
_LOOK_SECONDS = 0.002


def apply() -> None:
    functions: Any = import_module("ministack.services.lambda_svc")
    acquire = functions.acquire_worker

    def acquire_in_turn(name: str, config: dict[str, Any], code: bytes, qualifier: str = "$LATEST") -> Any:
        gives_up = time.monotonic() + _WAIT_SECONDS
        while True:
            worker, how = acquire(name, config, code, qualifier=qualifier, max_concurrency=_AT_MOST)
            if worker is not None or time.monotonic() > gives_up:
                return worker, how
            time.sleep(_LOOK_SECONDS)

    functions.acquire_worker = acquire_in_turn
