"""Settings shared by every function, read once from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """Settings shared by every function: stage, region, and access to Redis and secrets.

    `secrets` are the names of those that the function may read.
    """

    stage: str
    region: str
    secrets_path: str
    secrets: tuple[str, ...]
    public_origin: str
    cdn_secret: str
    idempotency_table: str
    redis_deadline_s: float

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "PlatformSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(
            stage=env["BEDSIDE_STAGE"],
            region=env["AWS_REGION"],
            secrets_path=env["BEDSIDE_SECRETS_PATH"],
            secrets=tuple(filter(None, env.get("BEDSIDE_SECRETS", "").split(","))),
            public_origin=env.get("BEDSIDE_PUBLIC_ORIGIN", ""),
            cdn_secret=env.get("BEDSIDE_CDN_SECRET", ""),
            idempotency_table=env["BEDSIDE_IDEMPOTENCY_TABLE"],
            redis_deadline_s=int(env.get("BEDSIDE_REDIS_DEADLINE_MS", "300")) / 1000,
        )
