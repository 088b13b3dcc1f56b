"""Starts the patched AWS emulator; run by the cloud environment's interpreter, never by the project's.

All settings come from the environment that local/cloud.py composes; MiniStack reads them while it is imported.
"""

import os
import sys
from importlib import import_module
from typing import Any

from local import patches
from local.access import Access
from local.guard import Guard


def main() -> None:
    """Serve AWS on 127.0.0.1:$GATEWAY_PORT until SIGTERM."""
    emulator: Any = import_module("ministack.app")
    patches.apply()
    access = Access(emulator.app, os.environ["FRONT_KEY"], patches.credentials.secret_of)
    emulator.app = Guard(access, os.environ["HOST_NAMES"].split())
    sys.argv = ["ministack"]
    emulator.main()


if __name__ == "__main__":
    main()
