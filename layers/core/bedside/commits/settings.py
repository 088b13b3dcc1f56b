"""Settings for commits, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommitsSettings:
    """The tables of commits and of visits' notes, and the queues of the functions that render and send them."""

    commits_table: str
    rendering_queue_url: str
    commit_queue_url: str
    visits_table: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "CommitsSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable."""
        return cls(
            commits_table=env["BEDSIDE_COMMITS_TABLE"],
            rendering_queue_url=env["BEDSIDE_RENDERING_QUEUE_URL"],
            commit_queue_url=env["BEDSIDE_COMMIT_QUEUE_URL"],
            visits_table=env["BEDSIDE_VISITS_TABLE"],
        )
