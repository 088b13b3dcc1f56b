"""Answers of operations' calls, as the contract spells them."""

from typing import Literal, TypedDict


class HealthDocument(TypedDict):
    status: Literal["ok", "degraded"]
    redis: Literal["up", "open", "probing"]
    version: str
    timestamp: str
