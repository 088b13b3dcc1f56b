"""Settings for encounters, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EncountersSettings:
    """The table of encounters and their timelines."""

    timeline_table: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "EncountersSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(timeline_table=env["BEDSIDE_TIMELINE_TABLE"])
