"""Settings for medications, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MedicationsSettings:
    """The table of plans with their doses, and the schedules that look at them."""

    medications_table: str
    schedule_group: str
    schedule_target: str
    schedule_role: str
    schedule_dead_letters: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "MedicationsSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable."""
        return cls(
            medications_table=env["BEDSIDE_MEDICATIONS_TABLE"],
            schedule_group=env["BEDSIDE_SCHEDULE_GROUP"],
            schedule_target=env["BEDSIDE_SCHEDULE_TARGET"],
            schedule_role=env["BEDSIDE_SCHEDULE_ROLE"],
            schedule_dead_letters=env["BEDSIDE_SCHEDULE_DEAD_LETTERS"],
        )
