# ruff: noqa: ANN401, D103 (the emulator is untyped, and what is patched is its inside)
"""A function's process sees what Lambda would show it: its code, its layers, its variables.

MiniStack starts workers with its own interpreter and environment. They could import whatever stands beside the
emulator (boto3, cryptography), which would hide a dependency missing from our layer, and read its settings.
"""

import os
import subprocess
import sys
from importlib import import_module
from types import SimpleNamespace
from typing import Any

_KEPT = {"PATH", "TMPDIR"}


def apply() -> None:
    runtime: Any = import_module("ministack.core.lambda_runtime")
    emulator_only = set(os.environ) - _KEPT
    interpreter: str = getattr(sys, "_base_executable", sys.executable)

    class Popen(subprocess.Popen[str]):
        def __init__(self, arguments: list[str], *positional: Any, **options: Any) -> None:
            if arguments and arguments[0] == sys.executable and options.get("env"):
                given: dict[str, str] = options["env"]
                # -S: no site-packages at all; the worker adds the code and the layers itself.
                arguments = [interpreter, "-S", *arguments[1:]]
                options["env"] = {
                    "LANG": "en_US.UTF-8",
                    "TZ": ":UTC",
                    "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
                    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
                    **{
                        name: value
                        for name, value in given.items()
                        if name not in emulator_only or value != os.environ.get(name)
                    },
                }
            super().__init__(arguments, *positional, **options)

    # Only this module's view of subprocess: other parts of the emulator start other things.
    runtime.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": Popen})
