# ruff: noqa: D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""A function's process imports only what the function imports, as on AWS.

MiniStack imports botocore from the layer first, to count functions that invoke each other. Ours do not, and it takes
a third of a cold start.
"""

from importlib import import_module
from typing import Any

_COUNTING = "    _ms_install_invoke_depth()\n"


def apply() -> None:
    runtime: Any = import_module("ministack.core.lambda_runtime")
    before, call, after = runtime._PYTHON_WORKER_SCRIPT.partition(_COUNTING)
    if not call:
        raise RuntimeError("the emulator's script for functions has changed")
    runtime._PYTHON_WORKER_SCRIPT = before + after
