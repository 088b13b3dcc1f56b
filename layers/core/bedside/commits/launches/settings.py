"""Settings for launches, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from bedside.commits.record_targets.settings import EHR_HOSTS


@dataclass(frozen=True, slots=True)
class LaunchSettings:
    """The table of commits, which has launches, too, the committer's queue, and where records may be.

    `hosts` are patterns of AllowedHosts.
    """

    commits_table: str
    commit_queue_url: str
    hosts: frozenset[str]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "LaunchSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable."""
        return cls(
            commits_table=env["BEDSIDE_COMMITS_TABLE"],
            commit_queue_url=env["BEDSIDE_COMMIT_QUEUE_URL"],
            hosts=frozenset(env.get("BEDSIDE_EHR_HOSTS", EHR_HOSTS).replace(" ", "").split(",")),
        )
