"""Response documents of operations."""

from typing import Literal, TypedDict


class HealthDocument(TypedDict):
    status: Literal["ok", "degraded"]
    redis: Literal["up", "open", "probing"]
    version: str
    timestamp: str
