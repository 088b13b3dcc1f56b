"""Settings for visits, read once from a function's environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# 100ms stores recordings in S3 or Google Cloud Storage, in undocumented buckets
# (https://www.100ms.live/docs/server-side/v2/api-reference/recording-assets/get-presigned-url).
RECORDING_HOSTS: Final = (
    "*.s3.*.amazonaws.com,s3.*.amazonaws.com,*.s3.amazonaws.com,s3.amazonaws.com,"
    "*.100ms.live,storage.googleapis.com,*.storage.googleapis.com"
)


@dataclass(frozen=True, slots=True)
class VisitsSettings:
    """Table, recordings, schedules, video provider and time limits of visits."""

    visits_table: str
    recordings_bucket: str
    recording_queue_url: str
    fanout_queue_url: str
    recording_hosts: frozenset[str]
    storage_origin: str
    download_url_life_s: int
    schedule_group: str
    schedule_target: str
    schedule_role: str
    schedule_dead_letters: str
    hms_api_url: str
    hms_patient_role: str
    hms_practitioner_role: str
    room_page: str
    no_show_ms: int
    grace_ms: int
    warning_ms: int
    limit_ms: int
    recording_overdue_ms: int

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "VisitsSettings":
        """Return the settings in `env`. Raises KeyError for a missing variable without a default."""
        return cls(
            visits_table=env["BEDSIDE_VISITS_TABLE"],
            recordings_bucket=env["BEDSIDE_RECORDINGS_BUCKET"],
            recording_queue_url=env["BEDSIDE_RECORDING_QUEUE_URL"],
            fanout_queue_url=env["BEDSIDE_VISIT_FANOUT_QUEUE_URL"],
            recording_hosts=frozenset(env.get("BEDSIDE_RECORDING_HOSTS", RECORDING_HOSTS).replace(" ", "").split(",")),
            storage_origin=env.get("BEDSIDE_STORAGE_ORIGIN", ""),
            download_url_life_s=int(env.get("BEDSIDE_DOWNLOAD_URL_LIFE_SECONDS", "3600")),
            schedule_group=env["BEDSIDE_SCHEDULE_GROUP"],
            schedule_target=env["BEDSIDE_SCHEDULE_TARGET"],
            schedule_role=env["BEDSIDE_SCHEDULE_ROLE"],
            schedule_dead_letters=env["BEDSIDE_SCHEDULE_DEAD_LETTERS"],
            hms_api_url=env.get("BEDSIDE_HMS_API_URL", "https://api.100ms.live"),
            hms_patient_role=env.get("BEDSIDE_HMS_PATIENT_ROLE", "guest"),
            hms_practitioner_role=env.get("BEDSIDE_HMS_PRACTITIONER_ROLE", "host"),
            room_page=env.get("BEDSIDE_ROOM_PAGE", ""),
            no_show_ms=int(env.get("BEDSIDE_NO_SHOW_SECONDS", "600")) * 1000,
            grace_ms=int(env.get("BEDSIDE_GRACE_SECONDS", "120")) * 1000,
            warning_ms=int(env.get("BEDSIDE_WARNING_SECONDS", "2400")) * 1000,
            limit_ms=int(env.get("BEDSIDE_LIMIT_SECONDS", "2700")) * 1000,
            recording_overdue_ms=int(env.get("BEDSIDE_RECORDING_OVERDUE_SECONDS", "3600")) * 1000,
        )
