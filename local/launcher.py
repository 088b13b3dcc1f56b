"""Starts the patched AWS emulator; run by the cloud environment's interpreter, never by the project's.

All settings come from the environment that local/cloud.py composes; MiniStack reads them while it is imported.
"""

import sys
from importlib import import_module

from local import patches


def main() -> None:
    """Serve AWS on 127.0.0.1:$GATEWAY_PORT until SIGTERM."""
    emulator = import_module("ministack.app")
    patches.apply()
    sys.argv = ["ministack"]
    emulator.main()


if __name__ == "__main__":
    main()
