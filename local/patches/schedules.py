# ruff: noqa: D103, SLF001 (what is patched is the emulator's inside)
"""Schedules fire within half a second: MiniStack looks every ten, which is longer than a demo's shortest wait."""

from importlib import import_module
from typing import Any

_LOOK_SECONDS = 0.5


def apply() -> None:
    scheduler: Any = import_module("ministack.services.scheduler")
    scheduler._SCHEDULE_TICK_INTERVAL = _LOOK_SECONDS
