"""Settings for patients, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PatientsSettings:
    """The table of patients."""

    patients_table: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "PatientsSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(patients_table=env["BEDSIDE_PATIENTS_TABLE"])
