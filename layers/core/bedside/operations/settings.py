"""Settings for operations, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OperationsSettings:
    """The ARNs of functions' new versions by the functions' folders, which a deployment is checked with."""

    checked_versions: Mapping[str, str]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "OperationsSettings":
        """Return the settings in `env`. Raises ValueError unless BEDSIDE_CHECKED_VERSIONS is a list of name=ARN."""
        return cls(
            checked_versions=dict(pair.split("=", 1) for pair in env.get("BEDSIDE_CHECKED_VERSIONS", "").split())
        )
