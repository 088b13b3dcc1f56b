# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""`aws:SecureTransport` is true: what never leaves this machine counts as TLS, or the bucket would refuse everybody."""

from importlib import import_module
from typing import Any


def apply() -> None:
    evaluator: Any = import_module("ministack.core.iam_evaluator")
    resolve = evaluator._resolve_condition_key

    def resolve_as_secure(key: str, context: Any) -> Any:
        return "true" if key.lower() == "aws:securetransport" else resolve(key, context)

    evaluator._resolve_condition_key = resolve_as_secure
